#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "segment/numbered_regions.hpp"
#include "segment/smooth_lab.hpp"

namespace imgmine {

/// What is known of a region, in sums, so that those of two that are joined add up.
struct RegionDescription {
    static constexpr std::size_t color_bins = 20, texture_bins = 20, n_textures = 2;

    double size = 0, perimeter = 0;
    std::array<double, 3> color_sums{};                       ///< L*, a*, b*
    std::array<float, 3 * color_bins> colors{};               ///< pixels by L*, by a*, by b*
    std::array<float, n_textures * texture_bins> textures{};  ///< pixels by gradient, per scale

    void add(const RegionDescription& other) {
        size += other.size;
        for (std::size_t i = 0; i < 3; ++i) color_sums[i] += other.color_sums[i];
        for (std::size_t i = 0; i < colors.size(); ++i) colors[i] += other.colors[i];
        for (std::size_t i = 0; i < textures.size(); ++i) textures[i] += other.textures[i];
    }
};

/// The chi-squared distance, 0 to 1, of two histograms of n bins that are scaled to a sum of 1.
inline float chi_squared(const float* a, float scale_a, const float* b, float scale_b,
                         std::size_t n) {
    float total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const float x = a[i] * scale_a, y = b[i] * scale_b;
        if (x + y > 0) total += (x - y) * (x - y) / (x + y);
    }
    return total / 2;
}

/// That of two regions' i-th histograms of n bins.
template <std::size_t n, class Histograms>
double histogram_distance(const RegionDescription& a, const RegionDescription& b,
                          Histograms histograms, std::size_t i) {
    return static_cast<double>(chi_squared(&(a.*histograms)[i * n], static_cast<float>(1 / a.size),
                                           &(b.*histograms)[i * n], static_cast<float>(1 / b.size),
                                           n));
}

/// That of colors, where a* and b* count double.
inline double color_distance(const RegionDescription& a, const RegionDescription& b) {
    const auto channel = [&](std::size_t c) {
        return histogram_distance<RegionDescription::color_bins>(a, b, &RegionDescription::colors,
                                                                 c);
    };
    return (channel(0) + 2 * channel(1) + 2 * channel(2)) / 5;
}

inline double texture_distance(const RegionDescription& a, const RegionDescription& b) {
    const auto scale = [&](std::size_t s) {
        return histogram_distance<RegionDescription::texture_bins>(a, b,
                                                                   &RegionDescription::textures, s);
    };
    return (scale(0) + scale(1)) / 2;
}

/// Describes all regions of an image; the one of number 0 stays empty.
class RegionDescriber {
  public:
    RegionDescriber(const NumberedRegions& regions, const SmoothLab& lab)
        : regions_(regions), counts_(regions.room()) {
        for (std::size_t v = 0; v < 256; ++v) {
            places_[0][v] = place_of(static_cast<int>(v), 0, light_step);
            places_[1][v] = places_[2][v] = place_of(static_cast<int>(v), first_color, color_step);
        }
        count_colors(lab);
        for (std::size_t s = 0; s < RegionDescription::n_textures; ++s) count_textures(lab, s);
    }

    std::vector<RegionDescription> describe() const {
        std::vector<RegionDescription> all(counts_.size());
        for (std::size_t i = 1; i < counts_.size(); ++i) describe(counts_[i], all[i]);
        return all;
    }

  private:
    static constexpr int light_step = 13, color_step = 6, first_color = 71;  // widths of bins
    static constexpr std::size_t bins = RegionDescription::color_bins;
    static constexpr std::size_t kinds = RegionDescription::texture_bins;

    /// Between which two bins a value lies, and how far from the first one, in their width.
    struct Place {
        std::uint8_t bin, past;
    };
    struct Counts {
        std::uint32_t size = 0;
        std::array<std::uint64_t, 3> sums{};
        std::array<std::uint32_t, 3 * bins + 1> colors{};
        std::array<std::uint32_t, RegionDescription::n_textures * kinds> textures{};
    };

    static Place place_of(int value, int first, int step) {
        const int at = std::clamp(value - first, 0, step * (static_cast<int>(bins) - 1));
        return {static_cast<std::uint8_t>(at / step), static_cast<std::uint8_t>(at % step)};
    }

    void count_colors(const SmoothLab& lab) {
        constexpr unsigned steps[] = {light_step, color_step, color_step};
        for (std::ptrdiff_t y = 0; y < regions_.view().height; ++y) {
            const std::uint8_t* pixel = lab.bytes(y);
            for (std::ptrdiff_t x = 0; x < regions_.view().width; ++x, pixel += 3) {
                Counts& counts = counts_[static_cast<std::size_t>(regions_.view().row(y)[x])];
                ++counts.size;
                for (std::size_t c = 0; c < 3; ++c) {
                    const Place place = places_[c][pixel[c]];
                    counts.sums[c] += pixel[c];
                    counts.colors[c * bins + place.bin] += steps[c] - place.past;
                    counts.colors[c * bins + place.bin + 1] += place.past;
                }
            }
        }
    }

    void count_textures(const SmoothLab& lab, std::size_t scale) {
        const std::ptrdiff_t height = regions_.view().height, width = regions_.view().width;
        const double sigma = static_cast<double>(scale) + 1;
        const std::vector<float> light = lab.smooth(0, sigma);
        std::vector<std::uint8_t> codes(light.size());
        parallel_for(height, row_grain(width, 3), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t y = first; y < last; ++y) {
                const float* const above =
                    light.data() + std::max<std::ptrdiff_t>(y - 1, 0) * width;
                const float* const below = light.data() + std::min(y + 1, height - 1) * width;
                const float* const row = light.data() + y * width;
                for (std::ptrdiff_t x = 0; x < width; ++x) {
                    const float right = row[std::min(x + 1, width - 1)];
                    const float left = row[std::max<std::ptrdiff_t>(x - 1, 0)];
                    const float unit = static_cast<float>(sigma) / 2;
                    codes[static_cast<std::size_t>(y * width + x)] =
                        texture((right - left) * unit, (below[x] - above[x]) * unit);
                }
            }
        });
        const std::int32_t* const numbers = regions_.view().data;
        for (std::size_t i = 0; i < codes.size(); ++i)
            ++counts_[static_cast<std::size_t>(numbers[i])].textures[scale * kinds + codes[i]];
    }

    /// One of 5 strengths and 4 directions: nearest to across, falling, down or rising.
    static std::uint8_t texture(float gx, float gy) {
        constexpr float tangent = 0.41421356f;  // of 22.5 degrees
        const float squared = gx * gx + gy * gy;
        const float x = gx < 0 ? -gx : gx, y = gy < 0 ? -gy : gy;
        const int strength =
            (squared >= 0.5f) + (squared >= 2.0f) + (squared >= 8.0f) + (squared >= 32.0f);
        const int slanted = (gx < 0) == (gy < 0) ? 1 : 3;
        const int direction = x <= tangent * y ? 2 : y <= tangent * x ? 0 : slanted;
        return static_cast<std::uint8_t>(4 * strength + direction);
    }

    static void describe(const Counts& counts, RegionDescription& out) {
        constexpr double units[] = {100.0 / 255, 1, 1};
        constexpr float steps[] = {light_step, color_step, color_step};
        out.size = counts.size;
        for (std::size_t c = 0; c < 3; ++c)
            out.color_sums[c] = units[c] * static_cast<double>(counts.sums[c]);
        for (std::size_t i = 0; i < 3 * bins; ++i)
            out.colors[i] = static_cast<float>(counts.colors[i]) / steps[i / bins];
        for (std::size_t i = 0; i < out.textures.size(); ++i)
            out.textures[i] = static_cast<float>(counts.textures[i]);
    }

    const NumberedRegions& regions_;
    std::vector<Counts> counts_;
    Place places_[3][256];
};

}  // namespace imgmine
