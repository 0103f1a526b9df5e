#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "geometry/tap_bytes.hpp"
#include "geometry/tap_floats.hpp"

namespace imgmine {

/// Weighs floats: the two halves that resample() is made of.
struct FloatWeighing {
    using Value = float;
    using Middle = float;
    using Weight = float;
    FloatColumns columns(const TapAxis& axis, ColumnRange range) const { return {axis, range}; }
    void row_weights(const double* weights, std::ptrdiff_t n, std::vector<float>& out) const {
        out.assign(weights, weights + n);
    }
    void rows(const float* const* rows, const float* weights, std::size_t n_rows, float* out,
              std::size_t n) const {
        resample_kernels().rows_f32(rows, weights, n_rows, out, n);
    }
};

struct ByteWeighing {
    using Value = std::uint8_t;
    using Middle = std::int16_t;
    using Weight = std::int32_t;
    FixedPoint fixed;
    ByteColumns columns(const TapAxis& axis, ColumnRange range) const {
        return {axis, range, fixed};
    }
    void row_weights(const double* weights, std::ptrdiff_t n,
                     std::vector<std::int32_t>& out) const {
        out.clear();
        add_whole_weights(weights, n, fixed.row_bits, out);
    }
    void rows(const std::int16_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
              std::uint8_t* out, std::size_t n) const {
        const auto shift = static_cast<std::size_t>(fixed.row_bits + fixed.places);
        resample_bytes_kernels().weigh_rows(rows, weights, n_rows, shift, out, n);
    }
};

/// The taps of new rows [first, last), some rows at a time.
class RowTaps {
  public:
    RowTaps(const TapAxis& axis, std::ptrdiff_t last)
        : axis_(axis), last_(last), taps_{.from = 0, .most = axis.most()} {}
    /// Those that hold the ones of row y.
    const Taps& at(std::ptrdiff_t y) {
        constexpr std::ptrdiff_t budget = 1 << 17;
        if (y < taps_.begin || y >= taps_.end()) {
            const std::ptrdiff_t n = std::max<std::ptrdiff_t>(budget / (8 * taps_.most), 1);
            taps_.weights = {};  // before there are others
            taps_ = axis_.taps(y, std::min(y + n, last_));
        }
        return taps_;
    }

  private:
    const TapAxis& axis_;
    std::ptrdiff_t last_;
    Taps taps_;
};

/// Resamples the columns [range.first, + range.n) of the new rows [first, last).
///
/// Old rows go into a ring at their new width, as many as a new one has taps.
template <class Weighing, class T = typename Weighing::Value>
void resample_tile(ImageView<const T> src, ImageView<T> dst, RowTaps& vertical,
                   const TapAxis& horizontal, const Weighing& weighing, ColumnRange range,
                   std::ptrdiff_t first, std::ptrdiff_t last) {
    using Middle = typename Weighing::Middle;
    constexpr std::ptrdiff_t room = 16, line = 64 / sizeof(Middle);  // kernels write groups of 16
    const std::ptrdiff_t n = range.n * range.channels;
    const std::ptrdiff_t stride = (n + room + line - 1) / line * line;
    const std::ptrdiff_t most = vertical.at(first).most;
    const auto columns = weighing.columns(horizontal, range);
    std::vector<Middle> ring(static_cast<std::size_t>(stride * most));
    const auto slot = [&](std::ptrdiff_t y) { return ring.data() + y % most * stride; };
    std::vector<const Middle*> rows;
    std::vector<typename Weighing::Weight> all, weights;

    std::ptrdiff_t next = 0;  // the old row to fetch next
    for (std::ptrdiff_t y = first; y < last; ++y) {
        const Taps& taps = vertical.at(y);
        const std::ptrdiff_t top = taps.first(y), end = top + taps.count(y);
        for (next = std::max(next, top); next < end; ++next) columns.run(src.row(next), slot(next));
        weighing.row_weights(taps.of(y), most, all);
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

/// How many columns at a time: ring and tables stay in the second level of the cache.
inline std::ptrdiff_t tile_width(std::ptrdiff_t vertical_most, std::ptrdiff_t horizontal_most,
                                 std::ptrdiff_t middle_size, std::ptrdiff_t channels) {
    constexpr std::ptrdiff_t budget = 1 << 20;
    const std::ptrdiff_t each = channels * (vertical_most * middle_size + 8 * horizontal_most) +
                                12 * horizontal_most;  // taps, before they are in tables
    const std::ptrdiff_t width = std::clamp<std::ptrdiff_t>(budget / each, 1, 1 << 14);
    return width < 16 ? width : width / 16 * 16;
}

/// Weighted sums along the columns, then along the rows.
template <class Weighing, class T = typename Weighing::Value>
void resample(ImageView<const T> src, ImageView<T> dst, const TapAxis& vertical,
              const TapAxis& horizontal, const Weighing& weighing) {
    const std::ptrdiff_t tile = tile_width(vertical.most(), horizontal.most(),
                                           sizeof(typename Weighing::Middle), dst.channels);
    const auto tiles = [&](std::ptrdiff_t left, std::ptrdiff_t right, std::ptrdiff_t first,
                           std::ptrdiff_t last) {
        RowTaps rows(vertical, last);
        for (std::ptrdiff_t x = left; x < right; x += tile) {
            const ColumnRange range{x, std::min(tile, right - x), dst.channels};
            resample_tile(src, dst, rows, horizontal, weighing, range, first, last);
        }
    };
    const double cost = 0.05 * (vertical.scale() * static_cast<double>(horizontal.most()) +
                                static_cast<double>(vertical.most()));
    // Shares of rows have to fetch the rows around them, too; shares of columns do not.
    if (4 * vertical.most() > src.height && dst.width >= 64)
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
