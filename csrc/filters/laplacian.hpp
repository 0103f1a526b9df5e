#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// The sum of both second derivatives of every channel of `src`, as OpenCV has it: `ksize` 1 is
/// the sum of the 4 neighbours less 4 times the value, 3, 5 and 7 are Sobel's kernels.
///
/// `dst` must have the shape of `src` and must not overlap it. Out is int16 (saturated) or float.
/// uint8 images: sums are exact. Throws std::invalid_argument on another ksize.
template <class T, class Out>
void laplacian(ImageView<const T> src, ImageView<Out> dst, int ksize, Border border);

extern template void laplacian(ImageView<const std::uint8_t>, ImageView<std::int16_t>, int, Border);
extern template void laplacian(ImageView<const std::uint8_t>, ImageView<float>, int, Border);
extern template void laplacian(ImageView<const float>, ImageView<float>, int, Border);

}  // namespace imgmine
