#pragma once

#include <cstdint>
#include <cstring>

namespace imgmine {

/// The natural logarithm of a positive, finite, normal number, within 1e-15 of its size: the same
/// bits on every machine, from additions, multiplications and divisions alone.
inline double log_same_bits(double x) {
    // x = m 2^n with sqrt(1/2) <= m < sqrt(2); log m = 2 artanh((m - 1) / (m + 1)).
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    const std::int64_t n =
        (static_cast<std::int64_t>(bits) - 0x3fe6a09e667f3bcc) >> 52;  // of x / sqrt(1/2)
    bits -= static_cast<std::uint64_t>(n) << 52;
    double m;
    std::memcpy(&m, &bits, sizeof m);
    const double s = (m - 1) / (m + 1), z = s * s;
    double series = 0;
    for (int k = 23; k > 0; k -= 2) series = series * z + 1.0 / k;
    const auto whole = static_cast<double>(n);
    return whole * 6.93147180369123816490e-01 +
           (2 * s * series + whole * 1.90821492927058770002e-10);
}

}  // namespace imgmine
