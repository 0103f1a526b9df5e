#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

// Sixteen floats, whatever the width of a register: the same sums in the same order on every CPU
// level. Built on the vector extension that GCC and Clang share. Included by kernel headers only;
// everything has internal linkage, so that two levels can never end up sharing one compiled copy.
namespace imgmine {
namespace {

#define IMGMINE_INLINE __attribute__((always_inline)) inline
// Before a loop over the parts of a value: they must become registers before anything else is done.
#define IMGMINE_UNROLL _Pragma("GCC unroll 16")

#if defined(__AVX512F__)
constexpr std::size_t native_lanes = 16;
#elif defined(__AVX__)
constexpr std::size_t native_lanes = 8;
#else
constexpr std::size_t native_lanes = 4;  // SSE, NEON
#endif

constexpr std::size_t lanes = 16;
constexpr std::size_t parts = lanes / native_lanes;

typedef float NativeFloats __attribute__((vector_size(native_lanes * sizeof(float))));

struct Floats {
    NativeFloats part[parts];
};

// Part by part: GCC 12 copies a whole struct through memory.
IMGMINE_INLINE Floats load(const float* p) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        std::memcpy(&v.part[i], p + i * native_lanes, sizeof(NativeFloats));
    return v;
}

/// Copies n < 16 values: at most four moves of a fixed size, where a loop would become a call.
template <class T>
IMGMINE_INLINE void copy_few(T* to, const T* from, std::size_t n) {
    if (n & 8) std::memcpy(to, from, 8 * sizeof(T)), to += 8, from += 8;
    if (n & 4) std::memcpy(to, from, 4 * sizeof(T)), to += 4, from += 4;
    if (n & 2) std::memcpy(to, from, 2 * sizeof(T)), to += 2, from += 2;
    if (n & 1) *to = *from;
}

/// The first n < 16 values, zeros behind them.
IMGMINE_INLINE Floats load_first(const float* p, std::size_t n) {
#if defined(__AVX512F__)
    return {{(NativeFloats)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p)}};
#else
    float values[lanes] = {};
    copy_few(values, p, n);
    return load(values);
#endif
}

IMGMINE_INLINE void store(float* p, const Floats& v) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        std::memcpy(p + i * native_lanes, &v.part[i], sizeof(NativeFloats));
}

/// Stores the first n < 16 values.
IMGMINE_INLINE void store_first(float* p, const Floats& v, std::size_t n) {
    float values[lanes];
    store(values, v);
    copy_few(p, values, n);
}

IMGMINE_INLINE Floats broadcast(float x) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) v.part[i] = x - NativeFloats{};
    return v;
}

IMGMINE_INLINE Floats operator+(Floats a, const Floats& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) a.part[i] += b.part[i];
    return a;
}

IMGMINE_INLINE Floats operator-(Floats a, const Floats& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) a.part[i] -= b.part[i];
    return a;
}

IMGMINE_INLINE Floats operator*(Floats a, const Floats& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) a.part[i] *= b.part[i];
    return a;
}

IMGMINE_INLINE Floats operator/(Floats a, const Floats& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) a.part[i] /= b.part[i];
    return a;
}

// Of any native register; the compiler turns each into one instruction. b where a or b is NaN.
template <class V>
IMGMINE_INLINE V min(const V& a, const V& b) {
    return a < b ? a : b;
}
template <class V>
IMGMINE_INLINE V max(const V& a, const V& b) {
    return a > b ? a : b;
}

IMGMINE_INLINE Floats min(const Floats& a, const Floats& b) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) v.part[i] = min(a.part[i], b.part[i]);
    return v;
}

IMGMINE_INLINE Floats max(const Floats& a, const Floats& b) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) v.part[i] = max(a.part[i], b.part[i]);
    return v;
}

/// Square roots, correctly rounded.
IMGMINE_INLINE Floats sqrt(const Floats& a) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) {
#if defined(__AVX512F__)
        v.part[i] = (NativeFloats)_mm512_sqrt_ps((__m512)a.part[i]);
#elif defined(__AVX__)
        v.part[i] = (NativeFloats)_mm256_sqrt_ps((__m256)a.part[i]);
#elif defined(__x86_64__)
        v.part[i] = (NativeFloats)_mm_sqrt_ps((__m128)a.part[i]);
#else
        v.part[i] = (NativeFloats)vsqrtq_f32((float32x4_t)a.part[i]);
#endif
    }
    return v;
}

#if defined(__AVX512F__)
IMGMINE_INLINE NativeFloats fma_native(NativeFloats a, NativeFloats b, NativeFloats c) {
    return (NativeFloats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
#elif defined(__FMA__)
IMGMINE_INLINE NativeFloats fma_native(NativeFloats a, NativeFloats b, NativeFloats c) {
    return (NativeFloats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
#elif defined(__aarch64__)
IMGMINE_INLINE NativeFloats fma_native(NativeFloats a, NativeFloats b, NativeFloats c) {
    return (NativeFloats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
#else
typedef double Doubles2 __attribute__((vector_size(16)));
typedef long long Ints2 __attribute__((vector_size(16)));

/// a * b + c rounded once to odd: exact in double but for the last bit, which keeps a second
/// rounding, to float, honest (Boldo and Melquiond 2008).
IMGMINE_INLINE Doubles2 fma_to_odd(Doubles2 a, Doubles2 b, Doubles2 c) {
    const Doubles2 product = a * b;  // exact: 24 + 24 bits
    const Doubles2 sum = product + c;
    const Doubles2 shift = sum - product;
    const Doubles2 error = (product - (sum - shift)) + (c - shift);  // exact (Knuth)
    const Ints2 bits = (Ints2)sum;
    const Ints2 inexact = (error > 0.0) | (error < 0.0);  // not where the sum is infinite or NaN
    const Ints2 even = (bits & 1) - 1;
    const Ints2 outwards = ~((error > 0.0) ^ (sum > 0.0));
    const Ints2 step = outwards | 1;  // -1 where outwards (all ones), else 1
    return (Doubles2)(bits - (step & inexact & even));
}

/// Where rounding a sum to double and then to float may differ from rounding once: exactly halfway
/// between two floats, or where floats are subnormal.
IMGMINE_INLINE Ints2 doubtful(Doubles2 sum) {
    const Ints2 half = {0x10000000, 0x10000000}, below_float = {0x1fffffff, 0x1fffffff};
    const Ints2 magnitude = (Ints2)sum & 0x7fffffffffffffff;
    const Doubles2 smallest_normal = {0x1p-126, 0x1p-126};
    return (((Ints2)sum & below_float) == half) |
           (((Doubles2)magnitude < smallest_normal) & ((Doubles2)magnitude > 0.0));
}

IMGMINE_INLINE NativeFloats fma_native(NativeFloats a, NativeFloats b, NativeFloats c) {
    const auto low = [](NativeFloats v) { return (Doubles2)_mm_cvtps_pd((__m128)v); };
    const auto high = [](NativeFloats v) {
        return (Doubles2)_mm_cvtps_pd(_mm_movehl_ps((__m128)v, (__m128)v));
    };
    Doubles2 first = low(a) * low(b) + low(c), second = high(a) * high(b) + high(c);
    if (_mm_movemask_pd((__m128d)(doubtful(first) | doubtful(second)))) {
        first = fma_to_odd(low(a), low(b), low(c));
        second = fma_to_odd(high(a), high(b), high(c));
    }
    return (NativeFloats)_mm_movelh_ps(_mm_cvtpd_ps((__m128d)first), _mm_cvtpd_ps((__m128d)second));
}
#endif

/// a * b + c, rounded once.
IMGMINE_INLINE Floats fma(const Floats& a, const Floats& b, Floats c) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) c.part[i] = fma_native(a.part[i], b.part[i], c.part[i]);
    return c;
}

/// The 16 lanes folded in one fixed order: halves onto each other, four times.
IMGMINE_INLINE float sum(const Floats& v) {
#if defined(__AVX512F__)
    const __m512 x = (__m512)v.part[0];
    const __m256 half = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    __m128 quarter = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif defined(__AVX__)
    const __m256 half = (__m256)(v.part[0] + v.part[1]);
    __m128 quarter = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1));
#elif defined(__x86_64__)
    __m128 quarter = (__m128)((v.part[0] + v.part[2]) + (v.part[1] + v.part[3]));
#else
    const NativeFloats quarter = (v.part[0] + v.part[2]) + (v.part[1] + v.part[3]);
    return (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
#endif
#if defined(__x86_64__)
    quarter = _mm_add_ps(quarter, _mm_movehl_ps(quarter, quarter));
    return _mm_cvtss_f32(_mm_add_ss(quarter, _mm_movehdup_ps(quarter)));
#endif
}

/// Calls body(i) for blocks that cover [0, n), the last one overlapping the one before it: for
/// results that do not depend on what else is computed. Returns false, having done nothing, where n
/// is less than a block.
template <std::size_t block, class Body>
IMGMINE_INLINE bool in_blocks(std::size_t n, const Body& body) {
    if (n < block) return false;
    std::size_t i = 0;
    for (; i + block <= n; i += block) body(i);
    if (i < n) body(n - block);
    return true;
}

// Sixteen doubles in the same way, without a fused multiply-add: no level needs to emulate one.
constexpr std::size_t native_doubles = native_lanes / 2;
constexpr std::size_t double_parts = lanes / native_doubles;

typedef double NativeDoubles __attribute__((vector_size(native_doubles * sizeof(double))));

struct Doubles {
    NativeDoubles part[double_parts];
};

IMGMINE_INLINE Doubles load(const double* p) {
    Doubles v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i)
        std::memcpy(&v.part[i], p + i * native_doubles, sizeof(NativeDoubles));
    return v;
}

IMGMINE_INLINE void store(double* p, const Doubles& v) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i)
        std::memcpy(p + i * native_doubles, &v.part[i], sizeof(NativeDoubles));
}

/// Sixteen values of any type, as doubles.
IMGMINE_INLINE Doubles load_doubles(const double* p) {
    return load(p);
}

IMGMINE_INLINE Doubles load_doubles(const float* p) {
    Doubles v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i, p += native_doubles) {
#if defined(__AVX512F__)
        v.part[i] = (NativeDoubles)_mm512_cvtps_pd(_mm256_loadu_ps(p));
#elif defined(__AVX__)
        v.part[i] = (NativeDoubles)_mm256_cvtps_pd(_mm_loadu_ps(p));
#else
        v.part[i] = NativeDoubles{p[0], p[1]};
#endif
    }
    return v;
}

IMGMINE_INLINE Doubles load_doubles(const std::uint8_t* p) {
    Doubles v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i, p += native_doubles) {
#if defined(__AVX512F__)
        const __m128i bytes = _mm_loadl_epi64((const __m128i*)p);
        v.part[i] = (NativeDoubles)_mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(bytes));
#elif defined(__AVX2__)
        int four;
        std::memcpy(&four, p, 4);
        v.part[i] = (NativeDoubles)_mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(four)));
#else
        v.part[i] = NativeDoubles{(double)p[0], (double)p[1]};
#endif
    }
    return v;
}

/// The first n < 16 values, zeros behind them.
template <class T>
IMGMINE_INLINE Doubles load_first_doubles(const T* p, std::size_t n) {
    T values[lanes] = {};
    copy_few(values, p, n);
    return load_doubles(values);
}

IMGMINE_INLINE Doubles operator+(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] += b.part[i];
    return a;
}

IMGMINE_INLINE Doubles operator*(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] *= b.part[i];
    return a;
}

IMGMINE_INLINE Doubles broadcast(double x) {
    Doubles v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) v.part[i] = x - NativeDoubles{};
    return v;
}

IMGMINE_INLINE double sum(const Doubles& v) {
    double x[lanes];
    store(x, v);
    for (std::size_t half = lanes / 2; half; half /= 2)
        for (std::size_t i = 0; i < half; ++i) x[i] += x[i + half];
    return x[0];
}

}  // namespace
}  // namespace imgmine
