#pragma once

#include <array>
#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Writes `n_luma` + 2 `n_chroma` (each 1 to 64) coefficients of MPEG-7's color layout of an image
/// of 3 channels: the discrete cosine transform of 8 x 8 mean colors in Y, Cb and Cr, in zigzag
/// order, quantised to 6 bits for the mean and 5 for the others. All arithmetic is of whole
/// numbers.
void color_layout(ImageView<const std::uint8_t> image, int n_luma, int n_chroma, float* out);

/// Orthonormal cosines of 8 samples times 2^20: row u holds those of frequency u.
std::array<std::int64_t, 64> layout_cosines();

/// Places of an 8 x 8 block from the lowest frequency to the highest, as in JPEG.
std::array<std::int32_t, 64> zigzag_order();

}  // namespace imgmine
