#include "kernels/losses.hpp"

#include "kernels/simd.hpp"
#include "kernels/simd_exp.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE Doubles widen(const Floats& v) {
    float values[lanes];
    store(values, v);
    return load_doubles(values);
}

/// Sixteen values, or as many as there are, zeros behind them.
IMGMINE_INLINE Floats load_up_to(const float* p, std::size_t n) {
    return n < lanes ? load_first(p, n) : load(p);
}

IMGMINE_INLINE void store_up_to(float* p, const Floats& v, std::size_t n) {
    if (n < lanes)
        store_first(p, v, n);
    else
        store(p, v);
}

/// The sum of (y - target)^2; grad = 2 scale (y - target).
double squared_error(const float* y, const float* target, std::size_t n, float scale, float* grad) {
    const Floats factor = broadcast(2 * scale);
    Doubles total = broadcast(0.0);
    for (std::size_t i = 0; i < n; i += lanes) {
        const Floats error = load_up_to(y + i, n - i) - load_up_to(target + i, n - i);
        const Doubles wide = widen(error);
        total = total + wide * wide;
        store_up_to(grad + i, factor * error, n - i);
    }
    return sum(total);
}

/// Of logits y: the sum of max(y, 0) - y target, to which the logarithms of the products belong,
/// lane by lane, of 1 + e^-|y|, n <= block; grad = scale (sigmoid(y) - target).
double logistic(const float* y, const float* target, std::size_t n, float scale, float* grad,
                double* products) {
    const Floats one = broadcast(1.0f), zero = broadcast(0.0f), factor = broadcast(scale);
    Doubles total = broadcast(0.0), product = broadcast(1.0);
    for (std::size_t i = 0; i < n; i += lanes) {
        const Floats v = load_up_to(y + i, n - i), t = load_up_to(target + i, n - i);
        const Floats e = exp_not_positive(min(v, zero - v));
        Floats p;
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < parts; ++k)
            p.part[k] = (v.part[k] > zero.part[k] ? one.part[k] : e.part[k]);
        store_up_to(grad + i, factor * (p / (one + e) - t), n - i);
        total = total + (widen(max(v, zero)) + broadcast(-1.0) * (widen(v) * widen(t)));
        float kept[lanes] = {};
        store_up_to(kept, e, n - i);
        product = product * (broadcast(1.0) + load_doubles(kept));
    }
    store(products, product);
    return sum(total);
}

double sum_of(const float* x, std::size_t n) {
    Doubles total = broadcast(0.0);
    for (std::size_t i = 0; i < n; i += lanes) total = total + widen(load_up_to(x + i, n - i));
    return sum(total);
}

/// x = scale x + shift, rounded once.
void scale_shift(float* x, std::size_t n, float scale, float shift) {
    const Floats factor = broadcast(scale), offset = broadcast(shift);
    for (std::size_t i = 0; i < n; i += lanes)
        store_up_to(x + i, fma(load_up_to(x + i, n - i), factor, offset), n - i);
}

}  // namespace
extern const LossKernels IMGMINE_TABLE(loss_kernels);
const LossKernels IMGMINE_TABLE(loss_kernels) = {
    .squared_error = squared_error,
    .logistic = logistic,
    .sum = sum_of,
    .scale_shift = scale_shift,
};

}  // namespace imgmine
