#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "base/image.hpp"
#include "kernels/integer_dots.hpp"
#include "similarity/best.hpp"
#include "similarity/metric.hpp"

namespace imgmine {

/// The score that a rank of ByteScan stands for.
inline float byte_score(std::int32_t rank, Metric metric) {
    const auto value = static_cast<double>(rank);
    return static_cast<float>(metric == Metric::euclidean ? std::sqrt(value) : -value);
}

/// Compares some queries with blocks of a base by whole numbers: squares of distances, or inner
/// products. Exact.
template <class T>
class ByteScan {
  public:
    /// Sums of larger rows might leave 32 bits.
    static constexpr std::ptrdiff_t most_values = 32768;
    static bool can(Metric metric, std::ptrdiff_t size) {
        return size <= most_values &&
               (metric == Metric::euclidean || metric == Metric::inner_product);
    }

    ByteScan(const RowsView<T>& queries, const RowsView<T>& base, Metric metric)
        : squares_(metric == Metric::euclidean),
          base_(base),
          n_queries_(static_cast<std::size_t>(queries.n_rows)),
          panel_size_((static_cast<std::size_t>(base.size) + 3) / 4 * 64),
          wide_size_((static_cast<std::size_t>(base.size) + 31) / 32 * 32),
          lengths_(n_queries_) {
        if (n_queries_ < few) wide_.assign(n_queries_ * wide_size_, 0);
        const std::size_t n_panels = (n_queries_ + panel_queries - 1) / panel_queries;
        panels_.assign(n_panels * panel_size_, 0x80);
        std::vector<std::int32_t> sums(n_queries_);
        measure(queries, sums.data(), lengths_.data());
        for (std::size_t q = 0; q < n_queries_; ++q) {
            const T* row = queries.row(static_cast<std::ptrdiff_t>(q));
            if (!wide_.empty()) std::copy_n(row, base.size, wide_.data() + q * wide_size_);
            std::uint8_t* panel = panels_.data() + q / panel_queries * panel_size_;
            for (std::size_t k = 0; k < static_cast<std::size_t>(base.size); ++k)
                panel[(k / 4 * panel_queries + q % panel_queries) * 4 + k % 4] =
                    static_cast<std::uint8_t>(static_cast<std::uint8_t>(row[k]) ^ 0x80);
        }
    }

    void scan(std::ptrdiff_t first, std::ptrdiff_t last, Best<std::int32_t>* lists) const {
        if (n_queries_ < few) return scan_few(first, last, lists);
        each(
            first, last, [&](std::size_t q) { return lists[q].limit(); },
            [&](std::size_t q, std::ptrdiff_t id, std::int32_t rank) {
                lists[q].offer({rank, id});
            });
    }

    /// take(query, row, rank) of all pairs.
    template <class Take>
    void all(std::ptrdiff_t first, std::ptrdiff_t last, const Take& take) const {
        each(first, last, [](std::size_t) { return Best<std::int32_t>::no_limit; }, take);
    }

  private:
    static constexpr std::size_t group = 3 * panel_queries;
    static constexpr std::size_t few = 5;  // queries that are faster one by one

    void scan_few(std::ptrdiff_t first, std::ptrdiff_t last, Best<std::int32_t>* lists) const {
        const IntegerDotsKernels& k = integer_dots_kernels();
        const auto compare = squares_ ? (std::is_signed_v<T> ? k.squares_s8 : k.squares_u8)
                                      : (std::is_signed_v<T> ? k.products_s8 : k.products_u8);
        std::int32_t ranks[scan_block];
        for (std::ptrdiff_t b = first; b < last; b += scan_block) {
            const std::ptrdiff_t n = std::min(scan_block, last - b);
            for (std::size_t q = 0; q < n_queries_; ++q) {
                compare(wide_.data() + q * wide_size_,
                        reinterpret_cast<const std::uint8_t*>(base_.row(b)),
                        static_cast<std::size_t>(base_.row_stride), static_cast<std::size_t>(n),
                        static_cast<std::size_t>(base_.size), ranks);
                if (!squares_)
                    for (std::ptrdiff_t i = 0; i < n; ++i) ranks[i] = -ranks[i];
                std::int32_t limit = lists[q].limit();
                for (std::ptrdiff_t i = 0; i < n; ++i) {
                    if (ranks[i] >= limit) continue;  // equal ones come later
                    lists[q].offer({ranks[i], b + i});
                    limit = lists[q].limit();
                }
            }
        }
    }

    static void measure(const RowsView<T>& rows, std::int32_t* sums, std::int32_t* squares) {
        const IntegerDotsKernels& k = integer_dots_kernels();
        (std::is_signed_v<T> ? k.measure_s8 : k.measure_u8)(
            reinterpret_cast<const std::uint8_t*>(rows.data),
            static_cast<std::size_t>(rows.row_stride), static_cast<std::size_t>(rows.n_rows),
            static_cast<std::size_t>(rows.size), sums, squares);
    }

    std::int32_t limit_of(std::size_t q, std::int32_t rank) const {
        if (rank == Best<std::int32_t>::no_limit) return std::numeric_limits<std::int32_t>::min();
        if (!squares_) return -rank;
        return static_cast<std::int32_t>((std::int64_t{lengths_[q]} - rank) >> 1);
    }

    template <class LimitOf, class Take>
    void each(std::ptrdiff_t first, std::ptrdiff_t last, const LimitOf& rank_limit,
              const Take& take) const {
        const auto find =
            std::is_signed_v<T> ? integer_dots_kernels().find_s8 : integer_dots_kernels().find_u8;
        std::vector<std::int32_t> sums(scan_block), squares(scan_block), offsets(scan_block);
        std::vector<Shortlisted> found(group * scan_block);
        for (std::ptrdiff_t b = first; b < last; b += scan_block) {
            const std::ptrdiff_t n = std::min(scan_block, last - b);
            measure({base_.row(b), n, base_.size, base_.row_stride}, sums.data(), squares.data());
            for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
                if (!squares_) squares[i] = 0;
                // What the flipped bits of the queries add is taken off.
                const std::int32_t shift = (std::is_signed_v<T> ? -128 : 128) * sums[i];
                offsets[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(shift) -
                                                       static_cast<std::uint32_t>(squares[i] / 2));
            }
            for (std::size_t q = 0; q < n_queries_; q += group) {
                std::int32_t limits[group];
                const std::size_t n_q = std::min(group, n_queries_ - q);
                for (std::size_t i = 0; i < group; ++i)
                    limits[i] = i < n_q ? limit_of(q + i, rank_limit(q + i))
                                        : std::numeric_limits<std::int32_t>::max();
                const std::size_t n_found = find(
                    panels_.data() + q / panel_queries * panel_size_,
                    (n_q + panel_queries - 1) / panel_queries,
                    reinterpret_cast<const std::uint8_t*>(base_.row(b)),
                    static_cast<std::size_t>(base_.row_stride), static_cast<std::size_t>(n),
                    static_cast<std::size_t>(base_.size), offsets.data(), limits, found.data());
                for (std::size_t f = 0; f < n_found; ++f) {
                    const Shortlisted& pair = found[f];
                    if (pair.query < n_q)
                        take(q + pair.query, b + pair.row,
                             rank_of(q + pair.query, squares[pair.row], pair.value));
                }
            }
        }
    }

    /// Of a sum of products, less half of the row's squares, rounded down.
    std::int32_t rank_of(std::size_t q, std::int32_t squares, std::int32_t value) const {
        if (!squares_) return -value;
        return static_cast<std::int32_t>(std::int64_t{lengths_[q]} + squares % 2 -
                                         2 * std::int64_t{value});
    }

    bool squares_;
    RowsView<T> base_;
    std::size_t n_queries_, panel_size_, wide_size_;
    std::vector<std::int32_t> lengths_;  ///< squared
    std::vector<std::uint8_t> panels_;
    std::vector<std::int16_t> wide_;
};

}  // namespace imgmine
