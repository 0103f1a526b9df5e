#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// CIE 1976 L*a*b* under D65 of an sRGB image of 3 channels, R first.
///
/// uint8: L* times 255/100, a* and b* plus 128. float of 0..255, what is outside counting as the
/// nearer end: L* of 0..100, a* and b* as they are. `dst` has the size and channels of `src`.
template <class T>
void rgb2lab(ImageView<const T> src, ImageView<T> dst);

/// The inverse of rgb2lab; colors that sRGB does not have become the nearest value per channel.
template <class T>
void lab2rgb(ImageView<const T> src, ImageView<T> dst);

extern template void rgb2lab(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void rgb2lab(ImageView<const float>, ImageView<float>);
extern template void lab2rgb(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
extern template void lab2rgb(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
