#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// dst = 1 where src > low and the pixel is connected to one with src > high through such pixels
/// (4: those that share an edge; 8: those at corners, too), else 0. NaN is above nothing. `dst` has
/// the height and width of `src` and one channel.
///
/// Throws std::invalid_argument unless there is one channel, low <= high, connectivity is 4 or 8,
/// and there are fewer than 2^31 pixels.
template <class T>
void threshold_hysteresis(ImageView<const T> src, double low, double high, int connectivity,
                          ImageView<std::uint8_t> dst);

extern template void threshold_hysteresis(ImageView<const std::uint8_t>, double, double, int,
                                          ImageView<std::uint8_t>);
extern template void threshold_hysteresis(ImageView<const float>, double, double, int,
                                          ImageView<std::uint8_t>);

}  // namespace imgmine
