#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/math_log.hpp"

namespace imgmine {

/// What the pixels of one component come to, in whole numbers: sums do not depend on their order.
struct ColorSums {
    std::int64_t count = 0;
    std::array<std::int64_t, 3> values{};
    std::array<std::int64_t, 6> products{};  // 00 01 02 11 12 22

    void add(const std::uint8_t* pixel) {
        const std::int64_t a = pixel[0], b = pixel[1], c = pixel[2];
        ++count;
        values[0] += a;
        values[1] += b;
        values[2] += c;
        products[0] += a * a;
        products[1] += a * b;
        products[2] += a * c;
        products[3] += b * b;
        products[4] += b * c;
        products[5] += c * c;
    }

    ColorSums& operator+=(const ColorSums& other) {
        count += other.count;
        for (std::size_t i = 0; i < 3; ++i) values[i] += other.values[i];
        for (std::size_t i = 0; i < 6; ++i) products[i] += other.products[i];
        return *this;
    }
};

/// Normal distributions of colors with full covariances, each pixel belonging to one of them.
class ColorMixture {
  public:
    /// Components without pixels are left out.
    explicit ColorMixture(const ColorSums* sums, std::size_t k) {
        std::int64_t total = 0;
        for (std::size_t i = 0; i < k; ++i) total += sums[i].count;
        for (std::size_t i = 0; i < k; ++i)
            if (sums[i].count > 0) add(sums[i], static_cast<double>(total), i);
    }

    /// For n pixels, planes of floats: the least -log of a component's share and density, up to a
    /// constant, and which component's it is; of equals the first.
    void costs(const float* red, const float* green, const float* blue, std::size_t n, float* least,
               std::int32_t* which) const {
        for (std::size_t i = 0; i < n; ++i) least[i] = std::numeric_limits<float>::infinity();
        for (const Component& c : components_)
            for (std::size_t i = 0; i < n; ++i) {
                const float x = red[i] - c.mean[0], y = green[i] - c.mean[1],
                            z = blue[i] - c.mean[2];
                const float u = c.factor[0] * x;
                const float v = c.factor[1] * x + c.factor[2] * y;
                const float w = c.factor[3] * x + c.factor[4] * y + c.factor[5] * z;
                const float cost = c.offset + (u * u + v * v + w * w);
                which[i] = cost < least[i] ? c.index : which[i];
                least[i] = cost < least[i] ? cost : least[i];
            }
    }

  private:
    struct Component {
        std::array<float, 3> mean;
        std::array<float, 6> factor;  // of half the inverse covariance: 00 10 11 20 21 22
        float offset;
        std::int32_t index;
    };

    void add(const ColorSums& sums, double total, std::size_t index) {
        const auto n = static_cast<double>(sums.count);
        std::array<double, 3> mean{};
        for (std::size_t i = 0; i < 3; ++i) mean[i] = static_cast<double>(sums.values[i]) / n;
        const auto covariance = [&](std::size_t i, std::size_t j, std::size_t at) {
            // Values are rounded to whole numbers, which adds a variance of 1/12.
            const double rounding = i == j ? 1.0 / 12 : 0;
            return static_cast<double>(sums.products[at]) / n - mean[i] * mean[j] + rounding;
        };
        // Cholesky's factor L of the covariance, whose variances are at least 1/12 given the
        // others.
        constexpr double floor = 1.0 / 24;
        const double l00 = std::sqrt(std::max(covariance(0, 0, 0), floor));
        const double l10 = covariance(0, 1, 1) / l00, l20 = covariance(0, 2, 2) / l00;
        const double l11 = std::sqrt(std::max(covariance(1, 1, 3) - l10 * l10, floor));
        const double l21 = (covariance(1, 2, 4) - l10 * l20) / l11;
        const double l22 = std::sqrt(std::max(covariance(2, 2, 5) - l20 * l20 - l21 * l21, floor));
        // L^-1 times the square root of a half.
        const double half = std::sqrt(0.5);
        const double i00 = half / l00, i11 = half / l11, i22 = half / l22;
        const double i10 = -l10 * i00 / l11, i21 = -l21 * i11 / l22;
        const double i20 = -(l20 * i00 + l21 * i10) / l22;
        const double offset = log_same_bits(l00 * l11 * l22) - log_same_bits(n / total);
        const auto f = [](double value) { return static_cast<float>(value); };
        components_.push_back({{f(mean[0]), f(mean[1]), f(mean[2])},
                               {f(i00), f(i10), f(i11), f(i20), f(i21), f(i22)},
                               f(offset),
                               static_cast<std::int32_t>(index)});
    }

    std::vector<Component> components_;
};

}  // namespace imgmine
