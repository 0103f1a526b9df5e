#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "filters/row_layout.hpp"
#include "filters/sliding.hpp"
#include "kernels/convolve.hpp"

namespace imgmine {

/// Fills the `radius` pixels before and after a row of `width` pixels. The constant is 0.
template <class T>
void extend_row(T* row, std::ptrdiff_t width, std::ptrdiff_t channels, std::ptrdiff_t radius,
                Border border) {
    const auto fill = [&](std::ptrdiff_t x) {
        const std::ptrdiff_t from = border_index(border, x, width);
        for (std::ptrdiff_t c = 0; c < channels; ++c)
            row[x * channels + c] = from < 0 ? T{0} : row[from * channels + c];
    };
    for (std::ptrdiff_t x = 1; x <= radius; ++x) {
        fill(-x);
        fill(width - 1 + x);
    }
}

/// An odd symmetric kernel for uint8: whole weights that sum to 256, or, where 16 bits hold the
/// whole two-dimensional sum, to less (`shift` > 0).
struct FixedPointKernel {
    using Middle = std::uint16_t;  ///< what a horizontal pass leaves
    std::vector<std::uint16_t> taps;
    std::size_t shift = 0;
    bool binomial = false;  ///< 1 4 6 4 1 of one channel, which has a kernel of its own

    FixedPointKernel(std::vector<std::uint16_t> weights, std::ptrdiff_t channels)
        : taps(std::move(weights)) {
        const auto divisor = std::accumulate(taps.begin(), taps.end(), 0,
                                             [](int a, int b) { return std::gcd(a, b); });
        if (divisor >= 16) {  // sum s <= 16: 255 s^2 + s^2 / 2 < 2^16
            for (std::uint16_t& tap : taps) tap = static_cast<std::uint16_t>(tap / divisor);
            for (int s = 256 / divisor; s > 1; s /= 2) shift += 2;
        }
        if (shift == 0 && divisor == 256) taps = {256};
        binomial = channels == 1 && taps == std::vector<std::uint16_t>{1, 4, 6, 4, 1};
    }
    void horizontal(const std::uint8_t* const* rows, Middle* out, std::size_t n) const {
        if (binomial)
            convolve_kernels().binomial_row_u8(rows[0], out, n);
        else
            convolve_kernels().symmetric_sum_u8(rows, taps.data(), taps.size(), out, n);
    }
    void vertical(const Middle* const* rows, std::uint8_t* out, std::size_t n) const {
        if (binomial)
            convolve_kernels().binomial_column_u8(rows, out, n);
        else if (shift)
            convolve_kernels().symmetric_sum_narrow_u16(rows, taps.data(), taps.size(), shift, out,
                                                        n);
        else
            convolve_kernels().weighted_sum_u16(rows, taps.data(), taps.size(), out, n);
    }
};

/// Filters rows [first, last) of an image; `load(y, out)` writes its row y to `out`, `target(y)`
/// says where the filtered row y goes, and `finished(y)` is called when it stands there.
///
/// Rows are filtered sideways into a ring that holds as many rows as there are taps. Each time the
/// ring is full, its weighted sum is one finished row. The ring stays in cache; a temporary image
/// would not.
template <class T, class Kernel, class Load, class Target, class Finished>
void filter_rows(const RowLayout& layout, const Kernel& kernel, Border border, std::ptrdiff_t first,
                 std::ptrdiff_t last, Load load, Target target, Finished finished) {
    using Middle = typename Kernel::Middle;
    const auto n_taps = static_cast<std::ptrdiff_t>(kernel.taps.size());
    const std::ptrdiff_t radius = n_taps / 2;
    const std::ptrdiff_t n = layout.row_size();
    const auto size = static_cast<std::size_t>(n);

    // Kernels may read and write whole registers: rows end with room for one.
    constexpr std::ptrdiff_t room = 64;
    const std::ptrdiff_t ring_stride = (n + room - 1) / room * room;
    std::vector<T> padded(static_cast<std::size_t>(n + 2 * radius * layout.channels + 2 * room));
    std::vector<Middle> ring(static_cast<std::size_t>(ring_stride * n_taps));
    std::vector<const T*> shifted(kernel.taps.size());
    std::vector<const Middle*> stacked(kernel.taps.size());
    for (std::ptrdiff_t k = 0; k < n_taps; ++k)
        shifted[static_cast<std::size_t>(k)] = padded.data() + k * layout.channels;

    std::ptrdiff_t slot = 0;  // of the newest row in the ring
    for (std::ptrdiff_t y = first - radius; y < last + radius; ++y) {
        Middle* const newest = ring.data() + slot * ring_stride;
        if (++slot == n_taps) slot = 0;
        const std::ptrdiff_t from = border_index(border, y, layout.height);
        if (from < 0) {
            std::fill_n(newest, ring_stride, Middle{0});
        } else {
            T* const middle = padded.data() + radius * layout.channels;
            load(from, middle);
            extend_row(middle, layout.width, layout.channels, radius, border);
            kernel.horizontal(shifted.data(), newest, size);
        }
        if (y < first + radius) continue;  // the ring is still filling

        for (std::ptrdiff_t k = 0, from_slot = slot; k < n_taps; ++k) {  // oldest first
            stacked[static_cast<std::size_t>(k)] = ring.data() + from_slot * ring_stride;
            if (++from_slot == n_taps) from_slot = 0;
        }
        kernel.vertical(stacked.data(), target(y - radius), size);
        finished(y - radius);
    }
}

}  // namespace imgmine
