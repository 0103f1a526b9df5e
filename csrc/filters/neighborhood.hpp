#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "kernels/edge_pairs.hpp"

namespace imgmine {

/// Values of a row that are worked on at a time: a few rows of so many stay in cache, and what a
/// thread needs beside the result does not grow with the image.
constexpr std::ptrdiff_t tile_size = 4096;

/// Calls body(first, last) for tiles of at most `size` values that cover a row of `n`.
template <class Body>
void for_tiles(std::ptrdiff_t n, std::ptrdiff_t size, const Body& body) {
    for (std::ptrdiff_t first = 0; first < n; first += size) body(first, std::min(first + size, n));
}

/// Hands out 3x3 neighbourhoods of an image: rows in place, but for the first and the last pixel,
/// whose neighbours past the edge are put beside them in a patch.
template <class T>
class ThreeRows {
  public:
    ThreeRows(ImageView<const T> src, Border border) : src_(src), border_(border) {
        if (border == Border::constant)
            zeros_.resize(static_cast<std::size_t>(tile_size + 2 * src.channels));
        patch_.resize(static_cast<std::size_t>(9 * src.channels));
    }

    /// Calls body(rows, x, n) for runs of values of row y that cover [first, last), at most a tile.
    /// rows[k] stands on value x of the rows y - 1, y, y + 1; a pixel before and after can be read.
    template <class Body>
    void operator()(std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last, const Body& body) {
        const std::ptrdiff_t c = src_.channels, n = src_.row_size();
        const std::ptrdiff_t from = std::max(first, c), to = std::min(last, n - c);
        if (first < c) edge(y, 0, first, std::min(last, c), body);
        if (from < to) {
            const T* rows[3];
            for (int k = 0; k < 3; ++k) {
                const std::ptrdiff_t source = border_index(border_, y + k - 1, src_.height);
                rows[k] = source < 0 ? zeros_.data() + c : src_.row(source) + from;
            }
            body(rows, from, static_cast<std::size_t>(to - from));
        }
        if (last > n - c && n > c) edge(y, src_.width - 1, std::max(first, n - c), last, body);
    }

  private:
    template <class Body>
    void edge(std::ptrdiff_t y, std::ptrdiff_t x, std::ptrdiff_t first, std::ptrdiff_t last,
              const Body& body) {
        const std::ptrdiff_t c = src_.channels;
        const T* rows[3];
        for (int k = 0; k < 3; ++k) {
            T* const row = patch_.data() + 3 * c * k;
            const std::ptrdiff_t source = border_index(border_, y + k - 1, src_.height);
            for (std::ptrdiff_t i = 0; i < 3; ++i) {
                const std::ptrdiff_t column = border_index(border_, x + i - 1, src_.width);
                if (source < 0 || column < 0)
                    std::fill_n(row + i * c, c, T{0});
                else
                    std::copy_n(src_.row(source) + column * c, c, row + i * c);
            }
            rows[k] = row + c + first - x * c;
        }
        body(rows, first, static_cast<std::size_t>(last - first));
    }

    ImageView<const T> src_;
    Border border_;
    std::vector<T> zeros_, patch_;
};

/// Sobel's kernels of 5 or 7 taps for both derivatives of order 1 or 2; see PairTaps.
struct SeparablePair {
    std::vector<float> smooth, steep;
    bool odd;
    Combine combine;  ///< what is wanted of them
    PairTaps taps() const { return {smooth.data(), steep.data(), smooth.size(), odd}; }
};

/// Filters the values [x_first, x_last) of rows [first, last) along rows with both kernels and
/// calls body(y, rows_first, rows_second) with the rows whose weighted sums are row y of the
/// results. uint8 sums stay whole numbers below 2^24: exact.
template <class T, class Body>
void for_row_pairs(ImageView<const T> src, const SeparablePair& pair, Border border,
                   std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t x_first,
                   std::ptrdiff_t x_last, const Body& body) {
    const EdgePairKernels& kernels = edge_pair_kernels();
    const PairTaps taps = pair.taps();
    const std::size_t n_taps = taps.n_taps;
    const auto radius = static_cast<std::ptrdiff_t>(n_taps / 2);
    const std::ptrdiff_t c = src.channels;
    const auto n = static_cast<std::size_t>(x_last - x_first);
    // Rows start at whole cache lines, and not all at the same place in the cache's pages.
    const std::size_t stride = (n + 15) / 16 * 16 + 80;
    std::vector<float> padded(n + 2 * static_cast<std::size_t>(radius * c)),
        ring(2 * n_taps * stride + 16);
    std::vector<const float*> rows(2 * n_taps);
    float* const aligned =
        ring.data() + (64 - reinterpret_cast<std::uintptr_t>(ring.data()) % 64) / sizeof(float);

    const std::ptrdiff_t reach = radius * c;
    const std::ptrdiff_t inner = std::max(x_first, reach);
    const std::ptrdiff_t outer = std::max(inner, std::min(x_last, src.row_size() - reach));
    const auto filter = [&](const float* in, float* out, std::ptrdiff_t from, std::ptrdiff_t to) {
        kernels.row_pair(in, static_cast<std::size_t>(c), taps, pair.combine, out + from - x_first,
                         out + stride + from - x_first, static_cast<std::size_t>(to - from));
    };
    const auto filter_edge = [&](const T* row, float* out, std::ptrdiff_t from, std::ptrdiff_t to) {
        for (std::ptrdiff_t i = from - reach; i < to + reach; ++i) {
            const std::ptrdiff_t x =
                border_index(border, i < 0 ? (i + 1) / c - 1 : i / c, src.width);
            padded[static_cast<std::size_t>(i - from + reach)] =
                x < 0 ? 0.0f : static_cast<float>(row[x * c + (i % c + c) % c]);
        }
        filter(padded.data(), out, from, to);
    };
    const auto filter_row = [&](const T* row, float* out) {
        if (x_first < inner) filter_edge(row, out, x_first, std::min(inner, x_last));
        if (inner < outer) {
            const T* const in = row + inner - reach;
            if constexpr (std::is_same_v<T, float>) {
                filter(in, out, inner, outer);
            } else {
                kernels.widen_u8(in, padded.data(),
                                 static_cast<std::size_t>(outer - inner + 2 * reach));
                filter(padded.data(), out, inner, outer);
            }
        }
        if (outer < x_last) filter_edge(row, out, outer, x_last);
    };

    std::size_t slot = 0;  // of the newest rows in the ring
    for (std::ptrdiff_t y = first - radius; y < last + radius; ++y) {
        float* const newest = aligned + 2 * slot * stride;
        if (++slot == n_taps) slot = 0;
        const std::ptrdiff_t from = border_index(border, y, src.height);
        if (from < 0) {
            std::fill_n(newest, 2 * stride, 0.0f);
        } else {
            filter_row(src.row(from), newest);
        }
        if (y < first + radius) continue;  // the ring is still filling
        for (std::size_t k = 0; k < n_taps; ++k) {
            rows[k] = aligned + 2 * ((slot + k) % n_taps) * stride;
            rows[n_taps + k] = rows[k] + stride;
        }
        body(y - radius, rows.data(), rows.data() + n_taps);
    }
}

/// Writes what is wanted of the two kernels' results, rounded and saturated to Out.
template <class T, class Out>
void filter_pair(ImageView<const T> src, ImageView<Out> dst, const SeparablePair& pair,
                 Border border, std::ptrdiff_t first, std::ptrdiff_t last) {
    constexpr std::ptrdiff_t size = 2048;  // long enough to be fetched ahead
    const EdgePairKernels& kernels = edge_pair_kernels();
    std::vector<float> buffer(size);
    const auto finish = [&](const float* const* a, const float* const* b, Out* out, std::size_t n) {
        const auto column = [&](float* target) {
            kernels.column_pair(a, b, pair.taps(), pair.combine, target, n);
        };
        if constexpr (std::is_same_v<Out, float>) return column(out);
        column(buffer.data());
        if constexpr (std::is_same_v<Out, std::int16_t>)
            kernels.narrow_i16(buffer.data(), 1.0f, out, n);
        else if constexpr (std::is_same_v<Out, std::uint8_t>)
            kernels.narrow_u8(buffer.data(), 1.0f, out, n);
    };
    for_tiles(src.row_size(), size, [&](std::ptrdiff_t x, std::ptrdiff_t x_last) {
        for_row_pairs(src, pair, border, first, last, x, x_last,
                      [&](std::ptrdiff_t y, const float* const* a, const float* const* b) {
                          finish(a, b, dst.row(y) + x, static_cast<std::size_t>(x_last - x));
                      });
    });
}

}  // namespace imgmine
