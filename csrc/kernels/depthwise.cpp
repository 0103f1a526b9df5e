#include "kernels/depthwise.hpp"

#include "kernels/simd_tile.hpp"

namespace imgmine {
namespace {

// Outputs side by side whose sums stay in registers. Each weight is used for all of them.
#if defined(__AVX512F__)
constexpr std::size_t most_columns = 8;
#elif defined(__AVX__) || defined(__aarch64__)
constexpr std::size_t most_columns = 4;
#else
constexpr std::size_t most_columns = 2;
#endif

IMGMINE_INLINE Floats clipped(const DepthwiseSums& s, const Floats& v) {
    return s.relu ? min(broadcast(s.limit), max(broadcast(0.0f), v)) : v;
}

/// Adds a row of three taps: each value of the image is loaded once for all outputs it leads to.
template <std::size_t stride, std::size_t columns, class Load>
IMGMINE_INLINE void add_three(const float* x, const float* weights, std::size_t channels,
                              const Load& load_some, Floats (&total)[columns]) {
    Floats w[3];
    IMGMINE_UNROLL
    for (std::size_t t = 0; t < 3; ++t) w[t] = load_some(weights + t * channels);
    _Pragma("GCC unroll 32") for (std::size_t j = 0; j < (columns - 1) * stride + 3; ++j) {
        const Floats v = load_some(x + j * channels);
        IMGMINE_UNROLL
        for (std::size_t t = 0; t < 3; ++t)
            if (j >= t && (j - t) % stride == 0 && (j - t) / stride < columns)
                total[(j - t) / stride] = fma(v, w[t], total[(j - t) / stride]);
    }
}

/// The sums of some outputs side by side, of sixteen channels or of fewer: the bias, then the
/// products in the order of the taps. stride: in pixels, of 3 x 3 taps; 0: any.
template <std::size_t stride, std::size_t columns, class Load>
IMGMINE_INLINE void sum_channels(const DepthwiseSums& s, const float* x, std::size_t c,
                                 const Load& load_some, Floats (&total)[columns]) {
    const Floats start = s.bias ? load_some(s.bias + c) : broadcast(0.0f);
    IMGMINE_UNROLL
    for (std::size_t o = 0; o < columns; ++o) total[o] = start;
    x += c;
    const float* weights = s.weights + c;
    if constexpr (stride > 0) {
        for (std::size_t i = 0; i < 3; ++i, x += s.row_pitch, weights += s.weights_pitch)
            add_three<stride>(x, weights, s.channels, load_some, total);
        return;
    }
    for (std::size_t i = 0; i < s.tap_rows; ++i, x += s.row_pitch, weights += s.weights_pitch)
        for (std::size_t j = 0; j < s.tap_columns; ++j) {
            const Floats w = load_some(weights + j * s.channels);
            IMGMINE_UNROLL
            for (std::size_t o = 0; o < columns; ++o)
                total[o] = fma(load_some(x + j * s.channels + o * s.step), w, total[o]);
        }
}

template <std::size_t stride, std::size_t columns>
IMGMINE_INLINE void forward_columns(const DepthwiseSums& s, const float* x, float* y) {
    std::size_t c = 0;
    Floats total[columns];
    for (; c + lanes <= s.channels; c += lanes) {
        sum_channels<stride>(s, x, c, [](const float* at) { return load(at); }, total);
        IMGMINE_UNROLL
        for (std::size_t o = 0; o < columns; ++o) store(y + o * s.y_step + c, clipped(s, total[o]));
    }
    if (c == s.channels) return;
    const std::size_t n = s.channels - c;
    sum_channels<stride>(s, x, c, [n](const float* at) { return load_first(at, n); }, total);
    IMGMINE_UNROLL
    for (std::size_t o = 0; o < columns; ++o)
        store_first(y + o * s.y_step + c, clipped(s, total[o]), n);
}

template <std::size_t stride>
IMGMINE_INLINE void forward_rows(const DepthwiseSums& s, float* y) {
    for (std::size_t r = 0; r < s.rows; ++r)
        Pieces(s.columns, most_columns).each([&](std::size_t first, std::size_t count) {
            with_count<1, most_columns>(count, [&](auto columns) {
                forward_columns<stride, decltype(columns)::value>(
                    s, s.x + r * s.row_step + first * s.step, y + r * s.y_row + first * s.y_step);
            });
        });
}

/// y (rows, columns, channels), at the steps that are given.
void forward(const DepthwiseSums& sums, float* y) {
    const DepthwiseSums s = sums;  // which no result can lie over
    const bool is_three = s.tap_rows == 3 && s.tap_columns == 3;
    if (is_three && s.step == s.channels) return forward_rows<1>(s, y);
    if (is_three && s.step == 2 * s.channels) return forward_rows<2>(s, y);
    forward_rows<0>(s, y);
}

/// What three taps of each of some rows saw at `count` outputs side by side: each value is loaded
/// once for all three.
template <std::size_t stride, std::size_t count, std::size_t tap_rows, class Load>
IMGMINE_INLINE void add_block(const DepthwiseProducts& p, const float* x, const float* gradients,
                              const Load& load_some, Floats (&total)[tap_rows][3]) {
    Floats g[count];
    IMGMINE_UNROLL
    for (std::size_t o = 0; o < count; ++o) g[o] = load_some(gradients + o * p.gradient_step);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < tap_rows; ++i) IMGMINE_UNROLL
    for (std::size_t k = 0; k < (count - 1) * stride + 3; ++k) {
        const Floats v = load_some(x + i * p.row_pitch + k * p.channels);
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < 3; ++j)
            if (k >= j && (k - j) % stride == 0 && (k - j) / stride < count)
                total[i][j] = fma(v, g[(k - j) / stride], total[i][j]);
    }
}

/// What tap_rows x tap_columns taps saw in a row of outputs, of sixteen channels or of fewer.
/// stride: in pixels, of three columns; 0: any.
template <std::size_t stride, std::size_t tap_rows, std::size_t tap_columns, class Load,
          class Store>
IMGMINE_INLINE void add_products(const DepthwiseProducts& p, const float* x, const float* gradients,
                                 float* sums, const Load& load_some, const Store& store_some) {
    constexpr std::size_t block = 4;
    Floats total[tap_rows][tap_columns];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < tap_rows; ++i) IMGMINE_UNROLL
    for (std::size_t j = 0; j < tap_columns; ++j)
        total[i][j] = load_some(sums + i * p.sums_pitch + j * p.channels);
    std::size_t o = 0;
    if constexpr (stride > 0)
        for (; o + block <= p.columns; o += block)
            add_block<stride, block>(p, x + o * p.step, gradients + o * p.gradient_step, load_some,
                                     total);
    for (; o < p.columns; ++o) {
        const Floats g = load_some(gradients + o * p.gradient_step);
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < tap_rows; ++i) IMGMINE_UNROLL
        for (std::size_t j = 0; j < tap_columns; ++j)
            total[i][j] =
                fma(load_some(x + o * p.step + i * p.row_pitch + j * p.channels), g, total[i][j]);
    }
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < tap_rows; ++i) IMGMINE_UNROLL
    for (std::size_t j = 0; j < tap_columns; ++j)
        store_some(sums + i * p.sums_pitch + j * p.channels, total[i][j]);
}

template <std::size_t stride, std::size_t tap_rows, std::size_t tap_columns>
IMGMINE_INLINE void correlate_row(const DepthwiseProducts& p, const float* x,
                                  const float* gradients, float* sums) {
    std::size_t c = 0;
    for (; c + lanes <= p.channels; c += lanes)
        add_products<stride, tap_rows, tap_columns>(
            p, x + c, gradients + c, sums + c, [](const float* at) { return load(at); },
            [](float* at, const Floats& v) { store(at, v); });
    const std::size_t n = p.channels - c;
    if (n)
        add_products<stride, tap_rows, tap_columns>(
            p, x + c, gradients + c, sums + c, [n](const float* at) { return load_first(at, n); },
            [n](float* at, const Floats& v) { store_first(at, v, n); });
}

/// Three rows of three taps, as many rows at once as leave their sums in registers.
template <std::size_t stride>
IMGMINE_INLINE void correlate_three(const DepthwiseProducts& p) {
    constexpr std::size_t at_once = native_lanes == lanes ? 3 : 1;
    for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t i = 0; i < 3; i += at_once)
            correlate_row<stride, at_once, 3>(p, p.x + r * p.row_step + i * p.row_pitch,
                                              p.gradients + r * p.gradient_row,
                                              p.sums + i * p.sums_pitch);
}

/// Adds what each tap saw: gradient times value, outputs in order.
void correlate(const DepthwiseProducts& products) {
    const DepthwiseProducts p = products;  // which no sum can lie over
    const bool is_three = p.tap_rows == 3 && p.tap_columns == 3;
    if (is_three && p.step == p.channels) return correlate_three<1>(p);
    if (is_three && p.step == 2 * p.channels) return correlate_three<2>(p);
    for (std::size_t r = 0; r < p.rows; ++r)
        for (std::size_t i = 0; i < p.tap_rows; ++i)
            Pieces(p.tap_columns, 5).each([&](std::size_t first, std::size_t count) {
                with_count<1, 5>(count, [&](auto columns) {
                    correlate_row<0, 1, decltype(columns)::value>(
                        p, p.x + r * p.row_step + i * p.row_pitch + first * p.channels,
                        p.gradients + r * p.gradient_row,
                        p.sums + i * p.sums_pitch + first * p.channels);
                });
            });
}

}  // namespace
extern const DepthwiseKernels IMGMINE_TABLE(depthwise_kernels);
const DepthwiseKernels IMGMINE_TABLE(depthwise_kernels) = {
    .forward = forward,
    .correlate = correlate,
};

}  // namespace imgmine
