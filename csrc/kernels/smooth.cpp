#include "kernels/smooth.hpp"

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

#if defined(__AVX512BW__)
#define IMGMINE_X86(name) _mm512_##name
typedef __m512i Block;
#elif defined(__AVX2__)
#define IMGMINE_X86(name) _mm256_##name
typedef __m256i Block;
#elif defined(__x86_64__)
#define IMGMINE_X86(name) _mm_##name
typedef __m128i Block;
#endif

/// One row of the binomial kernel 1 4 6 4 1, both ways: in[i]..in[i + 4] are summed along the row,
/// out[i] is made of that and the sums of the four rows before, and they take the place of the
/// oldest, older[0]. `in` and the older rows end with room for a register.
void binomial_5(const std::uint8_t* in, std::uint16_t* const* older, std::uint8_t* out,
                std::size_t n) {
#if defined(__x86_64__)
    // One instruction multiplies neighbours by two taps and adds them: the sums of the even and of
    // the odd pixels of a block stand apart until the second pass joins them at no cost.
    constexpr std::size_t block = sizeof(Block);
    const Block taps01 = IMGMINE_X86(set1_epi16)(4 << 8 | 1);
    const Block taps23 = IMGMINE_X86(set1_epi16)(4 << 8 | 6);
    const Block taps4 = IMGMINE_X86(set1_epi16)(1);
    const Block half = IMGMINE_X86(set1_epi16)(128);
    const Block high = IMGMINE_X86(set1_epi16)((short)0xff00);
    typedef long long Bits __attribute__((vector_size(block)));
    const auto add = [](Block a, Block b) { return IMGMINE_X86(add_epi16)(a, b); };
    const auto every_other = [&](std::size_t at, std::size_t slot) {
        Block v[3], r[4];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 3; ++k) v[k] = load_native<Block>(in + at + 2 * k);
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) r[k] = load_native<Block>(older[k] + slot);
        const Block row = add(add(IMGMINE_X86(maddubs_epi16)(v[0], taps01),
                                  IMGMINE_X86(maddubs_epi16)(v[1], taps23)),
                              IMGMINE_X86(maddubs_epi16)(v[2], taps4));
        store_native(older[0] + slot, row);
        const Block inner = add(add(r[1], r[3]), r[2]);
        const Block outer = add(add(r[0], row), add(half, add(r[2], r[2])));
        return add(outer, IMGMINE_X86(slli_epi16)(inner, 2));
    };
    for (std::size_t i = 0; i < n; i += block) {
        const Block even = IMGMINE_X86(srli_epi16)(every_other(i, i), 8);
        const Block odd = every_other(i + 1, i + block / 2);
        const Bits joined = (Bits)even | ((Bits)odd & (Bits)high);
        if (i + block <= n) {
            store_native(out + i, joined);
        } else {
            std::uint8_t bytes[block];
            store_native(bytes, joined);
            for (std::size_t k = 0; i + k < n; ++k) out[i + k] = bytes[k];
        }
    }
#else
    for (std::size_t i = 0; i < n; ++i) {
        const unsigned row = in[i] + in[i + 4] + 4u * (in[i + 1] + in[i + 3]) + 6u * in[i + 2];
        out[i] = (std::uint8_t)((older[0][i] + row + 4u * (older[1][i] + older[3][i]) +
                                 6u * older[2][i] + 128) >>
                                8);
        older[0][i] = (std::uint16_t)row;
    }
#endif
}

/// Row r of four: out[r * out_stride + i] = sum over k of weights[k] * rows[r + k][i], each step one
/// fused multiply-add, k rising. n >= 32, n_taps >= 4.
void weighted_rows_f32(const float* const* rows, const float* weights, std::size_t n_taps,
                       float* out, std::ptrdiff_t out_stride, std::size_t n) {
    constexpr std::size_t n_rows = 4, unroll = 2;
    in_blocks<unroll * lanes>(n, [&](std::size_t i) __attribute__((always_inline)) {
        Floats total[n_rows][unroll];
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u) total[r][u] = broadcast(0.0f);
        // Row j of the input meets rows [from, to) of the output.
        const auto step = [&](std::size_t j, std::size_t from, std::size_t to)
                              __attribute__((always_inline)) {
            Floats x[unroll];
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < unroll; ++u) x[u] = load(rows[j] + i + u * lanes);
            IMGMINE_UNROLL
            for (std::size_t r = 0; r < n_rows; ++r) {
                if (r < from || r >= to) continue;
                const Floats weight = broadcast(weights[j - r]);
                IMGMINE_UNROLL
                for (std::size_t u = 0; u < unroll; ++u)
                    total[r][u] = fma(weight, x[u], total[r][u]);
            }
        };
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_rows - 1; ++j) step(j, 0, j + 1);
        for (std::size_t j = n_rows - 1; j < n_taps; ++j) step(j, 0, n_rows);
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_rows - 1; ++j) step(n_taps + j, j + 1, n_rows);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u)
            store(out + (std::ptrdiff_t)r * out_stride + i + u * lanes, total[r][u]);
    });
}

/// x where |x - blurred| < threshold, else x + amount * (x - blurred).
IMGMINE_INLINE Floats unsharp(const Floats& x, const Floats& blurred, float amount,
                              float threshold) {
    Floats result;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) {
        const NativeFloats apart = x.part[i] - blurred.part[i];
        const NativeFloats sharp = x.part[i] + amount * apart;
        const NativeFloats limit = threshold - NativeFloats{};
        result.part[i] = (apart < limit) & (-apart < limit) ? x.part[i] : sharp;
    }
    return result;
}

/// Rounded to nearest, ties to even; values outside 0..255 become the nearer end.
void unsharp_u8(const std::uint8_t* in, const std::uint8_t* blurred, float amount, float threshold,
                std::uint8_t* out, std::size_t n) {
    const auto block = [&](const std::uint8_t* x, const std::uint8_t* y, std::uint8_t* to)
                           __attribute__((always_inline)) {
        store_bytes_rounded(to, unsharp(load_floats(x), load_floats(y), amount, threshold));
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) block(in + i, blurred + i, out + i);
    if (i < n) {
        std::uint8_t rest[3][lanes] = {};
        copy_few(rest[0], in + i, n - i);
        copy_few(rest[1], blurred + i, n - i);
        block(rest[0], rest[1], rest[2]);
        copy_few(out + i, rest[2], n - i);
    }
}

void unsharp_f32(const float* in, const float* blurred, float amount, float threshold, float* out,
                 std::size_t n) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        store(out + i, unsharp(load(in + i), load(blurred + i), amount, threshold));
    if (i < n)
        store_first(out + i,
                    unsharp(load_first(in + i, n - i), load_first(blurred + i, n - i), amount,
                            threshold),
                    n - i);
}

}  // namespace
extern const SmoothKernels IMGMINE_TABLE(smooth_kernels);
const SmoothKernels IMGMINE_TABLE(smooth_kernels) = {
    .slide_u16 = slide_u16,
    .slide_u32 = slide_u32,
    .slide_f64 = slide_f64,
    .box_row_u16 = box_row_u16,
    .box_row_u32 = box_row_u32,
    .box_direct_f64 = box_direct_f64,
    .box_row_f64 = box_row_f64,
    .binomial_5 = binomial_5,
    .weighted_rows_f32 = weighted_rows_f32,
    .unsharp_u8 = unsharp_u8,
    .unsharp_f32 = unsharp_f32,
};

}  // namespace imgmine
