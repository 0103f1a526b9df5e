#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Copies `src`, but for what is connected, by 8 neighbors, with the frame of `margin` + 1 pixels
/// around the image: that becomes 0. In a mask all that is not 0 is alike; in a label image, what
/// has the same label.
///
/// `dst` must have the shape of `src`, of one channel. Throws std::invalid_argument unless margin
/// is from 0 to below both sides (or 0 of an empty image), and there are fewer than 2^31 pixels.
void clear_border(ImageView<const std::uint8_t> src, std::int64_t margin,
                  ImageView<std::uint8_t> dst);
void clear_border(ImageView<const std::int32_t> src, std::int64_t margin,
                  ImageView<std::int32_t> dst);

}  // namespace imgmine
