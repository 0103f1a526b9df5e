#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/border.hpp"

namespace imgmine {

/// Columns [first, last) of an image and those beside them that a filter reads: `before` to the
/// left, `after` to the right. Wide images are filtered tile by tile, so that the rows a filter
/// works on stay in cache.
struct ColumnTile {
    std::ptrdiff_t first, last;  ///< what is written
    std::ptrdiff_t begin, end;   ///< what is read, perhaps outside the image
    std::ptrdiff_t low, high;    ///< what of that lies in the image

    /// A column outside the image: its place, counted from `begin`, and the column that the border
    /// puts there, or -1.
    struct Outside {
        std::ptrdiff_t place, column;
    };
    std::vector<Outside> within;  ///< those whose column is one of [low, high), or none
    std::vector<Outside> beyond;  ///< the others

    ColumnTile(std::ptrdiff_t first_, std::ptrdiff_t last_, std::ptrdiff_t before,
               std::ptrdiff_t after, std::ptrdiff_t width, Border border)
        : first(first_),
          last(last_),
          begin(first_ - before),
          end(last_ + after),
          low(std::max<std::ptrdiff_t>(begin, 0)),
          high(std::min(end, width)) {
        for (std::ptrdiff_t x = begin; x < end; ++x) {
            if (x == low) x = high;
            if (x >= end) break;
            const std::ptrdiff_t column = border_index(border, x, width);
            (column < 0 || (column >= low && column < high) ? within : beyond)
                .push_back({x - begin, column});
        }
    }

    std::ptrdiff_t size() const { return end - begin; }

    /// Fills the places outside the image of a row that begins at `begin` from those within.
    template <class T>
    void fill(T* row, std::ptrdiff_t channels) const {
        for (const auto& [place, column] : within)
            for (std::ptrdiff_t c = 0; c < channels; ++c)
                row[place * channels + c] =
                    column < 0 ? T{0} : row[(column - begin) * channels + c];
    }
};

/// Calls body(tile) for tiles of about `size` values that cover an image's columns.
template <class Body>
void for_column_tiles(std::ptrdiff_t width, std::ptrdiff_t channels, std::ptrdiff_t size,
                      std::ptrdiff_t before, std::ptrdiff_t after, Border border,
                      const Body& body) {
    const std::ptrdiff_t most = std::max<std::ptrdiff_t>(1, size / channels);
    const std::ptrdiff_t n = (width + most - 1) / most;
    for (std::ptrdiff_t i = 0; i < n; ++i)
        body(ColumnTile(width * i / n, width * (i + 1) / n, before, after, width, border));
}

}  // namespace imgmine
