#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Writes 0 where zeros of `mask` are connected with zeros on the border of the image, else 1.
///
/// `filled` must have the shape of `mask`, of one channel. Zeros are connected with 4 or with 8
/// neighbors. Throws std::invalid_argument unless connectivity is 4 or 8 and there are fewer than
/// 2^31 pixels.
void fill_holes(ImageView<const std::uint8_t> mask, int connectivity,
                ImageView<std::uint8_t> filled);

}  // namespace imgmine
