#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "geometry/tap_tables.hpp"

namespace imgmine {

/// Weighs floats: the two halves that resample() is made of.
struct FloatWeighing {
    using Value = float;
    using Middle = float;
    using Weight = float;
    FloatColumns columns(const Taps& taps, ColumnRange range) const { return {taps, range}; }
    std::vector<float> row_weights(const double* weights, std::ptrdiff_t n) const {
        return {weights, weights + n};
    }
    void rows(const float* const* rows, const float* weights, std::size_t n_rows, float* out,
              std::size_t n) const {
        resample_kernels().rows_f32(rows, weights, n_rows, out, n);
    }
};

template <class MiddleOf>
struct ByteWeighing {
    using Value = std::uint8_t;
    using Middle = MiddleOf;
    using Weight = std::int32_t;
    const FixedPoint<Middle>& fixed;
    ByteColumns<Middle> columns(const Taps& taps, ColumnRange range) const {
        return {taps, range, fixed};
    }
    std::vector<std::int32_t> row_weights(const double* weights, std::ptrdiff_t n) const {
        return whole_weights(weights, n, fixed.bits, fixed.sum_up);
    }
    void rows(const Middle* const* rows, const std::int32_t* weights, std::size_t n_rows,
              std::uint8_t* out, std::size_t n) const {
        if constexpr (sizeof(Middle) == 1)
            resample_bytes_kernels().rows_u8(rows, weights, n_rows, fixed.row_shift, out, n);
        else
            resample_bytes_kernels().rows_s16(rows, weights, n_rows, fixed.row_shift, out, n);
    }
};

/// Resamples the columns [range.first, + range.n) of the new rows [first, last).
///
/// Old rows go into a ring at their new width, as many as a new one has taps.
template <class Weighing, class T = typename Weighing::Value>
void resample_tile(ImageView<const T> src, ImageView<T> dst, const Taps& vertical,
                   const Taps& horizontal, const Weighing& weighing, ColumnRange range,
                   std::ptrdiff_t first, std::ptrdiff_t last) {
    using Middle = typename Weighing::Middle;
    constexpr std::ptrdiff_t room = 64;  // kernels write whole registers
    const std::ptrdiff_t n = range.n * range.channels, stride = (n + 2 * room - 1) / room * room;
    const auto columns = weighing.columns(horizontal, range);
    std::vector<Middle> ring(static_cast<std::size_t>(stride * vertical.most));
    const auto slot = [&](std::ptrdiff_t y) { return ring.data() + y % vertical.most * stride; };
    std::vector<const Middle*> rows;
    std::vector<typename Weighing::Weight> weights;

    std::ptrdiff_t next = 0;  // the old row to fetch next
    for (std::ptrdiff_t y = first; y < last; ++y) {
        const std::ptrdiff_t top = vertical.first[static_cast<std::size_t>(y)];
        const std::ptrdiff_t end = top + vertical.count[static_cast<std::size_t>(y)];
        for (next = std::max(next, top); next < end; ++next) columns.run(src.row(next), slot(next));
        const auto all = weighing.row_weights(vertical.of(y), vertical.most);
        rows.clear();
        weights.clear();
        for (std::ptrdiff_t k = 0; k < end - top; ++k) {
            if (all[static_cast<std::size_t>(k)] == 0) continue;
            rows.push_back(slot(top + k));
            weights.push_back(all[static_cast<std::size_t>(k)]);
        }
        weighing.rows(rows.data(), weights.data(), rows.size(),
                      dst.row(y) + range.first * range.channels, static_cast<std::size_t>(n));
    }
}

/// The columns [range.first, + range.n) of the new rows [first, last): sums over old rows first,
/// with bytes in between.
inline void resample_tile_rows_first(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
                                     const Taps& vertical, const Taps& horizontal,
                                     const ByteWeighing<std::uint8_t>& weighing, ColumnRange range,
                                     std::ptrdiff_t first, std::ptrdiff_t last) {
    const auto columns = weighing.columns(horizontal, range);
    const auto n = static_cast<std::size_t>(range.n * range.channels);
    std::vector<std::uint8_t> sums(static_cast<std::size_t>(src.row_size())), scratch(n + 128);
    std::vector<const std::uint8_t*> rows;
    for (std::ptrdiff_t y = first; y < last; ++y) {
        rows.clear();
        for (std::ptrdiff_t k = 0; k < vertical.most; ++k)
            rows.push_back(src.row(vertical.first[static_cast<std::size_t>(y)] + k));
        const auto weights = weighing.row_weights(vertical.of(y), vertical.most);
        weighing.rows(rows.data(), weights.data(), rows.size(), sums.data(), sums.size());
        columns.run(sums.data(), scratch.data());
        std::memcpy(dst.row(y) + range.first * range.channels, scratch.data(), n);
    }
}

/// Weighted sums along the columns, then along the rows; the other way round where Pillow does so.
template <class Weighing, class T = typename Weighing::Value>
void resample(ImageView<const T> src, ImageView<T> dst, const Taps& vertical,
              const Taps& horizontal, const Weighing& weighing) {
    constexpr std::ptrdiff_t budget = 1 << 20;  // bytes of ring and tables
    const std::ptrdiff_t each =
        vertical.most * static_cast<std::ptrdiff_t>(sizeof(typename Weighing::Middle)) +
        8 * horizontal.most;
    const std::ptrdiff_t tile =
        std::clamp<std::ptrdiff_t>(budget / (each * dst.channels) / 16 * 16, 16, 1 << 16);
    const bool rows_first =
        sizeof(typename Weighing::Middle) == 1 && dst.height < src.height && dst.width > src.width;
    const auto tiles = [&](std::ptrdiff_t left, std::ptrdiff_t right, std::ptrdiff_t first,
                           std::ptrdiff_t last) {
        for (std::ptrdiff_t x = left; x < right; x += tile) {
            const ColumnRange range{x, std::min(tile, right - x), dst.channels};
            if constexpr (sizeof(typename Weighing::Middle) == 1)
                if (rows_first) {
                    resample_tile_rows_first(src, dst, vertical, horizontal, weighing, range, first,
                                             last);
                    continue;
                }
            resample_tile(src, dst, vertical, horizontal, weighing, range, first, last);
        }
    };
    const double rows_each = static_cast<double>(src.height) / static_cast<double>(dst.height);
    const double cost = 0.05 * (rows_each * static_cast<double>(horizontal.most) +
                                static_cast<double>(vertical.most));
    // Shares of rows have to fetch the rows around them, too; shares of columns do not.
    if (!rows_first && 4 * vertical.most > src.height && dst.width >= 64)
        parallel_for((dst.width + 15) / 16, row_grain(16 * dst.height * dst.channels, cost),
                     [&](std::ptrdiff_t left, std::ptrdiff_t right) {
                         tiles(16 * left, std::min(16 * right, dst.width), 0, dst.height);
                     });
    else
        parallel_for(
            dst.height, row_grain(dst.row_size(), cost),
            [&](std::ptrdiff_t first, std::ptrdiff_t last) { tiles(0, dst.width, first, last); });
}

}  // namespace imgmine
