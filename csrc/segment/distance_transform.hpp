#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// dst = the Euclidean distance of each pixel to the nearest one that is 0, in pixels: the float
/// nearest to the root of the exact squared distance. Infinite where no pixel is 0. `dst` has the
/// height and width of `mask` and one channel.
///
/// A time per pixel that hardly depends on the distances.
///
/// Throws std::invalid_argument unless there is one channel and both sides are below 2^31.
void distance_transform(ImageView<const std::uint8_t> mask, ImageView<float> dst);

}  // namespace imgmine
