#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Luma of BT.601, Y = 0.299 R + 0.587 G + 0.114 B, of an image of 3 or 4 channels, R first.
///
/// uint8 works in 15-bit fixed point and rounds half up; float adds in the order written. `dst` has
/// one channel and the size of `src`.
template <class T>
void rgb2gray(ImageView<const T> src, ImageView<T> dst);

extern template void rgb2gray(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void rgb2gray(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
