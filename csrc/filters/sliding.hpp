#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "kernels/correlate.hpp"

namespace imgmine {

/// Copies pixels [from, to) of a row; those outside it are as the border has them, constants 0.
template <class T>
void copy_columns(const T* row, std::ptrdiff_t width, std::ptrdiff_t channels, Border border,
                  std::ptrdiff_t from, std::ptrdiff_t to, T* out) {
    const auto copy_outside = [&](std::ptrdiff_t x) {
        const std::ptrdiff_t source = border_index(border, x, width);
        T* const pixel = out + (x - from) * channels;
        for (std::ptrdiff_t c = 0; c < channels; ++c)
            pixel[c] = source < 0 ? T{0} : row[source * channels + c];
    };
    const std::ptrdiff_t inside = std::clamp<std::ptrdiff_t>(0, from, to);
    const std::ptrdiff_t beyond = std::clamp<std::ptrdiff_t>(width, inside, to);
    for (std::ptrdiff_t x = from; x < inside; ++x) copy_outside(x);
    std::copy(row + inside * channels, row + beyond * channels, out + (inside - from) * channels);
    for (std::ptrdiff_t x = beyond; x < to; ++x) copy_outside(x);
}

/// Asks for pixels [from, to) of row `y`, where there are such, while others are being filtered.
template <class T>
void prefetch_columns(ImageView<const T> src, std::ptrdiff_t y, std::ptrdiff_t from,
                      std::ptrdiff_t to) {
    if (y >= src.height) return;
    constexpr std::ptrdiff_t line = 64 / sizeof(T);
    const T* const end = src.row(y) + std::min(to, src.width) * src.channels;
    for (const T* p = src.row(y) + std::max<std::ptrdiff_t>(from, 0) * src.channels; p < end;
         p += line)
        __builtin_prefetch(p);
}

/// Writes pixels [from, to) of an image's rows as floats.
template <class T>
class FloatColumns {
  public:
    FloatColumns(ImageView<const T> src, Border border, std::ptrdiff_t from, std::ptrdiff_t to)
        : src_(src), border_(border), from_(from), to_(to) {
        if constexpr (!std::is_same_v<T, float>)
            values_.resize(static_cast<std::size_t>((to - from) * src.channels) + 64);
    }
    void operator()(std::ptrdiff_t y, float* out) {
        T* values;
        if constexpr (std::is_same_v<T, float>)
            values = out;
        else
            values = values_.data();
        prefetch_columns(src_, y + static_cast<std::ptrdiff_t>(rows_at_once), from_, to_);
        copy_columns(src_.row(y), src_.width, src_.channels, border_, from_, to_, values);
        if constexpr (!std::is_same_v<T, float>)
            correlate_kernels().widen_u8(values, out,
                                         static_cast<std::size_t>((to_ - from_) * src_.channels));
    }

  private:
    ImageView<const T> src_;
    Border border_;
    std::ptrdiff_t from_, to_;
    std::vector<T> values_;
};

template <class R>
constexpr Result result_of = std::is_same_v<R, std::uint8_t>   ? Result::u8
                             : std::is_same_v<R, std::int16_t> ? Result::s16
                                                               : Result::f32;

/// Where `count` rows of a result go, from column `x` on.
template <class R>
struct Places {
    void* rows[rows_at_once];

    Places(ImageView<R> dst, std::ptrdiff_t y, std::ptrdiff_t x, std::size_t count) {
        for (std::size_t j = 0; j < count; ++j)
            rows[j] = dst.row(y + static_cast<std::ptrdiff_t>(j)) + x * dst.channels;
    }
};

/// A window of `height` rows whose row `anchor` stands on the row of the result.
struct WindowRows {
    std::ptrdiff_t height;
    std::ptrdiff_t anchor;
    std::ptrdiff_t held() const { return height + static_cast<std::ptrdiff_t>(rows_at_once) - 1; }
};

/// Slides a window over rows [first, last) of an image, some rows at a time. `fill(y, values)`
/// writes the `row_size` values of row y; `sum(rows, y, count)` makes rows y .. y + count - 1 of
/// the result of the window's rows. The rows a window covers stay in cache, in a ring.
template <class Value, class Fill, class Sum>
void slide(const WindowRows& window, std::ptrdiff_t height, Border border, std::ptrdiff_t row_size,
           std::ptrdiff_t first, std::ptrdiff_t last, Fill&& fill, const Sum& sum) {
    constexpr std::ptrdiff_t room = 16;  // kernels may read and write whole registers
    const std::ptrdiff_t stride = (row_size + room - 1) / room * room + room;
    std::vector<Value> ring(static_cast<std::size_t>(window.held() * stride));
    std::vector<const Value*> rows(static_cast<std::size_t>(window.held()));

    std::ptrdiff_t next = 0;  // row of the window's path to be filled
    const auto slot = [&](std::ptrdiff_t i) { return ring.data() + i % window.held() * stride; };
    for (std::ptrdiff_t y = first; y < last;) {
        const auto count =
            std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(rows_at_once), last - y);
        const std::ptrdiff_t needed = window.height + count - 1;
        for (; next < y - first + needed; ++next) {
            const std::ptrdiff_t from = border_index(border, first - window.anchor + next, height);
            if (from < 0)
                std::fill_n(slot(next), stride, Value{0});
            else
                fill(from, slot(next));
        }
        for (std::ptrdiff_t k = 0; k < needed; ++k)
            rows[static_cast<std::size_t>(k)] = slot(y - first + k);
        sum(rows.data(), y, static_cast<std::size_t>(count));
        y += count;
    }
}

/// Calls body(from, to) for tiles of columns so narrow that a ring of `held` rows of 4-byte values
/// stays below 1 MiB, `extra` values wider than its tile.
template <class Body>
void in_tiles(std::ptrdiff_t width, std::ptrdiff_t channels, std::ptrdiff_t held,
              std::ptrdiff_t extra, const Body& body) {
    constexpr std::ptrdiff_t ring_size = (1 << 20) / 4, least = 64;
    const std::ptrdiff_t values = std::max(least, ring_size / held - extra - 32);
    const std::ptrdiff_t tile = std::max<std::ptrdiff_t>(1, values / channels);
    const std::ptrdiff_t n_tiles = (width + tile - 1) / tile;
    for (std::ptrdiff_t t = 0; t < n_tiles; ++t)
        body(t * width / n_tiles, (t + 1) * width / n_tiles);
}

}  // namespace imgmine
