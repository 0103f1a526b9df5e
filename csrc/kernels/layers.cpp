#include "kernels/layers.hpp"

#include "kernels/simd_exp.hpp"
#include "kernels/simd_map.hpp"

namespace imgmine {
namespace {

/// y = scale * x + offset, rounded once, of bytes.
void rescale_bytes(const std::uint8_t* x, std::size_t n, float scale, float offset, float* y) {
    const Floats factor = broadcast(scale), shift = broadcast(offset);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store(y + i, fma(load_floats(x + i), factor, shift));
    if (i == n) return;
    std::uint8_t last[lanes] = {};
    copy_few(last, x + i, n - i);
    store_first(y + i, fma(load_floats(last), factor, shift), n - i);
}

/// y = scale * x + offset, rounded once.
void rescale_floats(const float* x, std::size_t n, float scale, float offset, float* y) {
    const Floats factor = broadcast(scale), shift = broadcast(offset);
    map_values(n, y, [&](const Floats& v) { return fma(v, factor, shift); }, x);
}

/// y += x
void add_floats(const float* x, std::size_t n, float* y) {
    map_values(n, y, [](const Floats& a, const Floats& b) { return a + b; }, y, x);
}

/// y += factor * x, rounded once.
void add_scaled(const float* x, float factor, std::size_t n, float* y) {
    const Floats scale = broadcast(factor);
    map_values(n, y, [&](const Floats& a, const Floats& b) { return fma(a, scale, b); }, x, y);
}

/// y = x where x > 0 or NaN, else slope * x.
void relu(const float* x, std::size_t n, float slope, float* y) {
    const Floats zero = broadcast(0.0f), factor = broadcast(slope);
    if (slope == 0)  // of -inf, too, which no product with 0 would give
        return map_values(n, y, [&](const Floats& v) { return max(zero, v); }, x);
    map_values(n, y, [&](const Floats& v) { return select_greater(v, zero, v, v * factor); }, x);
}

/// grad_x = grad_y where y > 0, else slope * grad_y.
void relu_backward(const float* y, const float* grad_y, std::size_t n, float slope, float* grad_x) {
    const Floats zero = broadcast(0.0f), factor = broadcast(slope);
    if (slope == 0)
        return map_values(
            n, grad_x,
            [&](const Floats& v, const Floats& g) { return select_greater(v, zero, g, zero); }, y,
            grad_y);
    map_values(
        n, grad_x,
        [&](const Floats& v, const Floats& g) { return select_greater(v, zero, g, g * factor); }, y,
        grad_y);
}

/// y = x, or the limit that it is beyond; NaN stays.
void clip(const float* x, std::size_t n, float low, float high, float* y) {
    const Floats least = broadcast(low), most = broadcast(high);
    map_values(n, y, [&](const Floats& v) { return min(most, max(least, v)); }, x);
}

/// grad_x = grad_y where low < y < high, else 0.
void clip_backward(const float* y, const float* grad_y, std::size_t n, float low, float high,
                   float* grad_x) {
    const Floats least = broadcast(low), most = broadcast(high), zero = broadcast(0.0f);
    map_values(
        n, grad_x,
        [&](const Floats& v, const Floats& g) {
            return select_greater(v, least, select_greater(most, v, g, zero), zero);
        },
        y, grad_y);
}

/// y = 1 / (1 + e^-x)
void sigmoid(const float* x, std::size_t n, float* y) {
    const Floats one = broadcast(1.0f), zero = broadcast(0.0f);
    map_values(
        n, y,
        [&](const Floats& v) {
            const Floats e = exp_not_positive(min(v, zero - v));
            return select_greater(v, zero, one, e) / (one + e);
        },
        x);
}

/// grad_x = grad_y y (1 - y)
void sigmoid_backward(const float* y, const float* grad_y, std::size_t n, float* grad_x) {
    const Floats one = broadcast(1.0f);
    map_values(
        n, grad_x, [&](const Floats& v, const Floats& g) { return g * (v * (one - v)); }, y,
        grad_y);
}

void hyperbolic_tangent(const float* x, std::size_t n, float* y) {
    map_values(n, y, [](const Floats& v) { return tanh_floats(v); }, x);
}

/// grad_x = grad_y (1 - y y)
void tanh_backward(const float* y, const float* grad_y, std::size_t n, float* grad_x) {
    const Floats one = broadcast(1.0f);
    map_values(
        n, grad_x, [&](const Floats& v, const Floats& g) { return g * (one - v * v); }, y, grad_y);
}

/// e^(x - largest) / sum; returns the sum, NaN where x has one.
float softmax(const float* x, std::size_t n, float* y, float* largest) {
    float most = x[0];
    bool valid = true;
    for (std::size_t i = 0; i < n; ++i) {
        most = x[i] > most ? x[i] : most;
        valid = valid && x[i] - x[i] == 0;  // neither NaN nor infinite
    }
    const Floats shift = broadcast(most), lowest = broadcast(-125.0f);
    Floats total = broadcast(0.0f);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Floats e = exp_not_positive(load(x + i) - shift);
        total = total + e;
        store(y + i, e);
    }
    if (i < n) {
        float last[lanes];
        store(last, lowest);
        copy_few(last, x + i, n - i);
        store(last, exp_not_positive(load(last) - shift));
        for (std::size_t j = n - i; j < lanes; ++j) last[j] = 0;
        total = total + load(last);
        copy_few(y + i, last, n - i);
    }
    float whole = sum(total);
    if (!valid) whole = __builtin_nanf("");
    const Floats factor = broadcast(1.0f / whole);
    map_values(n, y, [&](const Floats& v) { return v * factor; }, y);
    *largest = most;
    return whole;
}

/// grad_x = y (grad_y - sum of grad_y y)
void softmax_backward(const float* y, const float* grad_y, std::size_t n, float* grad_x) {
    Floats total = broadcast(0.0f);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) total = fma(load(y + i), load(grad_y + i), total);
    if (i < n) total = fma(load_first(y + i, n - i), load_first(grad_y + i, n - i), total);
    const Floats dot = broadcast(sum(total));
    map_values(
        n, grad_x, [&](const Floats& v, const Floats& g) { return v * (g - dot); }, y, grad_y);
}

/// y = scale * x, or 0 where a hash of key and place is below `dropped`.
void dropout(const float* x, std::size_t n, std::uint64_t key, std::uint32_t dropped, float scale,
             float* y) {
    const auto low = (std::uint32_t)key, high = (std::uint32_t)(key >> 32);
    for (std::size_t i = 0; i < n; ++i) {
        std::uint32_t h = (std::uint32_t)i * 0x9e3779b9u + low;  // a mixer of 32 bits, twice keyed
        h ^= h >> 16;
        h *= 0x7feb352du;
        h = (h ^ (h >> 15)) + high;
        h *= 0x846ca68bu;
        h ^= h >> 16;
        y[i] = h < dropped ? 0.0f : x[i] * scale;
    }
}

}  // namespace
extern const LayerKernels IMGMINE_TABLE(layer_kernels);
const LayerKernels IMGMINE_TABLE(layer_kernels) = {
    .bytes = rescale_bytes,
    .rescale = rescale_floats,
    .add = add_floats,
    .add_scaled = add_scaled,
    .relu = relu,
    .relu_backward = relu_backward,
    .clip = clip,
    .clip_backward = clip_backward,
    .sigmoid = sigmoid,
    .sigmoid_backward = sigmoid_backward,
    .tanh = hyperbolic_tangent,
    .tanh_backward = tanh_backward,
    .softmax = softmax,
    .softmax_backward = softmax_backward,
    .dropout = dropout,
};

}  // namespace imgmine
