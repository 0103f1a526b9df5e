#include "kernels/updates.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// v = momentum v + (g + decay p); p -= rate v, or rate (g + momentum v) with Nesterov's momentum.
void sgd(float* values, const float* gradients, float* velocity, std::size_t n, float rate,
         float momentum, bool nesterov, float decay) {
    for (std::size_t i = 0; i < n; ++i) {
        const float g = gradients[i] + decay * values[i];
        const float v = momentum * velocity[i] + g;
        velocity[i] = v;
        values[i] -= rate * (nesterov ? g + momentum * v : v);
    }
}

/// p = shrink p; m and v follow g + decay p and its square; p -= rate m / (sqrt(v) / c + epsilon).
void adam(float* __restrict values, const float* __restrict gradients, float* __restrict first,
          float* __restrict second, std::size_t n, const AdamFactors& factors) {
    const AdamFactors f = factors;
    const float keep1 = 1 - f.beta1, keep2 = 1 - f.beta2;
    for (std::size_t i = 0; i < n; ++i) {
        const float p = values[i] * f.shrink, g = gradients[i] + f.decay * p;
        const float m = f.beta1 * first[i] + keep1 * g;
        const float v = f.beta2 * second[i] + keep2 * (g * g);
        first[i] = m;
        second[i] = v;
        values[i] = p - f.rate * m / (__builtin_sqrtf(v) * f.root_correction + f.epsilon);
    }
}

/// sums[i] = parts[0][i] + parts[1][i] + ..., in this order; what was added becomes 0.
void take_sum(float* const* parts_, std::size_t n_parts, std::size_t n, float* sums) {
    const Floats zero = broadcast(0.0f);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        Floats total = load(parts_[0] + i);
        store(parts_[0] + i, zero);
        for (std::size_t p = 1; p < n_parts; ++p) {
            total = total + load(parts_[p] + i);
            store(parts_[p] + i, zero);
        }
        store(sums + i, total);
    }
    for (; i < n; ++i) {
        float total = parts_[0][i];
        parts_[0][i] = 0;
        for (std::size_t p = 1; p < n_parts; ++p) {
            total += parts_[p][i];
            parts_[p][i] = 0;
        }
        sums[i] = total;
    }
}

double sum_of_squares(const float* x, std::size_t n) {
    Doubles total = broadcast(0.0);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Doubles v = load_doubles(x + i);
        total = total + v * v;
    }
    if (i < n) {
        const Doubles v = load_first_doubles(x + i, n - i);
        total = total + v * v;
    }
    return sum(total);
}

void scale(float* x, std::size_t n, float factor) {
    for (std::size_t i = 0; i < n; ++i) x[i] *= factor;
}

}  // namespace
extern const UpdateKernels IMGMINE_TABLE(update_kernels);
const UpdateKernels IMGMINE_TABLE(update_kernels) = {
    .sgd = sgd,
    .adam = adam,
    .take_sum = take_sum,
    .sum_of_squares = sum_of_squares,
    .scale = scale,
};

}  // namespace imgmine
