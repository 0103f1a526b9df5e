#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

// What the fuzzy color and texture histograms of Chatzichristofis and Boutalis (2008) share.
namespace imgmine::fuzzy {

/// Rises from 0 at `from` to 1 at `full`, falls from 1 at `until` to 0 at `to`.
struct Slope {
    double from, full, until, to;

    double at(double x) const {
        if (x < from || x > to) return 0;
        if (x < full) return (x - from) / (full - from);
        return x > until ? (to - x) / (to - until) : 1;
    }
};

/// Low or high, with nothing between but their share.
inline std::array<double, 2> low_and_high(double x, double low, double high) {
    const double share = x <= low ? 0 : x >= high ? 1 : (x - low) / (high - low);
    return {1 - share, share};
}

/// Hue 0..359, saturation and value 0..255, rounded down, as the authors' programs have them:
/// sectors but the first begin a degree early.
inline std::array<int, 3> hsv_of(int r, int g, int b) {
    const int high = std::max({r, g, b}), low = std::min({r, g, b}), span = high - low;
    if (span == 0) return {0, 0, high};
    const int start = high == r ? (g >= b ? 0 : 359) : high == g ? 119 : 239;
    const int ends = high == r ? g - b : high == g ? b - r : r - g;
    return {(start * span + 60 * ends) / span, 255 * span / high, high};
}

inline constexpr Slope hues[8] = {{0, 0, 5, 10},        {5, 10, 35, 50},      {35, 50, 70, 85},
                                  {70, 85, 150, 165},   {150, 165, 195, 205}, {195, 205, 265, 280},
                                  {265, 280, 315, 330}, {315, 330, 360, 360}};
inline constexpr Slope values[3] = {{0, 0, 10, 75}, {10, 75, 180, 220}, {180, 220, 255, 255}};

/// How much a color is each of 24: white, gray, black; then light, pure and dark red, orange,
/// yellow, green, cyan, blue and magenta.
inline std::array<double, 24> colors_of(int r, int g, int b) {
    const auto [h, s, v] = hsv_of(r, g, b);
    const std::array<double, 2> saturation = low_and_high(s, 10, 75);
    double value[3], ten[10] = {};
    for (std::size_t k = 0; k < 3; ++k) value[k] = values[k].at(v);
    for (std::size_t i = 0; i < 8; ++i) {
        const double hue = hues[i].at(h);
        const auto all = [&](std::size_t j, std::size_t k) {
            return std::min({hue, saturation[j], value[k]});
        };
        ten[0] += all(0, 2);
        ten[1] += all(0, 1);
        ten[2] += all(0, 0);
        ten[2] += all(1, 0);
        const std::size_t color = 3 + i % 7;  // the last hue is red again
        ten[color] += all(1, 1);
        ten[color] += all(1, 2);
    }
    const std::array<double, 2> vivid = low_and_high(s, 68, 188), bright = low_and_high(v, 68, 188);
    const double shades[3] = {std::min(vivid[0], bright[1]), std::min(vivid[1], bright[1]),
                              std::min(vivid[0], bright[0]) + std::min(vivid[1], bright[0])};
    std::array<double, 24> result{};
    for (std::size_t i = 0; i < 3; ++i) result[i] = ten[i];
    for (std::size_t i = 3; i < 10; ++i)
        for (std::size_t k = 0; k < 3; ++k) result[3 * (i - 2) + k] = ten[i] * shades[k];
    return result;
}

/// The nearest of eight levels, in millionths, for each share of the histogram, the table of which
/// is that of its texture: 24 shares each.
inline std::vector<std::uint64_t> levels_of(const std::vector<double>& histogram,
                                            const std::array<double, 8>* const* tables) {
    double sum = 0;
    for (const double x : histogram) sum += x;
    std::vector<std::uint64_t> levels(histogram.size());
    for (std::size_t i = 0; sum > 0 && i < histogram.size(); ++i) {
        const std::array<double, 8>& table = *tables[i / 24];
        const double share = histogram[i] / sum;
        for (std::size_t k = 1; k < 8; ++k)
            if (std::abs(share - table[k] / 1e6) < std::abs(share - table[levels[i]] / 1e6))
                levels[i] = k;
    }
    return levels;
}

}  // namespace imgmine::fuzzy
