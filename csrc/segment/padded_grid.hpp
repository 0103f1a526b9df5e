#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Pixels of a grid with a border one pixel wide, numbered row by row, so that every pixel of the
/// image has all its neighbors.
struct PaddedGrid {
    std::ptrdiff_t height, width;

    std::ptrdiff_t stride() const { return width + 2; }
    std::size_t size() const { return static_cast<std::size_t>((height + 2) * stride()); }
    std::ptrdiff_t at(std::ptrdiff_t y, std::ptrdiff_t x) const {
        return (y + 1) * stride() + x + 1;
    }

    /// Steps to the neighbors: above, left, right, below, then the diagonals in rows.
    std::array<std::ptrdiff_t, 8> steps() const {
        const std::ptrdiff_t s = stride();
        return {-s, -1, 1, s, -s - 1, -s + 1, s - 1, s + 1};
    }

    /// A copy of `image`, of one channel, with `border` around it.
    template <class T>
    std::vector<T> copy(ImageView<const T> image, T border) const {
        std::vector<T> padded(size(), border);
        for (std::ptrdiff_t y = 0; y < height; ++y)
            std::copy_n(image.row(y), width, padded.data() + at(y, 0));
        return padded;
    }
};

}  // namespace imgmine
