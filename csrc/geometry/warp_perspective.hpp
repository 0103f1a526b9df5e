#pragma once

#include <array>

#include "base/image.hpp"
#include "geometry/warp.hpp"

namespace imgmine {

/// Maps (x, y) to (X / W, Y / W) where (X, Y, W) = matrix (x, y, 1); row by row.
using Homography = std::array<double, 9>;

/// The inverse, up to a factor. Throws std::invalid_argument unless the matrix is finite and has
/// one.
Homography inverse_of(const Homography& matrix);

/// Sets each pixel (x, y) of `dst` to the value of `src` at matrix (x, y); as warp_affine.
template <class T>
void warp_perspective(ImageView<const T> src, ImageView<T> dst, const Homography& to_source,
                      const WarpOptions& options);

extern template void warp_perspective(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                      const Homography&, const WarpOptions&);
extern template void warp_perspective(ImageView<const float>, ImageView<float>, const Homography&,
                                      const WarpOptions&);

}  // namespace imgmine
