#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// The mean of (a - b)^2 over all values; 0 for images without any. Exact for uint8 but for one
/// division; float32 is summed in double, row by row. Both must have one shape.
template <class T>
double mse(ImageView<const T> a, ImageView<const T> b);

extern template double mse(ImageView<const std::uint8_t>, ImageView<const std::uint8_t>);
extern template double mse(ImageView<const float>, ImageView<const float>);

}  // namespace imgmine
