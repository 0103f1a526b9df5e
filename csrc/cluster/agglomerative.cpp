#include "cluster/agglomerative.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/graph_linkage.hpp"
#include "kernels/neighbors.hpp"

namespace imgmine {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Merge {
    std::ptrdiff_t a, b;
    double distance;
};

/// Numbers clusters in the order of their merges, nearest first.
Tree tree_of(std::vector<Merge>& merges, std::size_t n, bool sorted_pairs) {
    std::stable_sort(merges.begin(), merges.end(),
                     [](const Merge& x, const Merge& y) { return x.distance < y.distance; });
    std::vector<std::int64_t> above(2 * n);
    std::iota(above.begin(), above.end(), std::int64_t{0});
    const auto root = [&](std::int64_t i) {
        auto at = static_cast<std::size_t>(i);
        while (above[at] != static_cast<std::int64_t>(at)) {
            above[at] = above[static_cast<std::size_t>(above[at])];
            at = static_cast<std::size_t>(above[at]);
        }
        return static_cast<std::int64_t>(at);
    };
    Tree tree;
    for (std::size_t i = 0; i < merges.size(); ++i) {
        std::int64_t a = root(merges[i].a), b = root(merges[i].b);
        if (sorted_pairs && b < a) std::swap(a, b);
        above[static_cast<std::size_t>(a)] = above[static_cast<std::size_t>(b)] =
            static_cast<std::int64_t>(n + i);
        tree.children.insert(tree.children.end(), {a, b});
        tree.distances.push_back(merges[i].distance);
    }
    return tree;
}

std::vector<double> copied(const ExactRows& samples) {
    std::vector<double> rows(static_cast<std::size_t>(samples.n_rows()) * samples.size());
    for (std::ptrdiff_t i = 0; i < samples.n_rows(); ++i)
        samples.copy_row(i, rows.data() + static_cast<std::size_t>(i) * samples.size());
    return rows;
}

/// The least of value(i) for i in [0, n), the first where several are equal.
template <class Value>
std::pair<double, std::ptrdiff_t> least(std::ptrdiff_t n, std::ptrdiff_t grain,
                                        const Value& value) {
    std::pair<double, std::ptrdiff_t> best{infinity, n};
    std::mutex mutex;
    parallel_for(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::pair<double, std::ptrdiff_t> mine{infinity, n};
        for (std::ptrdiff_t i = first; i < last; ++i)
            if (const double d = value(i); d < mine.first) mine = {d, i};
        const std::lock_guard lock(mutex);
        best = std::min(best, mine);
    });
    return best;
}

/// Minimum spanning tree, from the first sample on (Prim; Müllner 2011, MST-linkage).
std::vector<Merge> span(const ExactRows& samples) {
    const std::vector<double> rows = copied(samples);
    const std::size_t size = samples.size();
    std::vector<std::ptrdiff_t> left(static_cast<std::size_t>(samples.n_rows()));
    std::iota(left.begin(), left.end(), std::ptrdiff_t{0});
    std::vector<double> nearest(left.size(), infinity);
    std::vector<Merge> merges;
    const std::ptrdiff_t grain = row_grain(static_cast<std::ptrdiff_t>(size), 0.3);
    std::ptrdiff_t current = 0, at = 0;
    while (left.size() > 1) {
        left.erase(left.begin() + at);
        const double* row = rows.data() + static_cast<std::size_t>(current) * size;
        const auto [rank, place] =
            least(static_cast<std::ptrdiff_t>(left.size()), grain, [&](std::ptrdiff_t i) {
                const auto j = static_cast<std::size_t>(left[static_cast<std::size_t>(i)]);
                nearest[j] = std::min(nearest[j], samples.rank(row, rows.data() + j * size));
                return nearest[j];
            });
        at = place;
        const std::ptrdiff_t next = left[static_cast<std::size_t>(at)];
        merges.push_back({current, next, samples.distance_of(rank)});
        current = next;
    }
    return merges;
}

/// Merges along chains of nearest neighbors (Müllner 2011): Clusters has nearest(active, x, y,
/// distance), which finds a cluster nearer to x than y is at `distance`, and merge(active, x, y,
/// distance), which puts the two into y.
template <class Clusters>
std::vector<Merge> follow_chains(std::ptrdiff_t n, Clusters&& clusters) {
    std::vector<std::ptrdiff_t> active(static_cast<std::size_t>(n)), chain;
    std::iota(active.begin(), active.end(), std::ptrdiff_t{0});
    std::vector<Merge> merges;
    while (active.size() > 1) {
        if (chain.empty()) chain.push_back(active.front());
        for (;;) {
            const std::ptrdiff_t x = chain.back();
            const std::ptrdiff_t before = chain.size() > 1 ? chain[chain.size() - 2] : -1;
            const auto [distance, y] = clusters.nearest(active, x, before);
            if (y != before) {
                chain.push_back(y);
                continue;
            }
            chain.resize(chain.size() - 2);
            const std::ptrdiff_t gone = std::min(x, y), stays = std::max(x, y);
            merges.push_back({gone, stays, distance});
            active.erase(std::lower_bound(active.begin(), active.end(), gone));
            clusters.merge(active, gone, stays);
            break;
        }
    }
    return merges;
}

/// Clusters as means, for Ward's distance: sqrt(2 |a| |b| / (|a| + |b|)) times that of the means.
class Means {
  public:
    explicit Means(const ExactRows& samples)
        : samples_(samples),
          means_(copied(samples)),
          counts_(static_cast<std::size_t>(samples.n_rows()), 1.0),
          grain_(row_grain(static_cast<std::ptrdiff_t>(samples.size()), 0.3)) {}

    std::pair<double, std::ptrdiff_t> nearest(const std::vector<std::ptrdiff_t>& active,
                                              std::ptrdiff_t x, std::ptrdiff_t before) const {
        auto best =
            least(static_cast<std::ptrdiff_t>(active.size()), grain_, [&](std::ptrdiff_t i) {
                const std::ptrdiff_t y = active[static_cast<std::size_t>(i)];
                return x == y ? infinity : rank(x, y);
            });
        if (best.first < infinity) best.second = active[static_cast<std::size_t>(best.second)];
        if (before >= 0 && rank(x, before) <= best.first) best = {rank(x, before), before};
        return {samples_.distance_of(best.first), best.second};
    }
    void merge(const std::vector<std::ptrdiff_t>&, std::ptrdiff_t gone, std::ptrdiff_t stays) {
        const auto x = static_cast<std::size_t>(gone), y = static_cast<std::size_t>(stays);
        const double n = counts_[x] + counts_[y];
        for (std::size_t k = 0; k < samples_.size(); ++k) {
            double& mean = means_[y * samples_.size() + k];
            mean = (counts_[x] * means_[x * samples_.size() + k] + counts_[y] * mean) / n;
        }
        counts_[y] = n;
    }

  private:
    double rank(std::ptrdiff_t a, std::ptrdiff_t b) const {
        const auto x = static_cast<std::size_t>(a), y = static_cast<std::size_t>(b);
        const double squared =
            neighbor_kernels().squared_l2(means_.data() + x * samples_.size(),
                                          means_.data() + y * samples_.size(), samples_.size());
        return 2 * (counts_[x] * counts_[y] / (counts_[x] + counts_[y])) * squared;
    }

    const ExactRows& samples_;
    std::vector<double> means_, counts_;
    std::ptrdiff_t grain_;
};

/// The distances of all pairs of clusters, updated as they merge (Lance and Williams).
class Distances {
  public:
    Distances(const ExactRows& samples, Linkage linkage)
        : linkage_(linkage),
          n_(static_cast<std::size_t>(samples.n_rows())),
          values_(n_ * (n_ - 1) / 2),
          counts_(n_, 1.0) {
        constexpr auto columns = static_cast<std::ptrdiff_t>(neighbor_columns);
        const std::size_t size = samples.size();
        const std::ptrdiff_t n_blocks = (samples.n_rows() + columns - 1) / columns;
        parallel_for(n_blocks, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<double> block(size * neighbor_columns), row(size), out(neighbor_columns);
            for (std::ptrdiff_t b = first; b < last; ++b) {
                const std::ptrdiff_t begin = b * columns;
                const std::ptrdiff_t end = std::min(begin + columns, samples.n_rows());
                for (std::ptrdiff_t j = begin; j < end; ++j) {
                    samples.copy_row(j, row.data());
                    for (std::size_t k = 0; k < size; ++k)
                        block[k * neighbor_columns + static_cast<std::size_t>(j - begin)] = row[k];
                }
                for (std::ptrdiff_t i = 0; i + 1 < end; ++i) {
                    samples.copy_row(i, row.data());
                    (samples.squares() ? neighbor_kernels().squared_l2s : neighbor_kernels().l1s)(
                        row.data(), 1, size, block.data(), neighbor_columns, out.data());
                    for (std::ptrdiff_t j = std::max(begin, i + 1); j < end; ++j) {
                        const double rank = out[static_cast<std::size_t>(j - begin)];
                        at(i, j) =
                            samples.distance_of(samples.apart() == Apart::cosine ? rank / 2 : rank);
                    }
                }
            }
        });
    }

    std::pair<double, std::ptrdiff_t> nearest(const std::vector<std::ptrdiff_t>& active,
                                              std::ptrdiff_t x, std::ptrdiff_t before) {
        std::pair<double, std::ptrdiff_t> best{before < 0 ? infinity : at(x, before), before};
        for (const std::ptrdiff_t y : active)
            if (y != x && at(x, y) < best.first) best = {at(x, y), y};
        return best;
    }
    void merge(const std::vector<std::ptrdiff_t>& active, std::ptrdiff_t gone,
               std::ptrdiff_t stays) {
        const double x = counts_[static_cast<std::size_t>(gone)];
        const double y = counts_[static_cast<std::size_t>(stays)];
        for (const std::ptrdiff_t i : active) {
            if (i == stays) continue;
            const double a = at(gone, i), b = at(stays, i);
            at(stays, i) =
                linkage_ == Linkage::complete ? std::max(a, b) : (x * a + y * b) / (x + y);
        }
        counts_[static_cast<std::size_t>(stays)] = x + y;
    }

  private:
    double& at(std::ptrdiff_t i, std::ptrdiff_t j) {
        auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
        if (b < a) std::swap(a, b);
        return values_[a * (2 * n_ - a - 1) / 2 + (b - a - 1)];
    }

    Linkage linkage_;
    std::size_t n_;
    std::vector<double> values_, counts_;
};

}  // namespace

Linkage linkage_from_name(std::string_view name) {
    constexpr std::string_view names[] = {"ward", "single", "complete", "average"};
    for (int i = 0; i < 4; ++i)
        if (name == names[i]) return static_cast<Linkage>(i);
    throw std::invalid_argument("linkage must be 'ward', 'single', 'complete' or 'average', got '" +
                                std::string(name) + "'");
}

Tree link_all(const ExactRows& samples, Linkage linkage) {
    require(linkage != Linkage::ward || samples.apart() == Apart::euclidean,
            "metric must be 'euclidean' for linkage 'ward'");
    const auto n = static_cast<std::size_t>(samples.n_rows());
    if (n < 2) return {};
    std::vector<Merge> merges = linkage == Linkage::single ? span(samples)
                                : linkage == Linkage::ward
                                    ? follow_chains(samples.n_rows(), Means(samples))
                                    : follow_chains(samples.n_rows(), Distances(samples, linkage));
    return tree_of(merges, n, linkage != Linkage::single);
}

Tree link_neighbors(const ExactRows& samples, Linkage linkage, const std::int64_t* ids,
                    std::ptrdiff_t k) {
    require(linkage != Linkage::ward || samples.apart() == Apart::euclidean,
            "metric must be 'euclidean' for linkage 'ward'");
    if (samples.n_rows() < 2) return {};
    GraphLinkage graph(samples, linkage, ids, k);
    return graph.merge_all();
}

}  // namespace imgmine
