#include "segment/threshold_triangle.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "enhance/byte_counts.hpp"

namespace imgmine {

int threshold_triangle(ImageView<const std::uint8_t> image) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    if (image.empty()) return 0;
    const auto counts = byte_counts(image);
    const auto at = [&](int v) { return static_cast<double>(counts[static_cast<unsigned>(v)]); };
    int low = 0, high = 255;
    while (at(low) == 0) ++low;
    while (at(high) == 0) --high;
    const int peak =
        static_cast<int>(std::max_element(counts.begin(), counts.end()) - counts.begin());

    const bool from_above = peak - low < high - peak;
    const int end = from_above ? high : low, step = from_above ? -1 : 1;
    const int width = std::abs(peak - end);
    // Divided as in scikit-image, so that what rounds to equal there is equal here.
    const double norm = std::sqrt(at(peak) * at(peak) + static_cast<double>(width * width));
    const double rise = at(peak) / norm, run = width / norm;
    int best = 0;
    double longest = -HUGE_VAL;
    for (int x = 0; x < width; ++x) {
        const double length = rise * x - run * at(end + step * x);
        if (length > longest) longest = length, best = x;
    }
    return end + step * best;
}

}  // namespace imgmine
