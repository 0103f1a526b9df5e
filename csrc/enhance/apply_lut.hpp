#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// dst = table[src]: `tables` holds one table of 256 values for all channels, or one for each.
///
/// `dst` must have the shape of `src` and must not overlap it. Throws std::invalid_argument for any
/// other number of values. Cost: at the speed of memory, on every level but v2.
void apply_lut(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
               const std::vector<std::uint8_t>& tables);

}  // namespace imgmine
