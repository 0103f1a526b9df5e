#include "features/scalable_color.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "features/color_histogram.hpp"

namespace imgmine {
namespace {

constexpr std::size_t n_colors = 256;

/// Shares of 11 bits from which on each of the levels 1 to 15 is nearest: level = 15 (x /
/// 818.8)^0.4
std::array<double, 15> level_starts() {
    std::array<double, 15> starts{};
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const double middle = (static_cast<double>(i) + 0.5) / 15;
        starts[i] = 0.4 * 2047 * (middle * middle * std::sqrt(middle));
    }
    return starts;
}

/// Sums of neighbours along the axis that is `extent` long and has `step` values between
/// neighbours, and behind them their differences.
void halve(std::vector<int>& values, std::size_t n, std::size_t extent, std::size_t step) {
    const std::vector<int> before(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n));
    std::size_t out = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (i / step % extent % 2 != 0) continue;
        values[out] = before[i] + before[i + step];
        values[n / 2 + out++] = before[i] - before[i + step];
    }
}

}  // namespace

void scalable_color(ImageView<const std::uint8_t> image, int n, float* out) {
    require(n == 16 || n == 32 || n == 64 || n == 128 || n == 256,
            "coefficients must be 16, 32, 64, 128 or 256, got " + std::to_string(n));
    const std::vector<std::uint64_t> counts =
        color_histogram(image, {ColorSpace::hsv, {16, 4, 4}, true});
    std::uint64_t total = 0;
    for (const std::uint64_t count : counts) total += count;

    static const std::array<double, 15> starts = level_starts();
    std::vector<int> values(n_colors);
    for (std::size_t i = 0; total > 0 && i < n_colors; ++i) {
        const auto share = static_cast<double>((2 * 2047 * counts[i] + total) / (2 * total));
        values[i] = static_cast<int>(std::upper_bound(starts.begin(), starts.end(), share) -
                                     starts.begin());
    }
    // Hue, saturation, value, hue: what is left after each is the standard's shorter descriptor.
    std::size_t extents[3] = {16, 4, 4}, size = n_colors;
    for (const int axis : {0, 1, 2, 0, 0, 1, 2, 0}) {
        std::size_t step = 1;
        for (int later = axis + 1; later < 3; ++later) step *= extents[later];
        halve(values, size, extents[axis], step);
        extents[axis] /= 2;
        size /= 2;
    }
    std::copy_n(values.begin(), n, out);
}

}  // namespace imgmine
