#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Rows and columns of points.
struct ContourPoint {
    double row, column;
    bool operator==(const ContourPoint&) const = default;
};
using Contour = std::vector<ContourPoint>;

/// The lines at which an image crosses a level, interpolated between the centers of pixels
/// (marching squares). What is above the level lies to the left of a line's way as rows go down and
/// columns right; pixels that touch at a corner only are joined if they are not above. A closed
/// line ends with its first point. Lines begin where they have been met first, row by row; squares
/// with a value that is no number are left out.
///
/// Throws std::invalid_argument unless there is one channel and the level is finite.
template <class T>
std::vector<Contour> find_contours(ImageView<const T> image, double level);

extern template std::vector<Contour> find_contours(ImageView<const std::uint8_t>, double);
extern template std::vector<Contour> find_contours(ImageView<const float>, double);
extern template std::vector<Contour> find_contours(ImageView<const double>, double);

}  // namespace imgmine
