#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/math.hpp"
#include "kernels/lab.hpp"

namespace imgmine {

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
            for (int k = 0; k < 2; ++k)
                t.linear_bytes[k][i] = static_cast<std::uint8_t>(t.linear[i] >> 8 * k);
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

/// The sRGB byte of linear light, at the middle of each interval of the table.
inline const EncodeTable& encode_table() {
    static const EncodeTable table = [] {
        EncodeTable t{};
        for (std::size_t i = 0; i < EncodeTable::size; ++i) {
            const auto octave = static_cast<int>(i >> 9);
            const double within = (static_cast<double>(i & 511) + 0.5) / 512;
            const double x = std::ldexp(1 + within, octave - 13);
            const double twelfth = std::sqrt(std::sqrt(root_same_bits(x, 3)));
            const double curve = twelfth * twelfth * twelfth * twelfth * twelfth;
            const double value = x <= 0.0031308 ? 12.92 * x : 1.055 * curve - 0.055;
            t.bytes[i] = static_cast<std::uint8_t>(std::min(std::nearbyint(255 * value), 255.0));
        }
        return t;
    }();
    return table;
}

}  // namespace imgmine
