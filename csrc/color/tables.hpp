#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "base/math.hpp"
#include "kernels/color.hpp"

namespace imgmine {

/// round(2^12 * 255 / v) for v < 256, then round(2^12 * 30 / d) for d < 256: the divisions of
/// 8-bit HSV in fixed point.
inline const std::array<std::int32_t, 512>& hsv_tables() {
    static const std::array<std::int32_t, 512> tables = [] {
        std::array<std::int32_t, 512> t{};
        for (std::size_t i = 1; i < 256; ++i) {
            t[i] = static_cast<std::int32_t>(std::nearbyint((255 << 12) / static_cast<double>(i)));
            t[256 + i] = static_cast<std::int32_t>(
                std::nearbyint((180 << 12) / (6.0 * static_cast<double>(i))));
        }
        return t;
    }();
    return tables;
}

/// sRGB (IEC 61966-2-1) to CIE 1976 L*a*b* under D65, in fixed point.
inline const LabTables& lab_tables() {
    static const LabTables tables = [] {
        LabTables t{};
        const auto round = [](double x) { return static_cast<int>(std::nearbyint(x)); };
        for (int i = 0; i < 256; ++i) {
            const double c = i / 255.0;
            const double base = (c + 0.055) / 1.055;
            const double fifth = root_same_bits(base, 5);
            // base^2.4 = base^2 * (base^(1/5))^2
            const double linear = c <= 0.04045 ? c / 12.92 : base * base * fifth * fifth;
            t.linear[i] = round(255 * 8 * linear);
        }
        const double xyz[9] = {0.412453, 0.357580, 0.180423, 0.212671, 0.715160,
                               0.072169, 0.019334, 0.119193, 0.950227};
        const double white[3] = {0.950456, 1.0, 1.088754};
        for (int i = 0; i < 9; ++i) t.matrix[i] = round(4096 * xyz[i] / white[i / 3]);
        for (int i = 0; i < 3072; ++i) {
            const double x = i / (255.0 * 8);
            const double f = x < 0.008856 ? x * 7.787 + 16.0 / 116.0 : root_same_bits(x, 3);
            t.f[i] = round(32768 * f);
        }
        return t;
    }();
    return tables;
}

}  // namespace imgmine
