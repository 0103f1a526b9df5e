#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Up to k colors that stand for those of an image: median cut (Heckbert 1982) of the colors
/// rounded to 5 bits, always of the box with the greatest squared error, refined by up to
/// `iterations` rounds of k-means on the means of those cells. `src` has 3 channels. Returns n
/// times 3 bytes, dark colors first; k from 1 to 256.
std::vector<std::uint8_t> color_palette(ImageView<const std::uint8_t> src, int k, int iterations);

/// Writes the place in the palette of the color nearest to each pixel's, the first among equals.
/// `dst` has 1 channel and the size of `src`.
void nearest_colors(ImageView<const std::uint8_t> src, const std::vector<std::uint8_t>& palette,
                    ImageView<std::uint8_t> dst);

/// Writes the color of the palette nearest to each pixel's. `dst` has the shape of `src`.
void replace_colors(ImageView<const std::uint8_t> src, const std::vector<std::uint8_t>& palette,
                    ImageView<std::uint8_t> dst);

}  // namespace imgmine
