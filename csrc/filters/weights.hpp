#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

// What the weights of a kernel are: whole numbers over a common divisor, a product of two vectors.
namespace imgmine {

inline double sum_of_magnitudes(const std::vector<double>& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0,
                           [](double sum, double w) { return sum + std::abs(w); });
}

inline bool is_power_of_two(double x) {
    int exponent;
    return std::frexp(x, &exponent) == 0.5;
}

/// Weights that are `values` over `divisor`, which a float holds exactly.
struct WholeWeights {
    std::vector<double> values;
    double divisor;

    double largest_sum() const { return 255 * sum_of_magnitudes(values); }
    double largest() const {
        double largest = 0;
        for (const double value : values) largest = std::max(largest, std::abs(value));
        return largest;
    }
};

inline std::optional<WholeWeights> over(const std::vector<double>& weights, double divisor,
                                        double tolerance) {
    WholeWeights whole{weights, divisor};
    for (double& w : whole.values) {
        const double exact = w * divisor;
        w = std::nearbyint(exact);
        if (std::abs(exact - w) > tolerance * std::abs(exact)) return std::nullopt;
    }
    if (!(whole.largest_sum() < 0x1p30)) return std::nullopt;
    return whole;
}

/// The weights of a uint8 filter as whole numbers: over a power of two exactly, or over any number
/// up to 65535 as exactly as float32 holds a weight (1 / 9, say). Nothing where they are neither,
/// or sums could exceed 30 bits.
inline std::optional<WholeWeights> whole_weights(const std::vector<double>& weights) {
    for (int shift = 0; shift <= 24; ++shift)
        if (auto whole = over(weights, std::ldexp(1.0, shift), 0)) return whole;
    double smallest = std::numeric_limits<double>::infinity();
    for (const double w : weights)
        if (w != 0) smallest = std::min(smallest, std::abs(w));
    for (int multiple = 1; multiple <= 16; ++multiple) {
        const double divisor = std::nearbyint(multiple / smallest);
        if (divisor < 1 || divisor > 65535) continue;
        if (auto whole = over(weights, divisor, 0x1p-23)) return whole;
    }
    return std::nullopt;
}

/// The weights rounded to whole numbers of at most `limit` over a power of two; nothing where that
/// could change a sum from uint8 by more than 1/4.
inline std::optional<WholeWeights> nearly_whole_weights(const std::vector<double>& weights,
                                                        double limit) {
    const double largest = WholeWeights{weights, 1}.largest();
    if (!(largest > 1e-9 && largest < 1e6)) return std::nullopt;
    const double divisor = std::exp2(std::floor(std::log2(limit / largest)));
    WholeWeights whole{weights, divisor};
    double error = 0;
    for (double& w : whole.values) {
        const double exact = w * divisor;
        w = std::nearbyint(exact);
        error += std::abs(exact - w);
    }
    if (255 * error > divisor / 4 || !(whole.largest_sum() < 0x1p30)) return std::nullopt;
    return whole;
}

/// A kernel that is a column times a row.
struct Factors {
    std::vector<double> column, row;
};

/// The factors of a kernel of rank 1, as exactly as float32 holds a weight. Those of whole numbers
/// are whole.
inline std::optional<Factors> factors_of(const std::vector<double>& weights, std::size_t width) {
    const auto larger = [](double a, double b) { return std::abs(a) < std::abs(b); };
    const auto pivot = static_cast<std::size_t>(
        std::max_element(weights.begin(), weights.end(), larger) - weights.begin());
    if (weights[pivot] == 0) return std::nullopt;
    const double* const row = weights.data() + pivot / width * width;
    Factors f;
    double unit = weights[pivot];
    const bool whole = std::all_of(weights.begin(), weights.end(), [](double w) {
        return w == std::nearbyint(w) && std::abs(w) < 0x1p31;
    });
    if (whole) {
        std::int64_t divisor = 0;
        for (std::size_t x = 0; x < width; ++x)
            divisor = std::gcd(divisor, static_cast<std::int64_t>(row[x]));
        unit = static_cast<double>(divisor);
    }
    for (std::size_t x = 0; x < width; ++x) f.row.push_back(row[x] / unit);
    double error = 0;
    for (std::size_t y = 0; y < weights.size() / width; ++y) {
        const double* const other = weights.data() + y * width;
        f.column.push_back(other[pivot % width] / f.row[pivot % width]);
        for (std::size_t x = 0; x < width; ++x)
            error += std::abs(other[x] - f.column[y] * f.row[x]);
    }
    if (error > (whole ? 0 : 3e-7 * sum_of_magnitudes(weights))) return std::nullopt;
    return f;
}

}  // namespace imgmine
