#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

struct CannyOptions {
    double low;
    double high;
    int ksize = 3;             ///< of Sobel's kernels: 3, 5 or 7 (which is divided by 16)
    bool l2_gradient = false;  ///< the gradient's length, not the sum of its absolute parts
};

/// Canny's edges as OpenCV finds them: 255 on an edge, else 0. Of several channels, each pixel's
/// first one with the largest gradient counts.
///
/// `dst` must have the height and width of `src` and one channel, and must not overlap it. Throws
/// std::invalid_argument unless 0 <= low <= high < infinity and there is such a ksize. While it
/// works, `dst` holds the states of pixels; beside it a thread takes less than a megabyte.
void canny(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
           const CannyOptions& options);

}  // namespace imgmine
