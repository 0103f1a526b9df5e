#pragma once

#include <cmath>
#include <cstddef>

#include "base/math.hpp"

// Probabilities from scores (Platt 1999), by Newton's method as Lin, Lin and Weng have it (2007).
namespace imgmine {

struct Sigmoid {
    double a = 0, b = 0;
};

/// 1 / (1 + e^(a score + b)), the same bits on every machine.
inline double probability(const Sigmoid& sigmoid, double score) {
    const double x = sigmoid.a * score + sigmoid.b;
    if (std::abs(x) > 690) return x > 0 ? 0 : 1;
    const double e = exp_same_bits(-std::abs(x));
    return x >= 0 ? e / (1 + e) : 1 / (1 + e);
}

/// The sigmoid under which the samples' sides are most likely; `positive[i]` says which it is.
/// Targets are drawn a little inwards, as if one more sample of each side had been seen.
inline Sigmoid fit_sigmoid(const double* scores, const bool* positive, std::size_t n) {
    double n_positive = 0;
    for (std::size_t i = 0; i < n; ++i) n_positive += positive[i];
    const double n_negative = static_cast<double>(n) - n_positive;
    const double high = (n_positive + 1) / (n_positive + 2), low = 1 / (n_negative + 2);
    // The loss is convex: a step is halved while the slope along it is as steep at its end as at
    // its beginning, the other way.
    struct Slopes {
        double a = 0, b = 0, aa = 1e-12, bb = 1e-12, ab = 0;
    };
    const auto slopes_at = [&](const Sigmoid& sigmoid) {
        Slopes s;
        for (std::size_t i = 0; i < n; ++i) {
            const double p = probability(sigmoid, scores[i]);
            const double rest = (positive[i] ? high : low) - p, curve = p * (1 - p);
            s.a += scores[i] * rest;
            s.b += rest;
            s.aa += scores[i] * scores[i] * curve;
            s.bb += curve;
            s.ab += scores[i] * curve;
        }
        return s;
    };
    Sigmoid sigmoid;
    Slopes s = slopes_at(sigmoid);
    for (int iteration = 0; iteration < 100; ++iteration) {
        if (std::abs(s.a) < 1e-5 && std::abs(s.b) < 1e-5) break;
        const double determinant = s.aa * s.bb - s.ab * s.ab;
        const double da = -(s.bb * s.a - s.ab * s.b) / determinant;
        const double db = -(s.aa * s.b - s.ab * s.a) / determinant;
        const double first = std::abs(s.a * da + s.b * db);
        double t = 1;
        for (; t > 1e-10; t /= 2) {
            const Sigmoid next{sigmoid.a + t * da, sigmoid.b + t * db};
            const Slopes there = slopes_at(next);
            if (std::abs(there.a * da + there.b * db) >= first) continue;
            sigmoid = next;
            s = there;
            break;
        }
        if (t <= 1e-10) break;
    }
    return sigmoid;
}

}  // namespace imgmine
