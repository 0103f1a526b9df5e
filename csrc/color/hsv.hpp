#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Hue, saturation and value of an image of 3 channels, R first.
///
/// uint8: hue is half the degrees, 0..179; saturation and value are 0..255. float of 0..255: hue in
/// degrees, saturation 0..1, value 0..255. `dst` has the size and channels of `src`.
template <class T>
void rgb2hsv(ImageView<const T> src, ImageView<T> dst);

/// The inverse of rgb2hsv.
template <class T>
void hsv2rgb(ImageView<const T> src, ImageView<T> dst);

extern template void rgb2hsv(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void rgb2hsv(ImageView<const float>, ImageView<float>);
extern template void hsv2rgb(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void hsv2rgb(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
