#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"
#include "segment/local_window.hpp"

namespace imgmine {

/// dst = m (1 + k (s / r - 1)) of the mean m and the standard deviation s of the window around each
/// pixel (Sauvola and Pietikainen 2000): exact sums, then floats. `dst` has the height and width of
/// `image`. A time that does not depend on the window.
///
/// Throws std::invalid_argument unless there is one channel, sides are odd and from 1 to 255, k is
/// finite, r positive and finite and the border is not constant.
void threshold_sauvola(ImageView<const std::uint8_t> image, ImageView<float> dst, WindowSize size,
                       double k, double r, Border border);

}  // namespace imgmine
