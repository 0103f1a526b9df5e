#pragma once

#include <cstdint>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

enum class Morphology { erode, dilate, opening, closing };

/// Which of the pixels around one count. A rectangle has no mask.
struct Footprint {
    std::ptrdiff_t height;
    std::ptrdiff_t width;
    std::vector<std::uint8_t> mask;  ///< height x width, not zero where a pixel counts
};

/// Erosion: the lowest of the pixels under the footprint, whose anchor is at (height / 2, width /
/// 2). Dilation: the highest under the footprint turned by half a circle, so that an opening (`n`
/// erosions, then `n` dilations) never lies above its image and a closing never below. Channel by
/// channel; NaN is above infinity.
///
/// `dst` must have the shape of `src` and must not overlap it. A rectangle takes a time that does
/// not depend on its size; another footprint takes two operations for each run in each of its rows.
/// Throws std::invalid_argument unless the footprint has a pixel that counts, sides of 1 to 65535,
/// and iterations are 1 or more.
template <class T>
void morphology(ImageView<const T> src, ImageView<T> dst, Morphology operation,
                const Footprint& footprint, int iterations, Border border);

extern template void morphology(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, Morphology,
                                const Footprint&, int, Border);
extern template void morphology(ImageView<const float>, ImageView<float>, Morphology,
                                const Footprint&, int, Border);

}  // namespace imgmine
