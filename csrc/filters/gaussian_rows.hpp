#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/image.hpp"
#include "filters/column_tile.hpp"
#include "filters/gaussian_blur.hpp"
#include "kernels/convolve.hpp"
#include "kernels/smooth.hpp"

namespace imgmine {

/// Symmetric taps for bytes: whole numbers that sum to 256, or, where 16 bits then hold the whole
/// two-dimensional sum, to less (`shift` > 0). Both passes are exact.
struct FixedPointTaps {
    using Value = std::uint8_t;
    using Middle = std::uint16_t;
    static constexpr std::ptrdiff_t most_rows = 1;
    std::vector<std::uint16_t> taps;
    std::size_t shift = 0;

    explicit FixedPointTaps(std::vector<std::uint16_t> weights) : taps(std::move(weights)) {
        const int divisor = std::accumulate(taps.begin(), taps.end(), 0,
                                            [](int a, int b) { return std::gcd(a, b); });
        if (divisor < 16 || divisor == 256) return;  // sum s <= 16: 255 s^2 + s^2 / 2 < 2^16
        for (std::uint16_t& tap : taps) tap = static_cast<std::uint16_t>(tap / divisor);
        for (int s = 256 / divisor; s > 1; s /= 2) shift += 2;
    }
    bool is_binomial_5() const { return taps == std::vector<std::uint16_t>{1, 4, 6, 4, 1}; }

    void down(const Value* const* rows, std::ptrdiff_t, Middle* out, std::ptrdiff_t,
              std::size_t n) const {
        convolve_kernels().symmetric_sum_u8(rows, taps.data(), taps.size(), out, n);
    }
    void along(const Middle* const* shifted, Value* out, std::size_t n) const {
        if (shift)
            return convolve_kernels().symmetric_sum_narrow_u16(shifted, taps.data(), taps.size(),
                                                               shift, out, n);
        convolve_kernels().weighted_sum_u16(shifted, taps.data(), taps.size(), out, n);
    }
};

/// Taps for floats; several rows go down at a time, as neighbours read nearly the same rows.
struct FloatTaps {
    using Value = float;
    using Middle = float;
    static constexpr std::ptrdiff_t most_rows = 4;
    std::vector<float> taps;

    void down(const Value* const* rows, std::ptrdiff_t n_rows, Middle* out, std::ptrdiff_t stride,
              std::size_t n) const {
        if (n_rows == 4 && n >= 32 && taps.size() >= 4)
            return smooth_kernels().weighted_rows_f32(rows, taps.data(), taps.size(), out, stride,
                                                      n);
        for (std::ptrdiff_t r = 0; r < n_rows; ++r)
            convolve_kernels().weighted_sum_f32(rows + r, taps.data(), taps.size(),
                                                out + r * stride, n);
    }
    void along(const Middle* const* shifted, Value* out, std::size_t n) const {
        convolve_kernels().weighted_sum_f32(shifted, taps.data(), taps.size(), out, n);
    }
};

/// The kernel of a Gaussian for values of type T.
template <class T>
auto gaussian_kernel(const Gaussian& gaussian) {
    const std::vector<double> taps = gaussian_taps(gaussian, std::is_same_v<T, float>);
    if constexpr (std::is_same_v<T, float>)
        return FloatTaps{{taps.begin(), taps.end()}};
    else
        return FixedPointTaps{fixed_point_taps(taps)};
}

/// Rows of a buffer that begin on a cache line.
template <class T>
class AlignedRows {
  public:
    AlignedRows(std::ptrdiff_t n_rows, std::ptrdiff_t size)
        : stride_((size + line - 1) / line * line),
          values_(static_cast<std::size_t>(n_rows * stride_ + line)) {
        const auto address = reinterpret_cast<std::uintptr_t>(values_.data());
        first_ = values_.data() + (64 - address % 64) % 64 / sizeof(T);
    }
    T* row(std::ptrdiff_t i) { return first_ + i * stride_; }
    std::ptrdiff_t stride() const { return stride_; }

  private:
    static constexpr std::ptrdiff_t line = 64;  // of bytes: enough for any type
    std::ptrdiff_t stride_;
    std::vector<T> values_;
    T* first_;
};

/// Filters rows [first, last) of the columns of a tile, first down, then along. Going down reads
/// the image itself and needs no memory but the rows that it makes.
///
/// `target(y)` says where the tile's part of row y goes; `finished(y)` is called when it is there.
template <class Taps, class Target, class Finished>
void filter_tile(ImageView<const typename Taps::Value> src, const Taps& kernel, Border border,
                 const ColumnTile& tile, std::ptrdiff_t first, std::ptrdiff_t last,
                 const Target& target, const Finished& finished) {
    using T = typename Taps::Value;
    using Middle = typename Taps::Middle;
    const auto n_taps = static_cast<std::ptrdiff_t>(kernel.taps.size());
    const std::ptrdiff_t channels = src.channels;
    const std::ptrdiff_t size = tile.size() * channels;
    const std::ptrdiff_t most = size > (1 << 15) ? 1 : Taps::most_rows;
    AlignedRows<Middle> middle(most, size + 64);
    const std::vector<T> zeros(static_cast<std::size_t>((tile.high - tile.low) * channels));
    std::vector<const T*> rows(static_cast<std::size_t>(n_taps + most - 1)), column(rows.size());
    std::vector<const Middle*> shifted(kernel.taps.size());
    for (std::ptrdiff_t y = first; y < last; y += most) {
        const std::ptrdiff_t n_rows = std::min(most, last - y);
        std::vector<bool> outside(rows.size());
        for (std::ptrdiff_t k = 0; k < n_taps + n_rows - 1; ++k) {
            const std::ptrdiff_t from = border_index(border, y - n_taps / 2 + k, src.height);
            outside[static_cast<std::size_t>(k)] = from < 0;
            rows[static_cast<std::size_t>(k)] =
                from < 0 ? zeros.data() : src.row(from) + tile.low * channels;
        }
        Middle* const inside = middle.row(0) + (tile.low - tile.begin) * channels;
        kernel.down(rows.data(), n_rows, inside, middle.stride(), zeros.size());
        for (const auto& [place, x] : tile.beyond) {
            for (std::size_t k = 0; k < rows.size(); ++k)
                column[k] = outside[k] ? rows[k] : rows[k] + (x - tile.low) * channels;
            kernel.down(column.data(), n_rows, middle.row(0) + place * channels, middle.stride(),
                        static_cast<std::size_t>(channels));
        }
        for (std::ptrdiff_t r = 0; r < n_rows; ++r) {
            tile.fill(middle.row(r), channels);
            for (std::ptrdiff_t k = 0; k < n_taps; ++k)
                shifted[static_cast<std::size_t>(k)] = middle.row(r) + k * channels;
            kernel.along(shifted.data(), target(y + r),
                         static_cast<std::size_t>((tile.last - tile.first) * channels));
            finished(y + r);
        }
    }
}

/// The same for 1 4 6 4 1 on bytes of one channel: along first, then down, in one loop.
template <class Target, class Finished>
void filter_tile_binomial(ImageView<const std::uint8_t> src, Border border, const ColumnTile& tile,
                          std::ptrdiff_t first, std::ptrdiff_t last, const Target& target,
                          const Finished& finished) {
    const std::ptrdiff_t n = tile.last - tile.first;
    AlignedRows<std::uint8_t> padded(1, tile.size() + 128);
    AlignedRows<std::uint16_t> ring(4, (n + 63) / 64 * 64);
    AlignedRows<std::uint8_t> unused(1, n);
    for (std::ptrdiff_t y = first - 2; y < last + 2; ++y) {
        const std::ptrdiff_t from = border_index(border, y, src.height);
        std::uint8_t* const row = padded.row(0);
        if (from < 0) {
            std::fill_n(row, tile.size(), std::uint8_t{0});
        } else {
            std::copy(src.row(from) + tile.low, src.row(from) + tile.high,
                      row + (tile.low - tile.begin));
            for (const auto& [place, x] : tile.beyond) row[place] = src.row(from)[x];
            tile.fill(row, 1);
        }
        const std::ptrdiff_t age = y - (first - 2);
        std::uint16_t* slots[4];
        for (int k = 0; k < 4; ++k) slots[k] = ring.row((age + k) % 4);  // the oldest first
        const bool full = age >= 4;
        smooth_kernels().binomial_5(row, slots, full ? target(y - 2) : unused.row(0),
                                    static_cast<std::size_t>(n));
        if (full) finished(y - 2);
    }
}

/// Filters rows [first, last) of an image tile by tile. `target(y, x)` says where row y from column
/// x on goes, `finished(y, x, n)` is called when n columns of it are there.
template <class Taps, class Target, class Finished>
void filter_image_rows(ImageView<const typename Taps::Value> src, const Taps& kernel, Border border,
                       std::ptrdiff_t first, std::ptrdiff_t last, const Target& target,
                       const Finished& finished) {
    const auto radius = static_cast<std::ptrdiff_t>(kernel.taps.size() / 2);
    bool binomial = false;
    if constexpr (std::is_same_v<Taps, FixedPointTaps>)
        binomial = src.channels == 1 && kernel.is_binomial_5();
    // What goes down a tile should stay in cache; what tiles share should be little of them.
    const std::ptrdiff_t size =
        binomial ? 1 << 14
                 : std::clamp<std::ptrdiff_t>(8 * radius * src.channels, 1 << 12, 1 << 15);
    for_column_tiles(
        src.width, src.channels, size, radius, radius, border, [&](const ColumnTile& tile) {
            const auto to = [&](std::ptrdiff_t y) { return target(y, tile.first); };
            const auto done = [&](std::ptrdiff_t y) {
                finished(y, tile.first, tile.last - tile.first);
            };
            if constexpr (std::is_same_v<Taps, FixedPointTaps>)
                if (binomial) return filter_tile_binomial(src, border, tile, first, last, to, done);
            filter_tile(src, kernel, border, tile, first, last, to, done);
        });
}

}  // namespace imgmine
