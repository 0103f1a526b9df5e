#pragma once

#include <cmath>

namespace imgmine {

/// The angle of (x, y) in [-pi, pi], within 1e-15; the same bits on every machine. 0 for (0, 0).
inline double atan2_same_bits(double y, double x) {
    constexpr double pi = 3.141592653589793;
    const double width = std::abs(x), height = std::abs(y);
    if (!(width > 0 || height > 0)) return 0;
    // The angle from the nearer axis, a quarter of it, and the series of atan(t) for t < 0.2.
    double t = (width > height ? height : width) / (width > height ? width : height);
    t /= 1 + std::sqrt(1 + t * t);
    t /= 1 + std::sqrt(1 + t * t);
    double series = 0;
    for (int n = 27; n > 0; n -= 2) series = 1.0 / n - series * t * t;
    double angle = 4 * series * t;
    if (height > width) angle = pi / 2 - angle;
    if (x < 0) angle = pi - angle;
    return y < 0 ? -angle : angle;
}

}  // namespace imgmine
