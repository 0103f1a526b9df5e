#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// v becomes gray + factor * (v - gray), where gray is 0.299 R + 0.587 G + 0.114 B of its pixel.
///
/// `dst` must have the shape of `src` and must not overlap it. uint8: computed in float, rounded
/// (ties to even) and clipped once; float32 is not clipped. Throws std::invalid_argument unless
/// there are three channels and factor is finite.
template <class T>
void adjust_saturation(ImageView<const T> src, ImageView<T> dst, double factor);

extern template void adjust_saturation(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                       double);
extern template void adjust_saturation(ImageView<const float>, ImageView<float>, double);

}  // namespace imgmine
