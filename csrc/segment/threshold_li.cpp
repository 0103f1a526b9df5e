#include "segment/threshold_li.hpp"

#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/math_log.hpp"
#include "enhance/byte_counts.hpp"

namespace imgmine {
namespace {

/// The mean of values [first, last), less `least`.
double mean(const std::vector<std::uint64_t>& counts, int least, int first, int last) {
    double sum = 0, n = 0;
    for (int v = first; v < last; ++v) {
        const auto count = static_cast<double>(counts[static_cast<unsigned>(v)]);
        sum += count * (v - least);
        n += count;
    }
    return sum / n;
}

}  // namespace

double threshold_li(ImageView<const std::uint8_t> image) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    if (image.empty()) return 0;
    const auto counts = byte_counts(image);
    int least = 0, end = 256;
    while (counts[static_cast<unsigned>(least)] == 0) ++least;
    while (counts[static_cast<unsigned>(end - 1)] == 0) --end;
    if (end - least == 1) return least;

    // Values are counted from the lowest on: logarithms need means above 0.
    double now = -1, next = mean(counts, least, least, end);
    while (std::abs(next - now) > 0.5) {
        now = next;
        const int split = least + static_cast<int>(now) + 1;
        const double below = mean(counts, least, least, split);
        const double above = mean(counts, least, split, end);
        if (below == 0) break;
        next = (below - above) / (log_same_bits(below) - log_same_bits(above));
    }
    return next + least;
}

}  // namespace imgmine
