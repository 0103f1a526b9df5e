#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Y, Cb and Cr, in this order, of an image of 3 channels, R first: BT.601 in full range, as JPEG
/// has them, with Cb and Cr around 128. `dst` has the size and channels of `src`.
template <class T>
void rgb2ycbcr(ImageView<const T> src, ImageView<T> dst);

/// The inverse of rgb2ycbcr; uint8 ends at 0 and 255, float does not.
template <class T>
void ycbcr2rgb(ImageView<const T> src, ImageView<T> dst);

extern template void rgb2ycbcr(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void rgb2ycbcr(ImageView<const float>, ImageView<float>);
extern template void ycbcr2rgb(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void ycbcr2rgb(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
