#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/image.hpp"
#include "kernels/canny.hpp"

namespace imgmine {

/// Turns weak pixels that touch an edge into edges, within rows [first, last) of a map of states.
///
/// A sweep down and one up, a bit a pixel, reach most of them; the rest is followed pixel by pixel.
/// Pixels that wait are kept on a stack of fixed size. Where it is full, a pixel's neighbourhood is
/// walked through without one: each pixel on the way holds the direction in which it was entered
/// (as Deutsch's and Schorr and Waite's marking of graphs does with pointers). Either way a pixel
/// is entered once, so time grows with the pixels and memory does not.
class Flood {
  public:
    Flood(ImageView<std::uint8_t> map, std::ptrdiff_t first, std::ptrdiff_t last,
          std::size_t capacity = 16384)
        : map_(map),
          first_(first),
          last_(last),
          capacity_(capacity),
          stack_(std::make_unique_for_overwrite<Pixel[]>(capacity)) {}

    /// Floods all rows.
    void all() {
        const auto n_words = static_cast<std::size_t>(map_.width / 64 + 3);  // one more at each end
        std::vector<std::uint64_t> words(4 * n_words);
        std::uint64_t* near = words.data() + 1;
        std::uint64_t* edges = near + n_words;
        const auto spread = [&](std::ptrdiff_t y) {
            canny_kernels().spread(near, map_.row(y), edges, words.data() + 2 * n_words,
                                   static_cast<std::size_t>(map_.width));
            std::swap(near, edges);
        };
        for (std::ptrdiff_t y = first_; y < last_; ++y) spread(y);
        for (std::ptrdiff_t y = last_ - 2; y >= first_; --y) spread(y);
        for (std::ptrdiff_t y = first_; y < last_; ++y) row(y);
    }

    /// Floods from every weak pixel of row y that touches an edge.
    void row(std::ptrdiff_t y) {
        const std::uint8_t* const here = map_.row(y);
        const std::uint8_t* const above = y > first_ ? map_.row(y - 1) : here;
        const std::uint8_t* const below = y + 1 < last_ ? map_.row(y + 1) : here;
        const auto n = static_cast<std::size_t>(map_.width);
        const auto next_seed = canny_kernels().next_seed;
        for (std::size_t x = 0; (x = next_seed(above, here, below, x, n)) < n; ++x)
            from({static_cast<std::ptrdiff_t>(x), y});
    }

  private:
    struct Pixel {
        std::ptrdiff_t x, y;
    };
    static constexpr int n_directions = 8;  // opposite ones add up to 7
    static constexpr std::uint8_t entered = 2, start = entered + n_directions;

    static Pixel neighbor(Pixel p, int direction) {
        constexpr std::ptrdiff_t dx[] = {-1, 0, 1, -1, 1, -1, 0, 1};
        constexpr std::ptrdiff_t dy[] = {-1, -1, -1, 0, 0, 1, 1, 1};
        return {p.x + dx[direction], p.y + dy[direction]};
    }
    std::uint8_t& at(Pixel p) const { return map_.row(p.y)[p.x]; }
    bool is_weak(Pixel p) const {
        return p.x >= 0 && p.x < map_.width && p.y >= first_ && p.y < last_ && at(p) == weak_edge;
    }

    void from(Pixel seed) {
        std::size_t n = 0;
        const auto enter = [&](Pixel p) {
            if (n == capacity_) return walk(p);
            at(p) = strong_edge;
            stack_[n++] = p;
        };
        enter(seed);
        while (n > 0) {
            const Pixel p = stack_[--n];
            for (int direction = 0; direction < n_directions; ++direction)
                if (const Pixel q = neighbor(p, direction); is_weak(q)) enter(q);
        }
    }

    void walk(Pixel p) {
        at(p) = start;
        for (int direction = 0;;) {
            if (direction < n_directions) {
                const Pixel q = neighbor(p, direction);
                if (is_weak(q)) {
                    at(q) = static_cast<std::uint8_t>(entered + direction);
                    p = q;
                    direction = 0;
                } else {
                    ++direction;
                }
                continue;
            }
            const std::uint8_t state = at(p);
            at(p) = strong_edge;
            if (state == start) return;
            direction = state - entered;
            p = neighbor(p, n_directions - 1 - direction);
            ++direction;
        }
    }

    ImageView<std::uint8_t> map_;
    std::ptrdiff_t first_, last_;
    std::size_t capacity_;
    std::unique_ptr<Pixel[]> stack_;
};

}  // namespace imgmine
