#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// The threshold t for which the classes of values <= t and > t have the greatest variance between
/// them (Otsu 1979), the lowest of equals; computed in the order of OpenCV's, so bit-equal to it.
/// 0 for an image of one value, or none.
///
/// Throws std::invalid_argument unless there is one channel.
int threshold_otsu(ImageView<const std::uint8_t> image);

}  // namespace imgmine
