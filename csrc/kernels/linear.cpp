#include "kernels/linear.hpp"

#include "kernels/simd.hpp"
#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE Floats load_floats(const Half* p) {
#if defined(__AVX512F__)
    return {{(NativeFloats)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)p))}};
#elif defined(__F16C__)
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i, p += native_lanes)
        v.part[i] = (NativeFloats)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)p));
    return v;
#else
    float values[lanes];
    for (std::size_t i = 0; i < lanes; ++i) values[i] = to_float(p[i]);
    return load(values);
#endif
}

IMGMINE_INLINE Floats load_floats(const double* p) {
    float values[lanes];
    for (std::size_t i = 0; i < lanes; ++i) values[i] = (float)p[i];
    return load(values);
}

IMGMINE_INLINE Doubles load_doubles(const Half* p) {
    float values[lanes];
    store(values, load_floats(p));
    return imgmine::load_doubles(values);
}

/// The first n < 16 values of any type, zeros behind them.
template <class T>
IMGMINE_INLINE Doubles load_few(const T* p, std::size_t n) {
    T values[lanes] = {};
    copy_few(values, p, n);
    return load_doubles(values);
}

/// Sum of row[i] * weights[i].
template <class T>
double dot_weights(const T* row, const double* weights, std::size_t n) {
    Doubles total[2] = {broadcast(0.0), broadcast(0.0)};
    std::size_t i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) IMGMINE_UNROLL
    for (std::size_t u = 0; u < 2; ++u)
        total[u] = total[u] + load_doubles(row + i + u * lanes) * load(weights + i + u * lanes);
    for (; i + lanes <= n; i += lanes)
        total[0] = total[0] + load_doubles(row + i) * load(weights + i);
    if (i < n) total[1] = total[1] + load_few(row + i, n - i) * load_few(weights + i, n - i);
    return sum(total[0] + total[1]);
}

/// weights[i] += scale * row[i]
template <class T>
void add_row(const T* row, double scale, double* weights, std::size_t n) {
    const Doubles factor = broadcast(scale);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        store(weights + i, load(weights + i) + factor * load_doubles(row + i));
    if (i == n) return;
    double last[lanes];
    store(last, load_few(weights + i, n - i) + factor * load_few(row + i, n - i));
    copy_few(weights + i, last, n - i);
}

/// Floats of four rows, from value i on; zeros behind their n values.
template <class T>
IMGMINE_INLINE void load_four(const T* const* rows, std::size_t i, std::size_t n, Floats* x) {
    for (std::size_t r = 0; r < 4; ++r) {
        T last[lanes] = {};
        copy_few(last, rows[r] + i, n - i);
        x[r] = load_floats(last);
    }
}

/// out[r] = sum of rows[r][i] * weights[i], for four rows, in single precision.
template <class T>
void dot_four(const T* const* rows, const float* weights, std::size_t n, float* out) {
    Floats total[4], x[4];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < 4; ++r) total[r] = broadcast(0.0f);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Floats w = load(weights + i);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < 4; ++r) total[r] = fma(load_floats(rows[r] + i), w, total[r]);
    }
    if (i < n) {
        load_four(rows, i, n, x);
        const Floats w = load_first(weights + i, n - i);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < 4; ++r) total[r] = fma(x[r], w, total[r]);
    }
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < 4; ++r) out[r] = sum(total[r]);
}

/// weights[i] += scales[0] * rows[0][i] + ..., of four rows, one after the other, in single
/// precision.
template <class T>
void add_four(const T* const* rows, const float* scales, float* weights, std::size_t n) {
    Floats factor[4], x[4];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < 4; ++r) factor[r] = broadcast(scales[r]);
    const T* const row[4] = {rows[0], rows[1], rows[2], rows[3]};  // whatever weights may overwrite
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        Floats total = load(weights + i);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < 4; ++r) total = fma(load_floats(row[r] + i), factor[r], total);
        store(weights + i, total);
    }
    if (i == n) return;
    load_four(rows, i, n, x);
    Floats total = load_first(weights + i, n - i);
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < 4; ++r) total = fma(x[r], factor[r], total);
    store_first(weights + i, total, n - i);
}

/// scale * row as floats, sixteen at a time, each sixteen `stride` behind the last.
template <class T>
void pack_row(const T* row, double scale, std::size_t n, double* stripes, std::size_t stride) {
    const Doubles factor = broadcast(scale);
    double values[lanes];
    for (std::size_t i = 0; i < n; i += lanes, stripes += stride) {
        store(values, factor * (i + lanes <= n ? load_doubles(row + i) : load_few(row + i, n - i)));
        for (std::size_t j = 0; j < lanes; ++j) stripes[j] = (double)(float)values[j];
    }
}

template <class T>
IMGMINE_INLINE void load_values(const T* p, Floats& v) {
    v = load_floats(p);
}
template <class T>
IMGMINE_INLINE void load_values(const T* p, Doubles& v) {
    v = load_doubles(p);
}

IMGMINE_INLINE Floats add_product(const Floats& a, const Floats& b, const Floats& c) {
    return fma(a, b, c);
}
IMGMINE_INLINE Doubles add_product(const Doubles& a, const Doubles& b, const Doubles& c) {
    return c + a * b;
}

/// As dot_weights, of one row with several lines of weights.
template <std::size_t count, class V, class T, class Sum>
IMGMINE_INLINE void decide_some(const T* row, const Sum* weights, std::size_t stride, std::size_t n,
                                Sum* out) {
    V total[count], x;
    IMGMINE_UNROLL
    for (std::size_t p = 0; p < count; ++p) total[p] = broadcast(Sum{0});
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        load_values(row + i, x);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < count; ++p)
            total[p] = add_product(x, load(weights + p * stride + i), total[p]);
    }
    if (i < n) {
        T last[lanes] = {};
        copy_few(last, row + i, n - i);
        load_values(last, x);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < count; ++p)
            total[p] = add_product(x, load(weights + p * stride + i), total[p]);
    }
    IMGMINE_UNROLL
    for (std::size_t p = 0; p < count; ++p) out[p] = sum(total[p]);
}

/// out[p] = row . weights[p]; each line of weights begins `stride` behind the last, a multiple of
/// 16, and has zeros behind its n values.
template <class V, class T, class Sum>
void decide_row(const T* row, const Sum* weights, std::size_t stride, std::size_t n,
                std::size_t n_lines, Sum* out) {
    constexpr std::size_t most =  // whose sums have room in registers
        (native_lanes == 16  ? 10
         : native_lanes == 8 ? 4
                             : 2) /
        (sizeof(V) / sizeof(Floats));
    std::size_t p = 0;
    for (; p + most <= n_lines; p += most)
        decide_some<most, V>(row, weights + p * stride, stride, n, out + p);
    for (; p < n_lines; ++p) decide_some<1, V>(row, weights + p * stride, stride, n, out + p);
}

template <class T>
constexpr LinearLoops<T> loops = {
    .dot = dot_weights<T>,
    .add = add_row<T>,
    .dot_four = dot_four<T>,
    .add_four = add_four<T>,
    .pack = pack_row<T>,
    .decide = decide_row<Doubles, T, double>,
    .decide_single = decide_row<Floats, T, float>,
};

}  // namespace
extern const LinearKernels IMGMINE_TABLE(linear_kernels);
const LinearKernels IMGMINE_TABLE(linear_kernels) = {
    .f32 = loops<float>,
    .f64 = loops<double>,
    .u8 = loops<std::uint8_t>,
    .f16 = loops<Half>,
};

}  // namespace imgmine
