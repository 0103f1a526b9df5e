#pragma once

#include <cstdint>
#include <string_view>

#include "base/border.hpp"
#include "base/image.hpp"
#include "segment/local_window.hpp"

namespace imgmine {

/// How a window's pixels are weighed.
enum class LocalMethod {
    mean,      ///< all alike
    gaussian,  ///< by a Gaussian whose standard deviation is a sixth of the side less one
};

/// Throws std::invalid_argument unless `name` is "mean" or "gaussian".
LocalMethod local_method_from_name(std::string_view name);

/// dst = the mean of the window around each pixel, less `offset`. `dst` has the height and width of
/// `image`. Means are exact sums divided once, in float; the Gaussian is gaussian_blur's of floats,
/// four standard deviations to either side, and window sides of 1 leave a pixel as it is.
///
/// Throws std::invalid_argument unless there is one channel, sides are odd and from 1 to 255 (for
/// the Gaussian, equal), the offset is finite and the border is not constant.
void threshold_local(ImageView<const std::uint8_t> image, ImageView<float> dst, WindowSize size,
                     LocalMethod method, double offset, Border border);

}  // namespace imgmine
