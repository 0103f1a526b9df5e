#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Spreads the values of each channel so that they are about equally frequent: v becomes
/// round(255 (n(<= v) - n(lowest)) / (n - n(lowest))), in float as OpenCV's equalizeHist computes
/// it. A channel of one value stays as it is.
///
/// `dst` must have the shape of `src` and must not overlap it.
void equalize_hist(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst);

}  // namespace imgmine
