#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/shortlist.hpp"
#include "similarity/best.hpp"
#include "similarity/pairwise.hpp"

namespace imgmine {

/// Compares some queries with blocks of a base, in floats.
///
/// Many queries are first compared by sums of products (and, for chi2, of about a^2 / (a + b)),
/// 16 queries to a register and each row of the base loaded once for 48. Those bound the measure;
/// only rows that may be among a query's best are compared as Comparison does, whose bits count.
template <class T>
class FloatScan {
  public:
    /// `ids`: of the rows; none: their numbers.
    FloatScan(const RowsView<T>& queries, const RowsView<T>& base, std::ptrdiff_t k, Metric metric,
              const std::int64_t* ids = nullptr)
        : comparison_(metric, base.size),
          metric_(metric),
          base_(base),
          ids_(ids),
          size_(static_cast<std::size_t>(base.size)),
          k_(k),
          n_queries_(static_cast<std::size_t>(queries.n_rows)),
          epsilon_((static_cast<double>(base.size) + 16) * 0x1p-22) {
        queries_ = comparison_.prepare(widened(queries, widened_), prepared_);
        const bool has_bounds = metric != Metric::l1 && metric != Metric::intersection;
        bounded_ = has_bounds && n_queries_ >= 6 && k <= base.n_rows / 8 && epsilon_ < 0.1;
        if (bounded_) pack();
    }

    void scan(std::ptrdiff_t first, std::ptrdiff_t last, Best<float>* lists) const {
        Workspace work;
        bool bounded = bounded_;
        std::ptrdiff_t n_seen = 0, n_found = 0;
        for (std::ptrdiff_t b = first; b < last; b += scan_block) {
            const std::ptrdiff_t n = std::min(scan_block, last - b);
            const RowsView<T> part{base_.row(b), n, base_.size, base_.row_stride};
            const RowsView<float> rows =
                comparison_.prepare(widened(part, work.widened), work.prepared);
            if (!bounded) {
                compare_all(rows, b, lists, work);
                continue;
            }
            const std::ptrdiff_t found = compare_some(rows, b, lists, work);
            if (b - first < 4 * k_) continue;  // lists were being filled
            n_seen += n * static_cast<std::ptrdiff_t>(n_queries_);
            n_found += found;
            bounded = n_found < n_seen / 8;  // else the bounds cost more than they save
        }
    }

  private:
    static constexpr std::size_t group = 3 * panel_queries;

    struct Workspace {
        std::vector<float> widened, prepared, scores;
        std::vector<float> offsets = std::vector<float>(scan_block);
        std::vector<std::uint32_t> at = std::vector<std::uint32_t>(scan_block);
        std::vector<Shortlisted> found;
    };

    const float* query(std::size_t q) const { return queries_.row(static_cast<std::ptrdiff_t>(q)); }

    void offer(float raw, std::ptrdiff_t row, Best<float>& list) const {
        float rank = comparison_.finish(raw);
        if (is_similarity(metric_)) rank = -rank;
        if (std::isnan(rank)) rank = Best<float>::no_limit;
        list.offer({rank, ids_ ? ids_[row] : row});
    }

    void compare_all(const RowsView<float>& rows, std::ptrdiff_t b, Best<float>* lists,
                     Workspace& work) const {
        constexpr std::size_t some = 32;
        const auto n = static_cast<std::size_t>(rows.n_rows);
        work.scores.resize(some * scan_block);
        for (std::size_t q = 0; q < n_queries_; q += some) {
            const std::size_t n_q = std::min(some, n_queries_ - q);
            comparison_.raw(
                {query(q), static_cast<std::ptrdiff_t>(n_q), queries_.size, queries_.row_stride},
                rows, work.scores.data(), scan_block);
            for (std::size_t i = 0; i < n_q; ++i) {
                float* scores = work.scores.data() + i * scan_block;
                Best<float>& list = lists[q + i];
                double limit = static_cast<double>(list.limit());
                if (metric_ == Metric::euclidean) limit = limit * limit * (1 + 0x1p-20) + 1e-37;
                if (is_similarity(metric_))
                    for (std::size_t j = 0; j < n; ++j) scores[j] = -scores[j];
                const std::size_t n_found = shortlist_kernels().not_above(
                    scores, n, static_cast<float>(limit), work.at.data());
                for (std::size_t f = 0; f < n_found; ++f) {
                    const float score = scores[work.at[f]];
                    offer(is_similarity(metric_) ? -score : score, b + work.at[f], list);
                }
            }
        }
    }

    std::ptrdiff_t compare_some(const RowsView<float>& rows, std::ptrdiff_t b, Best<float>* lists,
                                Workspace& work) const {
        const double most = measure(rows, work.offsets);
        const auto find =
            metric_ == Metric::chi2 ? shortlist_kernels().chi2s : shortlist_kernels().dots;
        work.found.resize(group * scan_block);
        std::ptrdiff_t total = 0;
        for (std::size_t q = 0; q < n_queries_; q += group) {
            float limits[group];
            const std::size_t n_q = std::min(group, n_queries_ - q);
            for (std::size_t i = 0; i < group; ++i)
                limits[i] = i < n_q ? limit_of(q + i, lists[q + i].limit(), most)
                                    : std::numeric_limits<float>::infinity();
            const std::size_t n_found = find(
                panels_.data() + q * size_, (n_q + panel_queries - 1) / panel_queries, rows.data,
                static_cast<std::size_t>(rows.row_stride), static_cast<std::size_t>(rows.n_rows),
                size_, work.offsets.data(), limits, work.found.data());
            for (std::size_t f = 0; f < n_found; ++f) {
                const Shortlisted& pair = work.found[f];
                if (pair.query >= n_q) continue;  // a sum with NaN
                float raw;
                comparison_.raw({query(q + pair.query), 1, queries_.size, queries_.row_stride},
                                {rows.row(pair.row), 1, rows.size, rows.row_stride}, &raw, 1);
                offer(raw, b + pair.row, lists[q + pair.query]);
            }
            total += static_cast<std::ptrdiff_t>(n_found);
        }
        return total;
    }

    /// Fills panels, and for each query what its limits need.
    void pack() {
        const std::size_t n_panels = (n_queries_ + panel_queries - 1) / panel_queries;
        panels_.assign(n_panels * panel_queries * size_, 0.0f);
        lengths_.resize(n_queries_);
        std::vector<float> length(n_queries_);
        const auto measure_queries = metric_ == Metric::chi2 ? shortlist_kernels().sums
                                                             : shortlist_kernels().squared_lengths;
        measure_queries(queries_.data, static_cast<std::size_t>(queries_.row_stride), n_queries_,
                        size_, length.data());
        for (std::size_t q = 0; q < n_queries_; ++q) {
            lengths_[q] = static_cast<double>(length[q]);
            if (!(length[q] < 1e18f)) bounded_ = metric_ != Metric::chi2 && bounded_;
            float* panel = panels_.data() + q / panel_queries * panel_queries * size_;
            for (std::size_t k = 0; k < size_; ++k) {
                const float x = query(q)[k];
                panel[k * panel_queries + q % panel_queries] =
                    metric_ == Metric::chi2 ? std::max(x, 1e-18f) : x;  // 0 / 0 is to be 0
            }
        }
    }

    /// What each row's sum starts from, NaN where no bound can be trusted; the greatest length.
    double measure(const RowsView<float>& rows, std::vector<float>& offsets) const {
        const auto n = static_cast<std::size_t>(rows.n_rows);
        std::fill(offsets.begin(), offsets.end(), 0.0f);
        if (metric_ == Metric::cosine || metric_ == Metric::pearson) return 1.001;
        const auto measure_rows = metric_ == Metric::chi2 ? shortlist_kernels().sums
                                                          : shortlist_kernels().squared_lengths;
        measure_rows(rows.data, static_cast<std::size_t>(rows.row_stride), n, size_,
                     offsets.data());
        float most = 0;
        for (std::size_t i = 0; i < n; ++i) {
            float& x = offsets[i];
            const bool trusted = x < (metric_ == Metric::chi2 ? 1e18f : 1e36f);
            if (trusted) most = std::max(most, x);
            const double by = metric_ == Metric::euclidean ? epsilon_ - 0.5
                              : metric_ == Metric::chi2    ? epsilon_ - 0.25
                                                           : 0;
            x = trusted ? static_cast<float>(by * static_cast<double>(x))
                        : std::numeric_limits<float>::quiet_NaN();
        }
        return std::sqrt(static_cast<double>(most));
    }

    /// Below it a sum says that a row's rank is above `rank`.
    float limit_of(std::size_t q, float rank, double most) const {
        constexpr float none = -std::numeric_limits<float>::infinity();
        const double limit = static_cast<double>(rank), length = lengths_[q];
        if (!(limit < 1e18 && limit > -1e36 && length < 1e36)) return none;
        switch (metric_) {
            case Metric::euclidean:
                return static_cast<float>(length * (0.5 - epsilon_) -
                                          limit * limit * (1 + epsilon_) / 2 - 1e-34);
            case Metric::chi2:
                return static_cast<float>(-(limit * (1 + epsilon_) + 3 * length) / 4 -
                                          length * (0x1p-13 + 4 * epsilon_) -
                                          1e-17 * static_cast<double>(size_ + 1));
            default:
                return static_cast<float>(-limit - 2 * epsilon_ * std::sqrt(length) * most - 1e-34);
        }
    }

    Comparison comparison_;
    Metric metric_;
    RowsView<T> base_;
    const std::int64_t* ids_;
    std::size_t size_;
    std::ptrdiff_t k_;
    std::size_t n_queries_;
    double epsilon_;
    bool bounded_ = false;
    std::vector<float> widened_, prepared_, panels_;
    std::vector<double> lengths_;  ///< squared, for chi2 sums
    RowsView<float> queries_{};
};

}  // namespace imgmine
