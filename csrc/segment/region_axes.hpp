#pragma once

#include <algorithm>
#include <cmath>

#include "base/math_atan.hpp"
#include "segment/moment_sums.hpp"

namespace imgmine {

/// The ellipse that has the second moments of a region.
struct RegionAxes {
    double major = 0, minor = 0, eccentricity = 0;
    double orientation = 0;  ///< of the major axis, from the rows' direction, -pi/2 to pi/2
};

/// Axes from the number of pixels and the sums of their rows, columns and products, about any
/// pixel.
inline RegionAxes region_axes(WideInteger n, WideInteger y, WideInteger x, WideInteger yy,
                              WideInteger xx, WideInteger xy) {
    constexpr double pi = 3.141592653589793;
    // Without rounding up to here, so that what is as high as wide is found to be.
    const double square = static_cast<double>(n) * static_cast<double>(n);
    const double vv = static_cast<double>(n * yy - y * y) / square;
    const double hh = static_cast<double>(n * xx - x * x) / square;
    const double vh = static_cast<double>(n * xy - y * x) / square;
    const double half = (vv + hh) / 2, gap = (vv - hh) / 2;
    const double root = std::sqrt(gap * gap + vh * vh);
    const double largest = half + root, smallest = std::max(half - root, 0.0);
    RegionAxes axes;
    axes.major = 4 * std::sqrt(largest);
    axes.minor = 4 * std::sqrt(smallest);
    if (largest > 0) axes.eccentricity = std::sqrt(1 - smallest / largest);
    // The tensor of inertia is [[hh, -vh], [-vh, vv]].
    axes.orientation =
        vv == hh ? (vh > 0 ? pi / 4 : -pi / 4) : atan2_same_bits(2 * vh, vv - hh) / 2;
    return axes;
}

}  // namespace imgmine
