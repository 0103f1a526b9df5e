#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "kernels/edges.hpp"

namespace imgmine {

/// Values of a row that are worked on at a time: a few rows of so many stay in cache, and what a
/// thread needs beside the result does not grow with the image.
constexpr std::ptrdiff_t tile_size = 4096;

/// Calls body(first, last) for tiles of at most tile_size values that cover a row of `n`.
template <class Body>
void for_tiles(std::ptrdiff_t n, const Body& body) {
    for (std::ptrdiff_t first = 0; first < n; first += tile_size)
        body(first, std::min(first + tile_size, n));
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

/// Two separable kernels of one odd size: their taps along rows and down columns.
struct SeparablePair {
    std::vector<float> row_first, column_first, row_second, column_second;
    std::size_t size() const { return row_first.size(); }
};

/// Filters the values [x_first, x_last) of rows [first, last) along rows with both kernels and
/// calls body(y, rows_first, rows_second) with the rows whose weighted sums are row y of the
/// results. uint8 sums stay whole numbers below 2^24: exact.
template <class T, class Body>
void for_row_pairs(ImageView<const T> src, const SeparablePair& pair, Border border,
                   std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t x_first,
                   std::ptrdiff_t x_last, const Body& body) {
    const EdgeKernels& kernels = edge_kernels();
    const std::size_t n_taps = pair.size();
    const auto radius = static_cast<std::ptrdiff_t>(n_taps / 2);
    const std::ptrdiff_t c = src.channels;
    const auto n = static_cast<std::size_t>(x_last - x_first);
    std::vector<float> padded(n + 2 * static_cast<std::size_t>(radius * c)), ring(2 * n_taps * n);
    std::vector<const float*> rows(2 * n_taps);

    const auto load = [&](const T* row) {
        const std::ptrdiff_t begin = x_first - radius * c, end = x_last + radius * c;
        const std::ptrdiff_t from = std::max<std::ptrdiff_t>(begin, 0);
        const std::ptrdiff_t to = std::min(end, src.row_size());
        float* const at = padded.data() - begin;
        if constexpr (std::is_same_v<T, float>)
            std::copy(row + from, row + to, at + from);
        else
            kernels.widen_u8(row + from, at + from, static_cast<std::size_t>(to - from));
        const auto fill = [&](std::ptrdiff_t i) {
            const std::ptrdiff_t x =
                border_index(border, i < 0 ? (i + 1) / c - 1 : i / c, src.width);
            at[i] = x < 0 ? 0.0f : static_cast<float>(row[x * c + (i % c + c) % c]);
        };
        for (std::ptrdiff_t i = begin; i < from; ++i) fill(i);
        for (std::ptrdiff_t i = to; i < end; ++i) fill(i);
    };

    std::size_t slot = 0;  // of the newest rows in the ring
    for (std::ptrdiff_t y = first - radius; y < last + radius; ++y) {
        float* const newest = ring.data() + 2 * slot * n;
        if (++slot == n_taps) slot = 0;
        const std::ptrdiff_t from = border_index(border, y, src.height);
        if (from < 0) {
            std::fill_n(newest, 2 * n, 0.0f);
        } else {
            load(src.row(from));
            kernels.row_pair(padded.data(), static_cast<std::size_t>(c), pair.row_first.data(),
                             pair.row_second.data(), n_taps, newest, newest + n, n);
        }
        if (y < first + radius) continue;  // the ring is still filling
        for (std::size_t k = 0; k < n_taps; ++k) {
            rows[k] = ring.data() + 2 * ((slot + k) % n_taps) * n;
            rows[n_taps + k] = rows[k] + n;
        }
        body(y - radius, rows.data(), rows.data() + n_taps);
    }
}

/// Writes what `combine` makes of the two kernels' results, rounded and saturated to Out.
template <class T, class Out>
void filter_pair(ImageView<const T> src, ImageView<Out> dst, const SeparablePair& pair,
                 Combine combine, Border border, std::ptrdiff_t first, std::ptrdiff_t last) {
    const EdgeKernels& kernels = edge_kernels();
    std::vector<float> buffer(std::is_same_v<Out, float> ? 0 : tile_size);
    for_tiles(src.row_size(), [&](std::ptrdiff_t x, std::ptrdiff_t x_last) {
        const auto n = static_cast<std::size_t>(x_last - x);
        for_row_pairs(src, pair, border, first, last, x, x_last,
                      [&](std::ptrdiff_t y, const float* const* a, const float* const* b) {
                          Out* const out = dst.row(y) + x;
                          const auto column = [&](float* target) {
                              kernels.column_pair(a, b, pair.column_first.data(),
                                                  pair.column_second.data(), pair.size(), combine,
                                                  target, n);
                          };
                          if constexpr (std::is_same_v<Out, float>) return column(out);
                          column(buffer.data());
                          if constexpr (std::is_same_v<Out, std::int16_t>)
                              kernels.narrow_i16(buffer.data(), 1.0f, out, n);
                          else if constexpr (std::is_same_v<Out, std::uint8_t>)
                              kernels.narrow_u8(buffer.data(), 1.0f, out, n);
                      });
    });
}

}  // namespace imgmine
