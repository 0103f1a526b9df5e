#include "metrics/silhouette.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/neighbors.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t columns = static_cast<std::ptrdiff_t>(neighbor_columns);
constexpr std::ptrdiff_t rows_at_once = 256;  // that share a block of columns

/// Samples by cluster: cluster c has the places [starts[c], starts[c + 1]) of `ids`.
struct ByCluster {
    std::vector<std::ptrdiff_t> ids, starts;

    ByCluster(const std::int64_t* codes, std::ptrdiff_t n, std::int64_t n_clusters)
        : starts(static_cast<std::size_t>(n_clusters) + 1) {
        for (std::ptrdiff_t i = 0; i < n; ++i)
            if (codes[i] >= 0) ++starts[static_cast<std::size_t>(codes[i]) + 1];
        for (std::size_t c = 1; c < starts.size(); ++c) starts[c] += starts[c - 1];
        ids.resize(static_cast<std::size_t>(starts.back()));
        std::vector<std::ptrdiff_t> next = starts;
        for (std::ptrdiff_t i = 0; i < n; ++i)
            if (codes[i] >= 0)
                ids[static_cast<std::size_t>(next[static_cast<std::size_t>(codes[i])]++)] = i;
    }
    std::ptrdiff_t size() const { return static_cast<std::ptrdiff_t>(ids.size()); }
    std::ptrdiff_t start(std::ptrdiff_t c) const { return starts[static_cast<std::size_t>(c)]; }
    std::ptrdiff_t cluster_of(std::ptrdiff_t place) const {
        return std::upper_bound(starts.begin(), starts.end(), place) - starts.begin() - 1;
    }
};

class Worker {
  public:
    Worker(const ExactRows& samples, const ByCluster& order, bool own_only)
        : samples_(samples), order_(order), own_only_(own_only) {}

    /// Puts out the means of the samples at the places [first, last).
    void work(std::ptrdiff_t first, std::ptrdiff_t last, double* own, double* other) {
        const std::size_t size = samples_.size(), n = static_cast<std::size_t>(last - first);
        rows_.resize(n * size);
        for (std::size_t i = 0; i < n; ++i)
            samples_.copy_row(id(first + static_cast<std::ptrdiff_t>(i)), rows_.data() + i * size);
        out_.resize(n * neighbor_columns);
        own_.assign(n, 0.0);
        least_.assign(n, std::numeric_limits<double>::infinity());
        const std::ptrdiff_t mine = order_.cluster_of(first),
                             last_mine = order_.cluster_of(last - 1);
        const auto n_clusters = static_cast<std::ptrdiff_t>(order_.starts.size()) - 1;
        for (std::ptrdiff_t c = own_only_ ? mine : 0; c < (own_only_ ? last_mine + 1 : n_clusters);
             ++c)
            meet(first, c);
        for (std::size_t i = 0; i < n; ++i) {
            const std::ptrdiff_t at = id(first + static_cast<std::ptrdiff_t>(i));
            own[at] = own_[i];
            if (other) other[at] = least_[i];
        }
    }

  private:
    std::ptrdiff_t id(std::ptrdiff_t place) const {
        return order_.ids[static_cast<std::size_t>(place)];
    }

    /// Adds up the distances from the samples of cluster c.
    void meet(std::ptrdiff_t first, std::ptrdiff_t c) {
        const std::ptrdiff_t begin = order_.start(c), end = order_.start(c + 1);
        if (begin == end) return;
        const std::size_t size = samples_.size(), n = own_.size();
        totals_.assign(n, 0.0);
        row_.resize(size);
        const NeighborKernels& kernels = neighbor_kernels();
        for (std::ptrdiff_t at = begin; at < end; at += columns) {
            const std::ptrdiff_t n_columns = std::min(columns, end - at);
            block_.assign(size * neighbor_columns, 0.0);
            for (std::ptrdiff_t j = 0; j < n_columns; ++j) {
                samples_.copy_row(id(at + j), row_.data());
                for (std::size_t k = 0; k < size; ++k)
                    block_[k * neighbor_columns + static_cast<std::size_t>(j)] = row_[k];
            }
            (samples_.squares() ? kernels.squared_l2s : kernels.l1s)(
                rows_.data(), n, size, block_.data(), static_cast<std::size_t>(n_columns),
                out_.data());
            const auto sum =
                samples_.apart() == Apart::euclidean ? kernels.sum_of_roots : kernels.sum;
            for (std::size_t i = 0; i < n; ++i)
                totals_[i] +=
                    sum(out_.data() + i * neighbor_columns, static_cast<std::size_t>(n_columns));
        }
        const double factor = (samples_.apart() == Apart::cosine ? 0.5 : 1) / samples_.scale();
        for (std::size_t i = 0; i < n; ++i) {
            const std::ptrdiff_t place = first + static_cast<std::ptrdiff_t>(i);
            const auto others = static_cast<double>(end - begin - (place >= begin && place < end));
            if (place >= begin && place < end)
                own_[i] = others > 0 ? totals_[i] * factor / others : 0;
            else
                least_[i] = std::min(least_[i], totals_[i] * factor / others);
        }
    }

    const ExactRows& samples_;
    const ByCluster& order_;
    bool own_only_;
    std::vector<double> rows_, block_, out_, row_, totals_, own_, least_;
};

}  // namespace

void mean_distances(const ExactRows& samples, const std::int64_t* codes, std::int64_t n_clusters,
                    double* own, double* other) {
    const std::ptrdiff_t n = samples.n_rows();
    std::fill_n(own, n, 0.0);
    if (other) std::fill_n(other, n, 0.0);
    const ByCluster order(codes, n, n_clusters);
    const std::ptrdiff_t n_groups = (order.size() + rows_at_once - 1) / rows_at_once;
    const std::ptrdiff_t grain = row_grain(
        rows_at_once * std::max<std::ptrdiff_t>(n * static_cast<std::ptrdiff_t>(samples.size()), 1),
        0.1);
    parallel_for(n_groups, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        Worker worker(samples, order, other == nullptr);
        for (std::ptrdiff_t g = first; g < last; ++g)
            worker.work(g * rows_at_once, std::min((g + 1) * rows_at_once, order.size()), own,
                        other);
    });
}

}  // namespace imgmine
