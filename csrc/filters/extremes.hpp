#pragma once

#include "filters/tiles.hpp"
#include "kernels/morphology.hpp"

namespace imgmine {

template <class T>
const ExtremeLoops<KeyOf<T>>& extreme_loops(bool highest) {
    if constexpr (std::is_same_v<T, float>)
        return highest ? morphology_kernels().highest_i32 : morphology_kernels().lowest_i32;
    else
        return highest ? morphology_kernels().highest_u8 : morphology_kernels().lowest_u8;
}

/// A window of pixels around one.
struct Window {
    Reach rows;     ///< above and below
    Reach columns;  ///< to the left and right
    std::ptrdiff_t height() const { return rows.left + rows.right + 1; }
    std::ptrdiff_t width() const { return columns.left + columns.right + 1; }
};

}  // namespace imgmine
