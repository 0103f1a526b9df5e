#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Patterns of the eight blocks of `height` x `width` pixels around one, from the upper left one
/// (bit 7) clockwise: which of them have a sum not below the middle one's.
///
/// `codes` has 3 * height - 1 rows and 3 * width - 1 columns less than `src`; a code stands where
/// the first of the nine blocks begins.
void multiblock_lbp(ImageView<const std::uint8_t> src, std::ptrdiff_t height, std::ptrdiff_t width,
                    ImageView<std::uint8_t> codes);

}  // namespace imgmine
