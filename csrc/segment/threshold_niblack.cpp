#include "segment/threshold_niblack.hpp"

#include <cmath>

namespace imgmine {

void threshold_niblack(ImageView<const std::uint8_t> image, ImageView<float> dst, WindowSize size,
                       double k, Border border) {
    require_window(image, size, border);
    require(std::isfinite(static_cast<float>(k)), "k must be finite, got " + std::to_string(k));
    if (!image.empty()) thresholds_of_windows(image, dst, size, border, 1, -k, 0);
}

}  // namespace imgmine
