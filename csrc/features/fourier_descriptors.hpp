#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

using Point = std::array<double, 2>;  // row, column

/// The pixels along the outer border of the region of a mask whose border encloses most,
/// 8-connected (border following of Suzuki and Abe 1985); empty where the mask is.
std::vector<Point> outer_contour(ImageView<const std::uint8_t> mask);

/// Magnitudes of the Fourier coefficients -1, 2, -2, 3, -3 ... of a closed contour, resampled at
/// `n_points` points an equal way apart, over that of coefficient 1. Of no length: zeros.
///
/// Throws std::invalid_argument unless 1 <= n <= n_points / 2 and n_points is a power of two from 8
/// to 65536.
std::vector<double> fourier_descriptors(const std::vector<Point>& contour, int n, int n_points);

}  // namespace imgmine
