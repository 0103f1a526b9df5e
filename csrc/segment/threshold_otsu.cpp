#include "segment/threshold_otsu.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "enhance/byte_counts.hpp"

namespace imgmine {

int threshold_otsu(ImageView<const std::uint8_t> image) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    if (image.empty()) return 0;
    const auto counts = byte_counts(image);
    const double share = 1 / (static_cast<double>(image.height) * static_cast<double>(image.width));
    double mean = 0;
    for (int v = 0; v < 256; ++v) mean += v * static_cast<double>(counts[static_cast<unsigned>(v)]);
    mean *= share;

    constexpr auto least = static_cast<double>(std::numeric_limits<float>::epsilon());
    double lower_mean = 0, lower = 0, best = 0;
    int threshold = 0;
    for (int v = 0; v < 256; ++v) {
        const double p = static_cast<double>(counts[static_cast<unsigned>(v)]) * share;
        lower_mean *= lower;
        lower += p;
        const double upper = 1 - lower;
        if (std::min(lower, upper) < least || std::max(lower, upper) > 1 - least) continue;
        lower_mean = (lower_mean + v * p) / lower;
        const double upper_mean = (mean - lower * lower_mean) / upper;
        const double between =
            lower * upper * (lower_mean - upper_mean) * (lower_mean - upper_mean);
        if (between > best) best = between, threshold = v;
    }
    return threshold;
}

}  // namespace imgmine
