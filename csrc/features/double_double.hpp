#pragma once

#include <utility>

// Sums of two doubles, the second one what rounding leaves of the first: some 105 bits.
namespace imgmine {

struct DoubleDouble {
    double high, low;
};

/// a + b, |a| >= |b|, exactly (Dekker 1971).
inline DoubleDouble exact_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

/// a * b exactly (Veltkamp and Dekker), without a fused multiply-add.
inline DoubleDouble exact_product(double a, double b) {
    constexpr double split = 134217729;  // 2^27 + 1
    const double a_high = split * a - (split * a - a), a_low = a - a_high;
    const double b_high = split * b - (split * b - b), b_low = b - b_high;
    const double product = a * b;
    return {product,
            ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

inline DoubleDouble operator*(const DoubleDouble& a, const DoubleDouble& b) {
    const DoubleDouble product = exact_product(a.high, b.high);
    return exact_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/// a / n.
inline DoubleDouble operator/(const DoubleDouble& a, double n) {
    const double quotient = a.high / n;
    const DoubleDouble back = exact_product(quotient, n);
    return exact_sum(quotient, (((a.high - back.high) - back.low) + a.low) / n);
}

/// 1 - a, 0 <= a <= 1.
inline DoubleDouble one_minus(const DoubleDouble& a) {
    const DoubleDouble sum = exact_sum(1, -a.high);
    return exact_sum(sum.high, sum.low - a.low);
}

/// cos x and sin x for 0 <= x <= 1, correctly rounded but for one argument in 2^40.
inline std::pair<double, double> cos_sin(double x) {
    const DoubleDouble square = exact_product(x, x);
    DoubleDouble cosine{1, 0}, sine{1, 0};
    for (int k = 26; k > 0; k -= 2) {
        cosine = one_minus(cosine * square / (k * (k - 1.0)));
        sine = one_minus(sine * square / (k * (k + 1.0)));
    }
    sine = sine * DoubleDouble{x, 0};
    return {cosine.high + cosine.low, sine.high + sine.low};
}

}  // namespace imgmine
