#pragma once

#include <array>
#include <cstdint>

#include "features/histogram.hpp"

namespace imgmine {

/// Writes the 144 values of the color and edge directivity descriptor (Chatzichristofis and
/// Boutalis 2008) of an image of 3 channels: 6 textures times 24 colors, levels 0 to 7 unless they
/// are normalised.
void cedd(ImageView<const std::uint8_t> image, Normalize normalize, float* out);

/// The levels of each texture that shares are brought to.
std::array<std::array<double, 8>, 6> cedd_levels();

}  // namespace imgmine
