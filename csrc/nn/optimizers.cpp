#include "nn/optimizers.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "kernels/updates.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t grain = 32 * 1024;  // values that are worth a thread that has just worked

void require_not_negative(const char* name, double value) {
    require(value >= 0 && std::isfinite(value),
            std::string(name) + " must be at least 0, got " + std::to_string(value));
}

void require_below_one(const char* name, double value) {
    require(value >= 0 && value < 1,
            std::string(name) + " must be at least 0 and below 1, got " + std::to_string(value));
}

/// x^n for 0 <= x < 1, by squaring: the same bits everywhere.
double power(double x, std::int64_t n) {
    double result = 1;
    for (; n; n >>= 1, x *= x)
        if (n & 1) result *= x;
    return result;
}

}  // namespace

void sgd(float* values, const float* gradients, float* velocity, std::ptrdiff_t n,
         const SgdOptions& options) {
    require_not_negative("learning_rate", options.learning_rate);
    require_below_one("momentum", options.momentum);
    require_not_negative("weight_decay", options.weight_decay);
    parallel_for(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        update_kernels().sgd(values + first, gradients + first, velocity + first,
                             static_cast<std::size_t>(last - first),
                             static_cast<float>(options.learning_rate),
                             static_cast<float>(options.momentum), options.nesterov,
                             static_cast<float>(options.weight_decay));
    });
}

void adam(float* values, const float* gradients, float* first, float* second, std::ptrdiff_t n,
          std::int64_t step, const AdamOptions& options) {
    require(step >= 1, "step must be at least 1, got " + std::to_string(step));
    require_not_negative("learning_rate", options.learning_rate);
    require_below_one("beta1", options.beta1);
    require_below_one("beta2", options.beta2);
    require(options.epsilon > 0 && std::isfinite(options.epsilon),
            "epsilon must be above 0, got " + std::to_string(options.epsilon));
    require_not_negative("weight_decay", options.weight_decay);
    const double rate = options.learning_rate, decay = options.weight_decay;
    const AdamFactors factors = {
        .rate = static_cast<float>(rate / (1 - power(options.beta1, step))),
        .beta1 = static_cast<float>(options.beta1),
        .beta2 = static_cast<float>(options.beta2),
        .epsilon = static_cast<float>(options.epsilon),
        .root_correction = static_cast<float>(1 / std::sqrt(1 - power(options.beta2, step))),
        .decay = options.decoupled ? 0.0f : static_cast<float>(decay),
        .shrink = options.decoupled ? static_cast<float>(1 - rate * decay) : 1.0f};
    parallel_for(n, grain, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        update_kernels().adam(values + from, gradients + from, first + from, second + from,
                              static_cast<std::size_t>(to - from), factors);
    });
}

double clip_by_norm(float* gradients, std::ptrdiff_t n, double norm) {
    require(norm > 0, "norm must be above 0, got " + std::to_string(norm));
    constexpr std::ptrdiff_t block = 16 * 1024;  // summed by itself: cuts do not matter
    const std::ptrdiff_t n_blocks = (n + block - 1) / block;
    std::vector<double> sums(static_cast<std::size_t>(n_blocks));
    parallel_for(n_blocks, grain / block, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t b = first; b < last; ++b)
            sums[static_cast<std::size_t>(b)] = update_kernels().sum_of_squares(
                gradients + b * block, static_cast<std::size_t>(std::min(block, n - b * block)));
    });
    double total = 0;
    for (const double sum : sums) total += sum;
    const double found = std::sqrt(total);
    if (!(found > norm) || !std::isfinite(found)) return found;
    parallel_for(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        update_kernels().scale(gradients + first, static_cast<std::size_t>(last - first),
                               static_cast<float>(norm / found));
    });
    return found;
}

}  // namespace imgmine
