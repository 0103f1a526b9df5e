#pragma once

#include <array>
#include <vector>

#include "base/image.hpp"
#include "geometry/warp.hpp"

namespace imgmine {

/// A pinhole camera: focal lengths and principal point in pixels, and the lens' coefficients
/// k1 k2 p1 p2 [k3 [k4 k5 k6]] (Brown 1966; OpenCV's order).
struct Camera {
    std::array<double, 9> matrix;  ///< fx 0 cx, 0 fy cy, 0 0 1
    std::vector<double> distortion;
};

/// Sets each pixel of `dst` to where the lens put it in `src`, as cv2.undistort.
///
/// Throws std::invalid_argument unless the matrix has that form and there are 4, 5 or 8 finite
/// coefficients. Places in doubles, rounded to 2^-24 pixels, found row by row.
template <class T>
void undistort(ImageView<const T> src, ImageView<T> dst, const Camera& camera,
               const WarpOptions& options);

extern template void undistort(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                               const Camera&, const WarpOptions&);
extern template void undistort(ImageView<const float>, ImageView<float>, const Camera&,
                               const WarpOptions&);

}  // namespace imgmine
