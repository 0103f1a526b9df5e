#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Summed-area table: dst(y, x) is the sum of src over rows [0, y) and columns [0, x), channel by
/// channel; its first row and column are zero.
///
/// `dst` is one row and one column larger than `src`. 32-bit sums wrap around at 2^32, so that the
/// sum of a rectangle below 2^32 is right whatever the image's size. Floats are summed in double in
/// an order that depends on the width alone. Cost: one pass, the writing of `dst`; with more
/// threads each also reads what stands above its share of bytes, or `src` is read once more.
template <class T, class Sum>
void integral_image(ImageView<const T> src, ImageView<Sum> dst);

extern template void integral_image(ImageView<const std::uint8_t>, ImageView<std::uint32_t>);
extern template void integral_image(ImageView<const std::uint8_t>, ImageView<std::uint64_t>);
extern template void integral_image(ImageView<const float>, ImageView<double>);

}  // namespace imgmine
