#include "cluster/outlier_scores.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "similarity/neighborhoods.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t blocks_at_once = 8;  // of queries, to share a block's columns

using Candidate = std::pair<double, std::ptrdiff_t>;  // rank, id

/// The nearest k > 0 of those offered: a heap whose top is the farthest.
class Nearest {
  public:
    explicit Nearest(std::ptrdiff_t k) : k_(static_cast<std::size_t>(k)) { kept_.reserve(k_); }

    double limit() const {
        return kept_.size() < k_ ? std::numeric_limits<double>::infinity() : kept_.front().first;
    }
    void offer(const Candidate& candidate) {
        if (kept_.size() == k_) {
            if (!(candidate < kept_.front())) return;
            std::pop_heap(kept_.begin(), kept_.end());
            kept_.pop_back();
        }
        kept_.push_back(candidate);
        std::push_heap(kept_.begin(), kept_.end());
    }
    const std::vector<Candidate>& sorted() {
        std::sort_heap(kept_.begin(), kept_.end());
        return kept_;
    }

  private:
    std::size_t k_;
    std::vector<Candidate> kept_;
};

class Search {
  public:
    Search(const Neighborhoods& near, std::ptrdiff_t k)
        : near_(near), k_(k), scratch_(64 * 64), row_(near.samples().size()) {}

    /// Finds the neighbors of the samples in the blocks [first, last).
    void find(std::ptrdiff_t first, std::ptrdiff_t last, std::int64_t* ids, double* distances) {
        queries_.resize(static_cast<std::size_t>(last - first));
        for (std::ptrdiff_t a = first; a < last; ++a)
            near_.fill(a, true, queries_[static_cast<std::size_t>(a - first)]);
        best_.assign(queries_.size() * 64, Nearest(k_));
        // Blocks from the nearest on, so that limits soon pass over the others.
        order_.clear();
        for (std::ptrdiff_t b = 0; b < near_.n_blocks(); ++b) {
            double least = std::numeric_limits<double>::infinity();
            for (std::ptrdiff_t a = first; a < last; ++a)
                least = std::min(least, b == a ? -1 : near_.least_rank(a, b));
            order_.emplace_back(least, b);
        }
        std::sort(order_.begin(), order_.end());
        for (const auto& [least, b] : order_) visit(first, last, b);
        put_out(ids, distances);
    }

  private:
    double limit_of(std::ptrdiff_t query, std::ptrdiff_t n) const {
        double most = 0;
        for (std::ptrdiff_t i = 0; i < n; ++i)
            most = std::max(most, best_[static_cast<std::size_t>(query * 64 + i)].limit());
        return most;
    }

    void visit(std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t b) {
        bool filled = false;
        for (std::ptrdiff_t a = first; a < last; ++a) {
            const NeighborBlock& query = queries_[static_cast<std::size_t>(a - first)];
            if (a != b && near_.least_rank(a, b) > limit_of(a - first, query.n)) continue;
            if (!filled) near_.fill(b, false, base_);
            filled = true;
            compare(query, (a - first) * 64);
        }
    }

    void compare(const NeighborBlock& a, std::ptrdiff_t query) {
        const ExactRows& samples = near_.samples();
        near_.estimate(a, base_, scratch_.data());
        std::uint8_t places[64];
        for (std::ptrdiff_t i = 0; i < a.n; ++i) {
            Nearest& best = best_[static_cast<std::size_t>(query + i)];
            const float* values = scratch_.data() + i * block_rows;
            float possibly = near_.limits(a, i, base_, best.limit()).possibly;
            const std::size_t n = neighbor_kernels().at_least(values, possibly, places);
            const double* mine = a.exact.data() + static_cast<std::size_t>(i) * row_.size();
            for (std::size_t k = 0; k < n; ++k) {
                const std::ptrdiff_t j = places[k], place = base_.first + j;
                if (j >= base_.n || place == a.first + i || values[j] < possibly) continue;
                samples.copy_row(near_.id(place), row_.data());
                const double before = best.limit();
                best.offer({samples.rank(mine, row_.data()), near_.id(place)});
                if (best.limit() < before)
                    possibly = near_.limits(a, i, base_, best.limit()).possibly;
            }
        }
    }

    void put_out(std::int64_t* ids, double* distances) {
        for (std::size_t q = 0; q < queries_.size(); ++q)
            for (std::ptrdiff_t i = 0; i < queries_[q].n; ++i) {
                std::ptrdiff_t at = near_.id(queries_[q].first + i) * k_;
                for (const auto& [rank, id] :
                     best_[q * 64 + static_cast<std::size_t>(i)].sorted()) {
                    ids[at] = id;
                    distances[at++] = near_.samples().distance_of(rank);
                }
            }
    }

    const Neighborhoods& near_;
    std::ptrdiff_t k_;
    std::vector<NeighborBlock> queries_;
    NeighborBlock base_;
    std::vector<Nearest> best_;
    std::vector<Candidate> order_;
    std::vector<float> scratch_;
    std::vector<double> row_;
};

}  // namespace

void nearest_others(const ExactRows& samples, std::ptrdiff_t k, std::int64_t* ids,
                    double* distances) {
    require(k >= 0 && k < std::max<std::ptrdiff_t>(samples.n_rows(), 1),
            "k must be from 0 to the number of other samples, " +
                std::to_string(samples.n_rows() - 1) + ", got " + std::to_string(k));
    if (k == 0) return;
    const Neighborhoods near(samples);
    const std::ptrdiff_t n_groups = (near.n_blocks() + blocks_at_once - 1) / blocks_at_once;
    parallel_for(n_groups, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        Search search(near, k);
        for (std::ptrdiff_t g = first; g < last; ++g)
            search.find(g * blocks_at_once, std::min((g + 1) * blocks_at_once, near.n_blocks()),
                        ids, distances);
    });
}

}  // namespace imgmine
