#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Writes the first `n` (16, 32, 64, 128 or 256) coefficients of MPEG-7's scalable color: a
/// histogram of 16 x 4 x 4 HSV colors, in 11 and then in 4 bits, by pairs as sums and differences.
void scalable_color(ImageView<const std::uint8_t> image, int n, float* out);

}  // namespace imgmine
