#pragma once

#include <cstdint>

#include "features/histogram.hpp"

namespace imgmine {

/// Writes the 192 values of the fuzzy color and texture histogram (Chatzichristofis and Boutalis
/// 2008) of an image of 3 channels: 8 textures times 24 colors, levels 0 to 7 unless they are
/// normalised.
void fcth(ImageView<const std::uint8_t> image, Normalize normalize, float* out);

}  // namespace imgmine
