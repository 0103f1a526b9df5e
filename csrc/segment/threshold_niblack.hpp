#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"
#include "segment/local_window.hpp"

namespace imgmine {

/// dst = m - k s of the mean m and the standard deviation s of the window around each pixel
/// (Niblack 1986): exact sums, then floats. `dst` has the height and width of `image`. A time that
/// does not depend on the window.
///
/// Throws std::invalid_argument unless there is one channel, sides are odd and from 1 to 255, k is
/// finite and the border is not constant.
void threshold_niblack(ImageView<const std::uint8_t> image, ImageView<float> dst, WindowSize size,
                       double k, Border border);

}  // namespace imgmine
