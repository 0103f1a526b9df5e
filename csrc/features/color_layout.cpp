#include "features/color_layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>

#include "base/error.hpp"
#include "base/math.hpp"
#include "geometry/resize.hpp"

namespace imgmine {
namespace {

using Block = std::array<std::int64_t, 64>;

/// Rows, then columns; rounded to the nearest whole number at the end.
Block transform(const Block& block) {
    static const Block table = layout_cosines();
    Block rows{}, result{};
    for (std::size_t y = 0; y < 8; ++y)
        for (std::size_t u = 0; u < 8; ++u)
            for (std::size_t x = 0; x < 8; ++x)
                rows[8 * y + u] += table[8 * u + x] * block[8 * y + x];
    for (std::size_t v = 0; v < 8; ++v)
        for (std::size_t u = 0; u < 8; ++u) {
            std::int64_t sum = std::int64_t{1} << 39;
            for (std::size_t y = 0; y < 8; ++y) sum += table[8 * v + y] * rows[8 * y + u];
            result[8 * v + u] = sum >> 40;
        }
    return result;
}

/// 0..255 in steps that are finest in the middle.
int luma_mean(int v) {
    if (v > 192) return 112 + (v - 192) / 4;
    if (v > 160) return 96 + (v - 160) / 2;
    if (v > 96) return 32 + (v - 96);
    if (v > 64) return 16 + (v - 64) / 2;
    return v / 4;
}

int chroma_mean(int v) {
    if (v > 191) return 63;
    if (v > 160) return 56 + (v - 160) / 4;
    if (v > 144) return 48 + (v - 144) / 2;
    if (v > 112) return 16 + (v - 112);
    if (v > 96) return 8 + (v - 96) / 2;
    return v > 64 ? (v - 64) / 4 : 0;
}

/// 0..31, with 16 for none.
int frequency(int v) {
    v = std::clamp(v, -256, 239);
    const int size = std::abs(v);
    const int level = size > 127 ? 64 + size / 4 : size > 63 ? 32 + size / 2 : size;
    return (132 + (v < 0 ? -level : level)) >> 3;
}

/// BT.601 in video range, rounded, of a mean color.
void to_ycbcr(const std::uint8_t* rgb, std::size_t i, Block* planes) {
    const std::int64_t luma = 299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2];
    const auto chroma = [&](int channel, std::int64_t weight) {
        return (224 * weight * (1000 * channel - luma) + 257 * std::int64_t{128000000}) / 256000000;
    };
    planes[0][i] = (219 * luma + 33 * 128000) / 256000;
    planes[1][i] = chroma(rgb[2], 564);
    planes[2][i] = chroma(rgb[0], 713);
}

}  // namespace

std::array<std::int64_t, 64> layout_cosines() {
    std::array<std::int64_t, 64> table{};
    for (int u = 0; u < 8; ++u)
        for (int x = 0; x < 8; ++x) {
            const double cosine = sin_pi_same_bits(0.5 + (2 * x + 1) * u / 16.0);
            const double scale = u == 0 ? std::sqrt(0.5) / 2 : 0.5;
            table[static_cast<std::size_t>(8 * u + x)] =
                static_cast<std::int64_t>(std::nearbyint(1048576 * scale * cosine));
        }
    return table;
}

std::array<std::int32_t, 64> zigzag_order() {
    std::array<std::int32_t, 64> order{};
    std::size_t i = 0;
    for (std::int32_t sum = 0; sum < 15; ++sum)
        for (std::int32_t k = 0; k <= sum; ++k) {
            const std::int32_t y = sum % 2 ? k : sum - k, x = sum - y;
            if (y < 8 && x < 8) order[i++] = 8 * y + x;
        }
    return order;
}

void color_layout(ImageView<const std::uint8_t> image, int n_luma, int n_chroma, float* out) {
    for (const int n : {n_luma, n_chroma})
        require(n >= 1 && n <= 64,
                "coefficients must be between 1 and 64, got " + std::to_string(n));
    require(image.channels == 3,
            "image must have 3 channels, got " + std::to_string(image.channels));
    if (image.empty()) {
        std::fill_n(out, n_luma + 2 * n_chroma, 0.0f);
        return;
    }
    std::uint8_t means[64 * 3];
    resize(image, {means, 8, 8, 3, 24}, ResizeMethod::area);
    Block planes[3];
    for (std::size_t i = 0; i < 64; ++i) to_ycbcr(means + 3 * i, i, planes);

    static const std::array<std::int32_t, 64> order = zigzag_order();
    for (int c = 0; c < 3; ++c) {
        const Block found = transform(planes[c]);
        const int mean = static_cast<int>(found[0]) >> 3;
        *out++ = static_cast<float>(c == 0 ? luma_mean(mean) / 2 : chroma_mean(mean));
        const int n = c == 0 ? n_luma : n_chroma;
        for (int i = 1; i < n; ++i) {
            const int v = static_cast<int>(
                found[static_cast<std::size_t>(order[static_cast<std::size_t>(i)])]);
            *out++ = static_cast<float>(frequency(c == 0 ? v >> 1 : v));
        }
    }
}

}  // namespace imgmine
