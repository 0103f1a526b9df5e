#include "segment/threshold_sauvola.hpp"

#include <cmath>

namespace imgmine {

void threshold_sauvola(ImageView<const std::uint8_t> image, ImageView<float> dst, WindowSize size,
                       double k, double r, Border border) {
    require_window(image, size, border);
    require(std::isfinite(static_cast<float>(k)), "k must be finite, got " + std::to_string(k));
    require(std::isfinite(r) && r > 0, "r must be positive and finite, got " + std::to_string(r));
    require(std::isfinite(static_cast<float>(k / r)),
            "k must be small enough for r (" + std::to_string(r) + "), got " + std::to_string(k));
    if (!image.empty()) thresholds_of_windows(image, dst, size, border, 1 - k, 0, k / r);
}

}  // namespace imgmine
