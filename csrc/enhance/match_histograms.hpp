#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Gives each channel of `src` about the distribution of values that it has in `reference`: a value
/// becomes the one of the same quantile there, linearly interpolated between values that occur, and
/// rounded (ties to even).
///
/// `dst` must have the shape of `src` and must not overlap it. Throws std::invalid_argument unless
/// `reference` has as many channels, and at least one pixel.
void match_histograms(ImageView<const std::uint8_t> src, ImageView<const std::uint8_t> reference,
                      ImageView<std::uint8_t> dst);

}  // namespace imgmine
