#include "features/color_moments.hpp"

#include <cmath>

#include "base/math.hpp"

namespace imgmine {
namespace {

__extension__ typedef __int128 Wide;

/// Writes the three moments of values 0, 1, 2, ... that occur so many times.
void write_moments(const std::uint64_t* counts, std::size_t n_values, float* out) {
    std::uint64_t pixels = 0, values = 0, second_powers = 0, third_powers = 0;  // of 2^40 pixels
    for (std::uint64_t v = 0; v < n_values; ++v) {
        pixels += counts[v];
        values += counts[v] * v;
        second_powers += counts[v] * (v * v);
        third_powers += counts[v] * (v * v * v);
    }
    const Wide n = pixels, sum = values, squares = second_powers, cubes = third_powers;
    out[0] = out[1] = out[2] = 0;
    if (n == 0) return;
    // Whole numbers below 2^127 for up to 2^33 pixels: n^2 and n^3 times the central moments.
    const auto second = static_cast<double>(n * squares - sum * sum);
    const auto third =
        static_cast<double>(n * n * cubes - 3 * n * sum * squares + 2 * sum * sum * sum);
    const auto total = static_cast<double>(n);
    out[0] = static_cast<float>(static_cast<double>(sum) / total);
    out[1] = static_cast<float>(std::sqrt(second) / total);
    const double scaled = std::abs(third) / (total * total * total) / (1 << 24);  // below 1
    const double root = 256 * root_same_bits(scaled, 3);
    out[2] = static_cast<float>(third < 0 ? -root : root);
}

}  // namespace

ColorBins moment_bins(ColorSpace space) {
    return {space, {space == ColorSpace::hsv ? 180 : 256, 256, 256}, false};
}

void write_moments(const std::uint64_t* counts, std::size_t n, ColorSpace space, float* out) {
    for (std::size_t i = 0; i < n; ++i)
        for (const int n_values : moment_bins(space).bins) {
            write_moments(counts, static_cast<std::size_t>(n_values), out);
            counts += n_values;
            out += 3;
        }
}

void color_moments(ImageView<const std::uint8_t> image, ColorSpace space, const Areas& areas,
                   float* out) {
    const std::vector<std::uint64_t> counts = color_histogram(image, moment_bins(space), areas);
    write_moments(counts.data(), areas.count(), space, out);
}

}  // namespace imgmine
