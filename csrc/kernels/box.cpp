#include "kernels/box.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

/// sums[i] += enter[i] - leave[i]: the columns of a box, moved down by a row.
void slide_u16(const std::uint8_t* enter, const std::uint8_t* leave, std::uint16_t* sums,
               std::size_t n) {
    std::size_t i = 0;
    for (; i + native_shorts <= n; i += native_shorts)
        store_shorts(sums + i,
                     load_shorts(sums + i) + load_shorts(enter + i) - load_shorts(leave + i));
    for (; i < n; ++i) sums[i] = (std::uint16_t)(sums[i] + enter[i] - leave[i]);
}

void slide_u32(const std::uint8_t* enter, const std::uint8_t* leave, std::uint32_t* sums,
               std::size_t n) {
    std::size_t i = 0;
    for (; i + native_ints <= n; i += native_ints)
        store_native(sums + i, load_native<NativeInts>(sums + i) + load_ints(enter + i) -
                                   load_ints(leave + i));
    for (; i < n; ++i) sums[i] += (std::uint32_t)enter[i] - leave[i];
}

/// Sixteen floats as doubles, zero where they are not finite; adds to `broken` what then differs.
IMGMINE_INLINE Doubles finite_doubles(const float* p, NativeInts& broken) {
    float values[lanes];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) {
        const auto x = load_native<NativeFloats>(p + i * native_lanes);
        typedef std::int32_t Mask __attribute__((vector_size(sizeof x)));
        const Mask finite = x - x == 0.0f;
        const NativeFloats kept = (NativeFloats)((Mask)x & finite);
        store_native(values + i * native_lanes, kept);
        if constexpr (sizeof(Mask) == sizeof(NativeInts)) {
            broken |= (NativeInts)~finite;
        } else {
            for (std::size_t k = 0; k < native_lanes; ++k) broken[0] |= ~finite[k];
        }
    }
    return load_doubles(values);
}

/// sums[i] += enter[i] - leave[i], values that are not finite taken as zero. Tells whether all that
/// entered were finite.
bool slide_f64(const float* enter, const float* leave, double* sums, std::size_t n) {
    std::size_t i = 0;
    NativeInts broken = {};
    [[maybe_unused]] NativeInts ignored = {};
    for (; i + lanes <= n; i += lanes) {
#if defined(__AVX512F__)
        constexpr int not_finite = 0x99;  // quiet NaN, +inf, -inf, signaling NaN
        const __m512 x = _mm512_loadu_ps(enter + i), y = _mm512_loadu_ps(leave + i);
        const __mmask16 bad_x = _mm512_fpclass_ps_mask(x, not_finite);
        const __mmask16 bad_y = _mm512_fpclass_ps_mask(y, not_finite);
        const __m512 a = _mm512_maskz_mov_ps((__mmask16)~bad_x, x);
        const __m512 b = _mm512_maskz_mov_ps((__mmask16)~bad_y, y);
        broken |= (NativeInts)_mm512_maskz_set1_epi32(bad_x, 1);
        const __m512d low = _mm512_sub_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(a)),
                                          _mm512_cvtps_pd(_mm512_castps512_ps256(b)));
        const __m512d high = _mm512_sub_pd(_mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1)),
                                           _mm512_cvtps_pd(_mm512_extractf32x8_ps(b, 1)));
        _mm512_storeu_pd(sums + i, _mm512_add_pd(_mm512_loadu_pd(sums + i), low));
        _mm512_storeu_pd(sums + i + 8, _mm512_add_pd(_mm512_loadu_pd(sums + i + 8), high));
#else
        const Doubles a = finite_doubles(enter + i, broken);
        Doubles b = finite_doubles(leave + i, ignored);
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < double_parts; ++k) b.part[k] = a.part[k] - b.part[k];
        store(sums + i, load(sums + i) + b);
#endif
    }
    bool all_finite = true;
    for (std::size_t k = 0; k < native_ints; ++k) all_finite &= broken[k] == 0;
    const auto finite = [](float x) { return x - x == 0.0f; };
    for (; i < n; ++i) {
        all_finite &= finite(enter[i]);
        sums[i] += (finite(enter[i]) ? (double)enter[i] : 0.0) -
                   (finite(leave[i]) ? (double)leave[i] : 0.0);
    }
    return all_finite;
}

IMGMINE_INLINE NativeShorts high_product(NativeShorts a, NativeShorts b) {
#if defined(__AVX512BW__)
    return (NativeShorts)_mm512_mulhi_epu16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (NativeShorts)_mm256_mulhi_epu16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return (NativeShorts)_mm_mulhi_epu16((__m128i)a, (__m128i)b);
#else
    for (std::size_t i = 0; i < native_shorts; ++i) a[i] = (std::uint16_t)(a[i] * b[i] >> 16);
    return a;
#endif
}

template <std::size_t fixed_ksize>
IMGMINE_INLINE void box_row(const std::uint16_t* sums, std::size_t step, std::size_t ksize,
                            const BoxDivisor& divisor, std::uint8_t* out, std::size_t n) {
    if (fixed_ksize) ksize = fixed_ksize;
    const NativeShorts factor = divisor.factor - NativeShorts{};
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        NativeShorts total[2];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < 2; ++u) total[u] = divisor.add - NativeShorts{};
        for (std::size_t k = 0; k < ksize; ++k) IMGMINE_UNROLL
        for (std::size_t u = 0; u < 2; ++u)
            total[u] += load_shorts(sums + i + k * step + u * native_shorts);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < 2; ++u)
            store_bytes_of(out + i + u * native_shorts,
                           high_product(total[u], factor) >> (int)divisor.shift);
    };
    if (in_blocks<2 * native_shorts>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        std::uint32_t total = divisor.add;
        for (std::size_t k = 0; k < ksize; ++k) total += sums[i + k * step];
        out[i] = (std::uint8_t)(total * divisor.factor >> (16 + divisor.shift));
    }
}

/// out[i] = the mean of a box whose columns are sums[i], sums[i + step] ... `ksize` of them, for
/// boxes of at most 256 pixels.
void box_row_u16(const std::uint16_t* sums, std::size_t step, std::size_t ksize,
                 const BoxDivisor& divisor, std::uint8_t* out, std::size_t n) {
    switch (ksize) {
        case 3:
            return box_row<3>(sums, step, ksize, divisor, out, n);
        case 5:
            return box_row<5>(sums, step, ksize, divisor, out, n);
        case 7:
            return box_row<7>(sums, step, ksize, divisor, out, n);
        default:
            return box_row<0>(sums, step, ksize, divisor, out, n);
    }
}

/// out[i] = (to[i] - from[i] + size / 2) / size, in whole numbers.
///
/// In floating point: (sum + size / 2 + 1/2) / size, cut off, is the same as long as its error is
/// below 1/2 / size. In 24 bits it is for boxes of up to 8192 pixels, in double for all up to 2^24.
void box_row_u32(const std::uint32_t* from, const std::uint32_t* to, const BoxDivisor& divisor,
                 std::uint8_t* out, std::size_t n) {
    const double half = (double)(divisor.size / 2) + 0.5;
    std::size_t i = 0;
    if (divisor.size <= 8192) {
        const float factor = 1.0f / (float)divisor.size, add = (float)half;
        const auto block = [&](std::size_t at) __attribute__((always_inline)) {
            Floats x;
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < parts; ++p) {
                typedef std::int32_t Ints __attribute__((vector_size(sizeof(NativeFloats))));
                const std::size_t k = at + p * native_lanes;
                const Ints sum = load_native<Ints>(to + k) - load_native<Ints>(from + k);
                const NativeFloats mean =
                    (__builtin_convertvector(sum, NativeFloats) + add) * factor;
                // A whole number in a float, so that storing it rounds nothing.
                x.part[p] =
                    __builtin_convertvector(__builtin_convertvector(mean, Ints), NativeFloats);
            }
            store_bytes_rounded(out + at, x);
        };
        if (in_blocks<lanes>(n, block)) return;
    }
    const double factor = 1.0 / (double)divisor.size;
    for (; i < n; ++i)
        out[i] = (std::uint8_t)(((double)(std::uint32_t)(to[i] - from[i]) + half) * factor);
}

/// out[i] = the sum of sums[i], sums[i + step] ... `ksize` of them, times `factor`.
void box_direct_f64(const double* sums, std::size_t step, std::size_t ksize, double factor,
                    float* out, std::size_t n) {
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        Doubles total = load(sums + i);
        for (std::size_t k = 1; k < ksize; ++k) total = total + load(sums + i + k * step);
        typedef float Half __attribute__((vector_size(sizeof(NativeDoubles) / 2)));
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < double_parts; ++p)
            store_native(out + i + p * native_doubles,
                         __builtin_convertvector(total.part[p] * factor, Half));
    };
    if (in_blocks<lanes>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        double total = sums[i];
        for (std::size_t k = 1; k < ksize; ++k) total += sums[i + k * step];
        out[i] = (float)(total * factor);
    }
}

/// out[i] = (to[i] - from[i]) * factor.
void box_row_f64(const double* from, const double* to, double factor, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = (float)((to[i] - from[i]) * factor);
}

}  // namespace
extern const BoxKernels IMGMINE_TABLE(box_kernels);
const BoxKernels IMGMINE_TABLE(box_kernels) = {
    .slide_u16 = slide_u16,
    .slide_u32 = slide_u32,
    .slide_f64 = slide_f64,
    .box_row_u16 = box_row_u16,
    .box_row_u32 = box_row_u32,
    .box_direct_f64 = box_direct_f64,
    .box_row_f64 = box_row_f64,
};

}  // namespace imgmine
