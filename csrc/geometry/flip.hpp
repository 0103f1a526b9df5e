#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Writes `src` upside down, mirrored, or both, to `dst`, which has the same shape.
template <class T>
void flip(ImageView<const T> src, ImageView<T> dst, bool upside_down, bool mirrored);

extern template void flip(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, bool, bool);
extern template void flip(ImageView<const float>, ImageView<float>, bool, bool);

}  // namespace imgmine
