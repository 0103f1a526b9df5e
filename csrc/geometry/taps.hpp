#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/math.hpp"

namespace imgmine {

/// For each new pixel along one axis the old ones it is a weighted sum of. The window of `most`
/// pixels from `first` on lies inside the axis; weights behind the `count`-th are zero.
struct Taps {
    std::ptrdiff_t from;
    std::ptrdiff_t most = 1;
    std::vector<std::int32_t> first, count;
    std::vector<double> weights;  ///< [new pixel][most]

    std::ptrdiff_t to() const { return static_cast<std::ptrdiff_t>(first.size()); }
    const double* of(std::ptrdiff_t i) const { return weights.data() + i * most; }

    /// Adds a new pixel; zeros at the end are left out. `most` must be final, and `start` not fall.
    void add(std::ptrdiff_t start, const double* values, std::ptrdiff_t n) {
        while (n > 1 && values[n - 1] == 0) --n;
        first.push_back(static_cast<std::int32_t>(start));
        count.push_back(static_cast<std::int32_t>(n));
        weights.insert(weights.end(), values, values + n);
        weights.insert(weights.end(), static_cast<std::size_t>(most - n), 0.0);
    }
};

/// Keys' cubic with a = -0.75 between the four nearest pixels, as OpenCV; edges are repeated.
inline Taps cubic_taps(std::ptrdiff_t from, std::ptrdiff_t to) {
    Taps taps{from, std::min<std::ptrdiff_t>(4, from), {}, {}, {}};
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    constexpr double a = -0.75;
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        const double at = (static_cast<double>(i) + 0.5) * scale - 0.5;
        const double left = std::floor(at), x = at - left, y = 1 - x;
        const auto outer = [](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
        const auto inner = [](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
        // Zero where it must be zero, whatever rounding says.
        const double w[4] = {x == 0 ? 0 : outer(x + 1), inner(x), x == 0 ? 0 : inner(y),
                             x == 0 ? 0 : outer(y + 1)};
        const auto begin = static_cast<std::ptrdiff_t>(left) - 1;
        const std::ptrdiff_t start = std::clamp<std::ptrdiff_t>(begin, 0, from - taps.most);
        std::array<double, 4> values{};
        for (std::ptrdiff_t k = 0; k < 4; ++k)
            if (w[k] != 0)
                values[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(begin + k, 0, from - 1) -
                                                start)] += w[k];
        taps.add(start, values.data(), taps.most);
    }
    return taps;
}

/// sin(pi x) / (pi x) times the same of x / 3.
inline double lanczos3(double x) {
    if (x < -3 || x >= 3) return 0;
    const auto sinc = [](double t) {
        return t == 0 ? 1.0 : sin_pi_same_bits(t) / (3.141592653589793 * t);
    };
    return sinc(x) * sinc(x / 3);
}

/// Lanczos' window of three lobes, as wide as the shrinking asks for; cut off at the edges and
/// scaled to a sum of 1, as Pillow.
inline Taps lanczos_taps(std::ptrdiff_t from, std::ptrdiff_t to) {
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const double wider = std::max(scale, 1.0), support = 3 * wider, inverse = 1 / wider;
    const auto most = static_cast<std::ptrdiff_t>(std::ceil(support)) * 2 + 1;
    Taps taps{from, std::min(most, from), {}, {}, {}};
    std::vector<double> values;
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        const double center = (static_cast<double>(i) + 0.5) * scale;
        const auto begin = std::max<std::ptrdiff_t>(
            0, static_cast<std::ptrdiff_t>(std::max(center - support + 0.5, 0.0)));
        const auto end =
            std::min<std::ptrdiff_t>(from, static_cast<std::ptrdiff_t>(center + support + 0.5));
        values.clear();
        double sum = 0;
        for (std::ptrdiff_t k = begin; k < end; ++k) {
            values.push_back(lanczos3((static_cast<double>(k) - center + 0.5) * inverse));
            sum += values.back();
        }
        for (double& value : values) value /= sum;
        taps.add(begin, values.data(), end - begin);
    }
    // Windows must fit: those at the end start earlier.
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const std::ptrdiff_t over = taps.first[at] + taps.most - from;
        if (over <= 0) continue;
        double* const w = taps.weights.data() + i * taps.most;
        std::rotate(w, w + taps.most - over, w + taps.most);
        taps.first[at] -= static_cast<std::int32_t>(over);
        taps.count[at] += static_cast<std::int32_t>(over);
    }
    return taps;
}

}  // namespace imgmine
