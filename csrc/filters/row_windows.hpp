#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "filters/extremes.hpp"

namespace imgmine {

/// The lowest (or highest) pixel of a window around each pixel of a row, in a time that does not
/// depend on its width: windows of some registers are made of up to six smaller ones at a time;
/// wider ones by van Herk's filter, whose steps are registers of such windows, not pixels.
template <class T>
class RowWindows {
  public:
    using Key = KeyOf<T>;

    RowWindows(std::ptrdiff_t n_rows, std::ptrdiff_t width, std::ptrdiff_t channels, bool highest,
               Reach reach, Border border)
        : width_(width),
          channels_(channels),
          reach_(reach),
          loops_(extreme_loops<T>(highest)),
          plan_(reach.left + reach.right + 1, channels),
          rows_(n_rows, padded_size(width, channels, reach)) {
        note_outside(-reach.left, 0, border);
        note_outside(width, width + reach.right, border);
    }

    /// Values that a row takes, with those beside it.
    static std::ptrdiff_t padded_size(std::ptrdiff_t width, std::ptrdiff_t channels, Reach reach) {
        const std::ptrdiff_t stride = Plan(reach.left + reach.right + 1, channels).stride;
        return room_left(reach.left, channels) + (width + reach.right + stride) * channels;
    }

    /// Where the pixels of row i go. It starts with a cache line.
    Key* row(std::ptrdiff_t i) { return rows_[i] + room_left(reach_.left, channels_); }

    /// Writes what its windows give to `out`, and uses the row up.
    void finish(std::ptrdiff_t i, T* out) {
        const std::ptrdiff_t n = width_ * channels_;
        if (reach_.left + reach_.right == 0) return copy_values<T>(row(i), out, n);
        fill_outside(row(i));
        // Windows of a pixel; each round leaves its own, which are wider, at the row's start.
        const Key* in = row(i) - reach_.left * channels_;
        Key* const made = rows_[i];
        const std::ptrdiff_t behind = (plan_.steps - 1) * plan_.stride;  // windows further right
        std::ptrdiff_t side = 1;
        while (side * plan_.growth < plan_.side) {
            const std::ptrdiff_t next = side * plan_.growth;
            widen(loops_.of_shifted, in, side, next, made,
                  in_registers(n + (behind + plan_.side - next) * channels_));
            side = next;
            in = made;
        }
        if (plan_.steps == 1) return widen(loops_.values_of_shifted, in, side, plan_.side, out, n);
        widen(loops_.of_shifted, in, side, plan_.side, made, in_registers(n + behind * channels_));
        loops_.values_of_steps(made, static_cast<std::size_t>(plan_.stride * channels_),
                               static_cast<std::size_t>(plan_.steps), out,
                               static_cast<std::size_t>(n));
    }

  private:
    /// Windows of `side` pixels, each the `growth`-fold of those before it or less, and what is
    /// made of `steps` of them that lie `stride` pixels apart.
    struct Plan {
        std::ptrdiff_t stride = 1, steps = 1, side, growth;

        Plan(std::ptrdiff_t width, std::ptrdiff_t channels) : side(width) {
            constexpr std::ptrdiff_t line = 64 / static_cast<std::ptrdiff_t>(sizeof(Key));
            const std::ptrdiff_t whole = line / std::gcd(line, channels);
            const std::ptrdiff_t n = std::max<std::ptrdiff_t>(1, width / whole);
            if (rounds(width) > rounds(width - (n - 1) * whole)) {
                stride = whole;
                steps = n;
                side = width - (n - 1) * whole;
            }
            const int n_rounds = rounds(side);
            for (growth = 2; power(growth, n_rounds) < side;) ++growth;
        }
        static std::ptrdiff_t power(std::ptrdiff_t base, int n) {
            return n == 0 ? 1 : base * power(base, n - 1);
        }
        static int rounds(std::ptrdiff_t side) {
            int n = 1;
            while (power(max_shifts, n) < side) ++n;
            return n;
        }
    };

    struct Outside {
        std::ptrdiff_t to, from;  ///< `from` is -1 for zeros
        std::ptrdiff_t step;      ///< from one of the pixels that are copied to the next
        std::ptrdiff_t n;
    };

    /// Notes what stands at the places [first, last).
    void note_outside(std::ptrdiff_t first, std::ptrdiff_t last, Border border) {
        // What a window that is as long to both sides meets reflected, it meets in the image, too:
        // the nearest pixel in its place is less work.
        const bool even = reach_.left == reach_.right;
        if (even && (border == Border::reflect || border == Border::reflect101))
            border = Border::replicate;
        for (std::ptrdiff_t x = first; x < last; ++x) {
            const std::ptrdiff_t from = border_index(border, x, width_);
            const std::ptrdiff_t step = border == Border::wrap ? 1 : 0;
            if (x > first && from == outside_.back().from + outside_.back().n * step)
                ++outside_.back().n;
            else
                outside_.push_back({x, from, step, 1});
        }
    }

    void fill_outside(Key* row) const {
        for (const auto& [to, from, step, n] : outside_) {
            Key* const out = row + to * channels_;
            const Key* const in = row + from * channels_;
            if (from < 0)
                std::fill_n(out, n * channels_, Key{0});
            else if (step == 1 || n == 1)
                std::copy_n(in, n * channels_, out);
            else
                repeat(in, out, n);
        }
    }

    /// Fills n pixels with one.
    void repeat(const Key* pixel, Key* out, std::ptrdiff_t n) const {
        if (channels_ == 1) {
            std::fill_n(out, n, *pixel);
            return;
        }
        std::copy_n(pixel, channels_, out);
        for (std::ptrdiff_t done = 1; done < n; done *= 2)
            std::copy_n(out, std::min(done, n - done) * channels_, out + done * channels_);
    }

    static std::ptrdiff_t room_left(std::ptrdiff_t left, std::ptrdiff_t channels) {
        return in_registers(left * channels);
    }
    static std::ptrdiff_t in_registers(std::ptrdiff_t n) {
        return (n + register_room - 1) / register_room * register_room;
    }

    /// Makes windows of `side` pixels of those of `from`.
    template <class Loop, class Out>
    void widen(Loop* loop, const Key* in, std::ptrdiff_t from, std::ptrdiff_t side, Out* out,
               std::ptrdiff_t n) {
        std::size_t shifts[max_shifts] = {};
        std::size_t n_shifts = 0;
        for (std::ptrdiff_t at = 0; at < side; at += from)
            shifts[n_shifts++] = static_cast<std::size_t>(std::min(at, side - from) * channels_);
        loop(in, shifts, n_shifts, out, static_cast<std::size_t>(n));
    }

    std::ptrdiff_t width_, channels_;
    Reach reach_;
    const ExtremeLoops<Key>& loops_;
    Plan plan_;
    Rows<Key> rows_;
    std::vector<Outside> outside_, nearest_;
};

}  // namespace imgmine
