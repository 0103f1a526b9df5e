#include "generate/vae.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/math_log.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"

namespace imgmine {
namespace {

constexpr double limit = 20;

/// The i-th number of the generator that `Random(seed)` is, without those before it.
std::uint64_t number(std::uint64_t seed, std::uint64_t i) {
    return Random(seed + i * 0x9e3779b97f4a7c15u).next();
}

/// Two numbers at once: a direction, and a length of which the square is exponential.
void normal_pair(std::uint64_t seed, std::uint64_t pair, float* out, bool both) {
    constexpr double unit = 0x1p-53;
    const double share = static_cast<double>((number(seed, 2 * pair) >> 11) + 1) * unit;
    const double turn = static_cast<double>(number(seed, 2 * pair + 1) >> 11) * (2 * unit);
    const double length = std::sqrt(-2 * log_same_bits(share));
    out[0] = static_cast<float>(length * sin_pi_same_bits(turn + 0.5));
    if (both) out[1] = static_cast<float>(length * sin_pi_same_bits(turn));
}

/// A logarithm between its limits; NaN is the lower one.
double limited(float logarithm) {
    const double x = logarithm;
    return x > -limit ? (x < limit ? x : limit) : -limit;
}

/// The divergence of one row, and the gradient of it.
double row_gradients(const float* row, std::ptrdiff_t size, const float* noise,
                     const float* code_gradient, double weight, float* gradient) {
    double divergence = 0;
    for (std::ptrdiff_t j = 0; j < size; ++j) {
        const double mean = row[j], logarithm = limited(row[size + j]);
        const double deviation = exp_same_bits(logarithm / 2), variance = deviation * deviation;
        const double of_code = code_gradient[j];
        divergence += 0.5 * (mean * mean + variance - 1 - logarithm);
        gradient[j] = static_cast<float>(of_code + weight * mean);
        const bool inside = std::abs(row[size + j]) < limit;
        const double slope =
            0.5 * (of_code * deviation * static_cast<double>(noise[j]) + weight * (variance - 1));
        gradient[size + j] = inside ? static_cast<float>(slope) : 0.0f;
    }
    return divergence;
}

}  // namespace

void standard_normal(std::uint64_t seed, std::ptrdiff_t n, float* out) {
    const std::ptrdiff_t pairs = (n + 1) / 2;
    parallel_for(pairs, row_grain(1, 60), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i)
            normal_pair(seed, static_cast<std::uint64_t>(i), out + 2 * i, 2 * i + 1 < n);
    });
}

void draw_codes(const CodeStatistics& statistics, const float* noise, float* codes) {
    const std::ptrdiff_t size = statistics.size;
    const auto body = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const float* row = statistics.values + i * 2 * size;
            for (std::ptrdiff_t j = 0; j < size; ++j) {
                const double deviation = exp_same_bits(limited(row[size + j]) / 2);
                codes[i * size + j] =
                    static_cast<float>(static_cast<double>(row[j]) +
                                       deviation * static_cast<double>(noise[i * size + j]));
            }
        }
    };
    parallel_for(statistics.n, row_grain(size, 40), body);
}

double code_gradients(const CodeStatistics& statistics, const float* noise,
                      const float* code_gradient, double weight, float* gradient) {
    require(weight >= 0 && weight < 1e30,
            "weight must be from 0 to 1e30, got " + std::to_string(weight));
    const std::ptrdiff_t n = statistics.n, size = statistics.size;
    std::vector<double> divergences(static_cast<std::size_t>(n));
    parallel_for(n, row_grain(size, 40), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i)
            divergences[static_cast<std::size_t>(i)] =
                row_gradients(statistics.values + i * 2 * size, size, noise + i * size,
                              code_gradient + i * size, weight, gradient + i * 2 * size);
    });
    double sum = 0;
    for (const double divergence : divergences) sum += divergence;
    return sum;
}

}  // namespace imgmine
