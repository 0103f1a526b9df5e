#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace imgmine {

/// The decimal logarithm of a normal number x > 0, within 1e-15 of the larger of it and 1; the same
/// bits on every machine.
inline double log10_same_bits(double x) {
    // x = m 2^k with m from sqrt(1/2) to sqrt(2); ln m = 2 artanh((m - 1) / (m + 1)), as a series.
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    std::int64_t k = static_cast<std::int64_t>(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffff) | std::uint64_t{1023} << 52;
    double m;
    std::memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) m /= 2, ++k;
    const double z = (m - 1) / (m + 1);
    double series = 0;
    for (int n = 27; n > 0; n -= 2) series = 1.0 / n + series * z * z;
    return static_cast<double>(k) * 0.30102999566398120 + 2 * z * series * 0.43429448190325182;
}

}  // namespace imgmine
