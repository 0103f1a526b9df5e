#pragma once

#include <cstdint>
#include <cstring>

namespace imgmine {

/// The natural logarithm of a positive, normal x, within about one unit in the last place of its
/// parts, the same bits on every machine.
inline double log_same_bits(double x) {
    // x = 2^k m with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s), s = (m - 1) / (m + 1), by its
    // series, whose 12th term is below 2^-60.
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    auto k = static_cast<std::int64_t>(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffu) | (std::uint64_t{1023} << 52);
    double m;
    std::memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        ++k;
    }
    const double s = (m - 1) / (m + 1), square = s * s;
    double series = 0;
    for (int n = 23; n > 0; n -= 2) series = series * square + 1.0 / n;
    const auto kd = static_cast<double>(k);
    return kd * 6.93147180369123816490e-01 + (2 * s * series + kd * 1.90821492927058770002e-10);
}

/// The logarithm to base 2; exact for powers of 2.
inline double log2_same_bits(double x) {
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    if (!(bits & 0xfffffffffffffu))
        return static_cast<double>(static_cast<std::int64_t>(bits >> 52) - 1023);
    return log_same_bits(x) * 1.4426950408889634;
}

}  // namespace imgmine
