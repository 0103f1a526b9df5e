#pragma once

#include <cstdint>
#include <cstring>

// Elementary functions whose results are the same bits on every machine: nothing but IEEE
// additions, multiplications and divisions, which the C library's versions do not promise.
namespace imgmine {

/// e^x for |x| < 700, within about one unit in the last place.
inline double exp_same_bits(double x) {
    // x = k ln 2 + r with |r| <= ln 2 / 2; e^r by its Taylor series, whose 14th term is below
    // 2^-60.
    const double scaled = x * 1.4426950408889634;
    const auto k = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    const auto kd = static_cast<double>(k);
    const double r = (x - kd * 6.93147180369123816490e-01) - kd * 1.90821492927058770002e-10;
    double series = 1;
    for (int n = 14; n > 0; --n) series = 1 + series * r / n;
    const std::uint64_t bits = static_cast<std::uint64_t>(k + 1023) << 52;
    double power;
    std::memcpy(&power, &bits, sizeof power);
    return series * power;
}

/// x^(1/n) for 0 <= x <= 1e6 and n = 3 or 5, by Newton's iteration from above.
inline double root_same_bits(double x, int n) {
    if (x <= 0) return 0;
    double y = x > 1 ? x : 1;
    for (int i = 0; i < 200; ++i) {
        double power = 1;
        for (int k = 1; k < n; ++k) power *= y;
        const double next = y - (y - x / power) / n;
        if (!(next < y)) break;  // falls monotonically until rounding stops it
        y = next;
    }
    return y;
}

/// sin(pi x) for |x| < 2^50, within 1e-15; exactly 0 where x is whole.
inline double sin_pi_same_bits(double x) {
    // x = n / 2 + r with |r| <= 1/4, exactly; the Taylor series of sin or cos up to terms below
    // 2^-60.
    const auto n = static_cast<std::int64_t>(x < 0 ? 2 * x - 0.5 : 2 * x + 0.5);
    const double t = 3.141592653589793 * (x - 0.5 * static_cast<double>(n));
    double series = 1;
    const int lowest = n & 1 ? 0 : 1;
    for (int k = lowest + 18; k > lowest; k -= 2) series = 1 - series * t * t / (k * (k - 1));
    if (!(n & 1)) series *= t;
    return n & 2 ? -series : series;
}

}  // namespace imgmine
