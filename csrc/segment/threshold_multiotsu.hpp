#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// The classes - 1 thresholds t, rising, for which the classes of values up to the first, above it
/// and up to the second, and so on have the greatest variance between them (Otsu 1979), by dynamic
/// programming: always the best there are. Each is a value of the image, the last of its class; of
/// equals, the lowest, the last threshold first.
///
/// Throws std::invalid_argument unless there is one channel and classes is from 2 to the number of
/// different values.
std::vector<std::uint8_t> threshold_multiotsu(ImageView<const std::uint8_t> image, int classes);

}  // namespace imgmine
