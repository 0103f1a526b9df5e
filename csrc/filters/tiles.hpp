#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "kernels/median.hpp"

namespace imgmine {

/// What values are compared as: bytes as they are, floats as whole numbers in the same order, NaN
/// above infinity.
template <class T>
using KeyOf = std::conditional_t<std::is_same_v<T, float>, std::int32_t, T>;

/// Kernels read and write whole registers: buffers end with room for one.
constexpr std::ptrdiff_t register_room = 64;

/// Rows of `size` values, each of which starts at the start of a cache line and ends with room for
/// a register: whole registers are then stored to one line, not to two.
template <class Key>
class Rows {
  public:
    Rows(std::ptrdiff_t n_rows, std::ptrdiff_t size)
        : stride_((size + register_room + per_line - 1) / per_line * per_line),
          values_(static_cast<std::size_t>(n_rows * stride_ + per_line)) {
        const auto address = reinterpret_cast<std::uintptr_t>(values_.data());
        Key* const start = values_.data() + (0 - address) % line / sizeof(Key);
        for (std::ptrdiff_t k = 0; k < n_rows; ++k) rows_.push_back(start + k * stride_);
    }
    Key* operator[](std::ptrdiff_t k) { return rows_[static_cast<std::size_t>(k)]; }
    Key* const* from(std::ptrdiff_t k) const { return rows_.data() + k; }
    std::ptrdiff_t stride() const { return stride_; }

  private:
    static constexpr std::ptrdiff_t line = 64;
    static constexpr std::ptrdiff_t per_line = line / static_cast<std::ptrdiff_t>(sizeof(Key));
    std::ptrdiff_t stride_;
    std::vector<Key> values_;
    std::vector<Key*> rows_;
};

template <class T>
void copy_keys(const T* in, KeyOf<T>* out, std::ptrdiff_t n) {
    if constexpr (std::is_same_v<T, float>)
        median_kernels().keys_of_floats(in, out, static_cast<std::size_t>(n));
    else
        std::copy_n(in, n, out);
}

template <class T>
void copy_values(const KeyOf<T>* in, T* out, std::ptrdiff_t n) {
    if constexpr (std::is_same_v<T, float>)
        median_kernels().floats_of_keys(in, out, static_cast<std::size_t>(n));
    else
        std::copy_n(in, n, out);
}

/// Pixels to the left and right of a window's own.
struct Reach {
    std::ptrdiff_t left;
    std::ptrdiff_t right;
};

/// A strip of columns of an image as a filter sees it, with what lies beside it and, by the border
/// rule, outside the image; the newest rows of it, as keys.
template <class T>
class Strip {
  public:
    using Key = KeyOf<T>;

    Strip(ImageView<const T> image, Border border, Reach reach, std::ptrdiff_t max_width,
          std::ptrdiff_t n_rows)
        : image_(image),
          border_(border),
          reach_(reach),
          n_rows_(n_rows),
          rows_(n_rows,
                (std::min(max_width, image.width) + reach.left + reach.right) * image.channels) {}

    /// Chooses the columns [first, last).
    void choose(std::ptrdiff_t first, std::ptrdiff_t last) {
        first_ = first - reach_.left;
        const std::ptrdiff_t end = last + reach_.right;
        width_ = end - first_;
        inside_first_ = std::clamp<std::ptrdiff_t>(first_, 0, image_.width);
        inside_last_ = std::clamp<std::ptrdiff_t>(end, 0, image_.width);
        outside_.clear();
        for (std::ptrdiff_t x = first_; x < end; ++x)
            if (x < 0 || x >= image_.width)
                outside_.push_back({x - first_, border_index(border_, x, image_.width)});
    }

    /// Reads row y, which may lie outside, in the place of row y - n_rows. It starts `reach.left`
    /// pixels before the strip.
    const Key* load(std::ptrdiff_t y) {
        Key* const out = place(y);
        const std::ptrdiff_t from = border_index(border_, y, image_.height);
        const std::ptrdiff_t channels = image_.channels;
        if (from < 0) {
            std::fill_n(out, width_ * channels, Key{0});
            return out;
        }
        const T* const row = image_.row(from);
        prefetch(from + ahead);
        copy_keys(row + inside_first_ * channels, out + (inside_first_ - first_) * channels,
                  (inside_last_ - inside_first_) * channels);
        for (const auto& [to, x] : outside_) {
            if (x < 0)
                std::fill_n(out + to * channels, channels, Key{0});
            else
                copy_keys(row + x * channels, out + to * channels, channels);
        }
        return out;
    }

    const Key* row(std::ptrdiff_t y) { return place(y); }
    /// Pixels of a row, with those beside the strip.
    std::ptrdiff_t width() const { return width_; }

  private:
    // A strip ends before the processor has seen where it goes on: its rows are asked for early.
    static constexpr std::ptrdiff_t ahead = 4;
    void prefetch(std::ptrdiff_t y) const {
        if (y >= image_.height) return;
        const auto* const row = reinterpret_cast<const char*>(image_.row(y));
        const auto size = static_cast<std::ptrdiff_t>(sizeof(T)) * image_.channels;
        for (std::ptrdiff_t at = inside_first_ * size; at < inside_last_ * size; at += 64)
            __builtin_prefetch(row + at);
    }
    struct Outside {
        std::ptrdiff_t to, from;
    };
    Key* place(std::ptrdiff_t y) {
        const std::ptrdiff_t slot = y % n_rows_;
        return rows_[slot < 0 ? slot + n_rows_ : slot];
    }

    ImageView<const T> image_;
    Border border_;
    Reach reach_;
    std::ptrdiff_t n_rows_;
    Rows<Key> rows_;
    std::vector<Outside> outside_;
    std::ptrdiff_t first_ = 0, width_ = 0, inside_first_ = 0, inside_last_ = 0;
};

/// Where a filter writes `n` keys that belong to `values`: there, if they are the same and fill a
/// register, else beside it until finish().
template <class T>
class Target {
  public:
    using Key = KeyOf<T>;
    explicit Target(std::ptrdiff_t max_values) : beside_(1, max_values) {}

    Key* start(T* values, std::ptrdiff_t n) {
        values_ = values;
        n_ = n;
        if constexpr (std::is_same_v<T, Key>)
            if (n >= register_room) return values;
        return beside_[0];
    }
    /// How many keys a kernel is asked for: at least a register.
    std::size_t size() const {
        return static_cast<std::size_t>(std::max<std::ptrdiff_t>(n_, register_room));
    }
    void finish() {
        if constexpr (std::is_same_v<T, Key>)
            if (n_ >= register_room) return;
        copy_values<T>(beside_[0], values_, n_);
    }

  private:
    Rows<Key> beside_;
    T* values_ = nullptr;
    std::ptrdiff_t n_ = 0;
};

/// Calls body(first, last) for strips of even width, at most `max_width`, that cover [0, width).
template <class Body>
void in_strips(std::ptrdiff_t width, std::ptrdiff_t max_width, Body body) {
    const std::ptrdiff_t n_strips = (width + max_width - 1) / max_width;
    const std::ptrdiff_t step = (width + n_strips - 1) / n_strips;
    for (std::ptrdiff_t first = 0; first < width; first += step)
        body(first, std::min(first + step, width));
}

}  // namespace imgmine
