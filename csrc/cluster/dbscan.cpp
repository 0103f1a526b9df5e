#include "cluster/dbscan.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "cluster/disjoint_sets.hpp"
#include "similarity/neighborhoods.hpp"

namespace imgmine {
namespace {

using Place = std::int32_t;
using Pairs = std::vector<std::pair<Place, Place>>;

constexpr std::ptrdiff_t blocks_at_once = 8;            // of queries, to share a block's columns
constexpr std::size_t kept_pairs = 16 * 64;             // of a block of queries, 16 a sample
constexpr std::size_t most_border_pairs = 1024 * 1024;  // of a thread, until they are thinned

/// The first and the last of the groups of blocks take turns: they differ in how many follow them.
std::ptrdiff_t balanced(std::ptrdiff_t i, std::ptrdiff_t n) {
    return i % 2 ? n - 1 - i / 2 : i / 2;
}

class Finder {
  public:
    Finder(const Neighborhoods& near, double rank)
        : near_(near), rank_(rank), queries_(blocks_at_once), scratch_(64 * 64) {}

    /// Calls take(i, j) for all places i < j within reach, i in the blocks [first, last).
    template <class Take>
    void find(std::ptrdiff_t first, std::ptrdiff_t last, const Take& take) {
        for (std::ptrdiff_t a = first; a < last; ++a)
            near_.fill(a, true, queries_[static_cast<std::size_t>(a - first)]);
        for (std::ptrdiff_t b = first; b < near_.n_blocks(); ++b) {
            bool filled = false;
            for (std::ptrdiff_t a = first; a < std::min(last, b + 1); ++a) {
                if (a != b && near_.least_rank(a, b) > rank_) continue;
                if (!filled) near_.fill(b, false, base_);
                filled = true;
                compare(queries_[static_cast<std::size_t>(a - first)], a == b, take);
            }
        }
    }

  private:
    template <class Take>
    void compare(const NeighborBlock& a, bool same, const Take& take) {
        const ExactRows& samples = near_.samples();
        near_.estimate(a, base_, scratch_.data());
        std::uint8_t places[64];
        row_.resize(samples.size());
        for (std::ptrdiff_t i = 0; i < a.n; ++i) {
            const Neighborhoods::Limits limits = near_.limits(a, i, base_, rank_);
            const float* values = scratch_.data() + i * block_rows;
            const std::size_t n = neighbor_kernels().at_least(values, limits.possibly, places);
            for (std::size_t k = 0; k < n; ++k) {
                const std::ptrdiff_t j = places[k];
                if (j >= base_.n || (same && j <= i)) continue;
                if (!(values[j] > limits.surely)) {
                    samples.copy_row(near_.id(base_.first + j), row_.data());
                    const double* mine = a.exact.data() + static_cast<std::size_t>(i) * row_.size();
                    if (!(samples.rank(mine, row_.data()) <= rank_)) continue;
                }
                take(static_cast<Place>(a.first + i), static_cast<Place>(base_.first + j));
            }
        }
    }

    const Neighborhoods& near_;
    double rank_;
    std::vector<NeighborBlock> queries_;
    NeighborBlock base_;
    std::vector<float> scratch_;
    std::vector<double> row_;
};

/// Pairs within reach by groups of blocks: kept from the first pass where there are few.
struct Found {
    Pairs pairs;
    bool complete = true;
};

/// How many samples are within reach of each, itself among them.
std::vector<Place> count(const Neighborhoods& near, double rank, std::vector<Found>& found) {
    const auto n = static_cast<std::size_t>(near.samples().n_rows());
    std::vector<Place> counts(n, 1);
    std::mutex mutex;
    const auto n_groups = static_cast<std::ptrdiff_t>(found.size());
    parallel_for(n_groups, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<Place> mine(n);
        Finder finder(near, rank);
        for (std::ptrdiff_t g = first; g < last; ++g) {
            const std::ptrdiff_t group = balanced(g, n_groups);
            Found& here = found[static_cast<std::size_t>(group)];
            const std::ptrdiff_t begin = group * blocks_at_once;
            finder.find(begin, std::min(begin + blocks_at_once, near.n_blocks()),
                        [&](Place i, Place j) {
                            ++mine[static_cast<std::size_t>(i)];
                            ++mine[static_cast<std::size_t>(j)];
                            if (!here.complete) return;
                            here.complete = here.pairs.size() < kept_pairs * blocks_at_once;
                            if (here.complete)
                                here.pairs.emplace_back(i, j);
                            else
                                here.pairs = {};
                        });
        }
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < n; ++i) counts[i] += mine[i];
    });
    return counts;
}

void thin(Pairs& pairs, DisjointSets& sets) {
    for (auto& [sample, core] : pairs) core = static_cast<Place>(sets.find(core));
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

/// Joins cores within reach; `border` are other samples with a core of each set near them.
void join(const Neighborhoods& near, double rank, const std::vector<Found>& found,
          const std::vector<bool>& is_core, DisjointSets& sets, Pairs& border) {
    std::mutex mutex;
    const auto n_groups = static_cast<std::ptrdiff_t>(found.size());
    parallel_for(n_groups, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        DisjointSets mine(is_core.size());
        Pairs beside;
        std::size_t most = most_border_pairs;
        const auto take = [&](Place i, Place j) {
            const bool one = is_core[static_cast<std::size_t>(i)];
            const bool other = is_core[static_cast<std::size_t>(j)];
            if (one && other) mine.join(i, j);
            if (one == other) return;
            beside.emplace_back(one ? j : i, one ? i : j);
            if (beside.size() < most) return;
            thin(beside, mine);
            most = std::max(most, 2 * beside.size());
        };
        Finder finder(near, rank);
        for (std::ptrdiff_t g = first; g < last; ++g) {
            const std::ptrdiff_t group = balanced(g, n_groups);
            const Found& here = found[static_cast<std::size_t>(group)];
            const std::ptrdiff_t begin = group * blocks_at_once;
            if (here.complete)
                for (const auto& [i, j] : here.pairs) take(i, j);
            else
                finder.find(begin, std::min(begin + blocks_at_once, near.n_blocks()), take);
        }
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < is_core.size(); ++i)
            sets.join(static_cast<std::int64_t>(i), mine.find(static_cast<std::int64_t>(i)));
        border.insert(border.end(), beside.begin(), beside.end());
    });
}

}  // namespace

DbscanResult dbscan(const ExactRows& samples, double eps, std::int64_t min_samples) {
    require(std::isfinite(eps) && eps > 0,
            "eps must be finite and above 0, got " + std::to_string(eps));
    require(min_samples >= 1, "min_samples must be at least 1, got " + std::to_string(min_samples));
    require(samples.n_rows() < INT32_MAX, "X must have fewer than 2^31 rows");
    const Neighborhoods near(samples);
    const double rank = samples.rank_of(eps);
    const auto n = static_cast<std::size_t>(samples.n_rows());
    std::vector<Found> found(
        static_cast<std::size_t>((near.n_blocks() + blocks_at_once - 1) / blocks_at_once));
    const std::vector<Place> counts = count(near, rank, found);
    std::vector<bool> is_core(n);
    for (std::size_t i = 0; i < n; ++i) is_core[i] = counts[i] >= min_samples;
    DisjointSets sets(n);
    Pairs border;
    join(near, rank, found, is_core, sets, border);

    std::vector<std::int64_t> place_of(n), label_of(n, -1);
    for (std::size_t i = 0; i < n; ++i)
        place_of[static_cast<std::size_t>(near.id(static_cast<std::ptrdiff_t>(i)))] =
            static_cast<std::int64_t>(i);
    DbscanResult result{std::vector<std::int64_t>(n, -1), {}};
    std::int64_t n_clusters = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!is_core[static_cast<std::size_t>(place_of[i])]) continue;
        std::int64_t& label = label_of[static_cast<std::size_t>(sets.find(place_of[i]))];
        if (label < 0) label = n_clusters++;
        result.labels[i] = label;
        result.core.push_back(static_cast<std::int64_t>(i));
    }
    for (const auto& [sample, core] : border) {
        const std::int64_t label = label_of[static_cast<std::size_t>(sets.find(core))];
        std::int64_t& mine = result.labels[static_cast<std::size_t>(near.id(sample))];
        if (mine < 0 || label < mine) mine = label;
    }
    return result;
}

}  // namespace imgmine
