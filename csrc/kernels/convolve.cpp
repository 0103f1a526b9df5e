#include "kernels/convolve.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

/// Sum over k of taps[k] * rows[k][i...] for `blocks` registers, rows being mirror images of each
/// other's weights around the middle: taps[k] == taps[n_taps - 1 - k].
template <std::size_t blocks, class T>
IMGMINE_INLINE void symmetric_sum(const T* const* rows, const std::uint16_t* taps,
                                  std::size_t n_taps, std::size_t i, NativeShorts* total) {
    const std::size_t middle = n_taps / 2;
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < blocks; ++u)
        total[u] = load_shorts(rows[middle] + i + u * native_shorts) * taps[middle];
    for (std::size_t k = 0; k < middle; ++k) IMGMINE_UNROLL
    for (std::size_t u = 0; u < blocks; ++u) {
        const std::size_t at = i + u * native_shorts;
        total[u] += (load_shorts(rows[k] + at) + load_shorts(rows[n_taps - 1 - k] + at)) * taps[k];
    }
}

template <std::size_t fixed_taps>
IMGMINE_INLINE void symmetric_row(const std::uint8_t* const* rows, const std::uint16_t* taps,
                                  std::size_t n_taps, std::uint16_t* out, std::size_t n) {
    if (fixed_taps) n_taps = fixed_taps;  // a constant count unrolls the loop
    const auto two = [&](std::size_t i) __attribute__((always_inline)) {
        NativeShorts total[2];
        symmetric_sum<2>(rows, taps, n_taps, i, total);
        store_shorts(out + i, total[0]);
        store_shorts(out + i + native_shorts, total[1]);
    };
    const auto one = [&](std::size_t i) __attribute__((always_inline)) {
        NativeShorts total;
        symmetric_sum<1>(rows, taps, n_taps, i, &total);
        store_shorts(out + i, total);
    };
    if (in_blocks<2 * native_shorts>(n, two) || in_blocks<native_shorts>(n, one)) return;
    for (std::size_t i = 0; i < n; ++i) {
        std::uint16_t x = 0;
        for (std::size_t k = 0; k < n_taps; ++k) x = (std::uint16_t)(x + taps[k] * rows[k][i]);
        out[i] = x;
    }
}

/// out[i] = sum over k of taps[k] * rows[k][i] in 16 bits, for an odd number of symmetric taps
/// whose sum is at most 257. A horizontal pass hands in one row shifted by a pixel at a time.
void symmetric_sum_u8(const std::uint8_t* const* rows, const std::uint16_t* taps,
                      std::size_t n_taps, std::uint16_t* out, std::size_t n) {
    switch (n_taps) {
        case 3:
            return symmetric_row<3>(rows, taps, n_taps, out, n);
        case 5:
            return symmetric_row<5>(rows, taps, n_taps, out, n);
        case 7:
            return symmetric_row<7>(rows, taps, n_taps, out, n);
        default:
            return symmetric_row<0>(rows, taps, n_taps, out, n);
    }
}

template <std::size_t fixed_taps>
IMGMINE_INLINE void narrow_column(const std::uint16_t* const* rows, const std::uint16_t* taps,
                                  std::size_t n_taps, std::size_t shift, std::uint8_t* out,
                                  std::size_t n) {
    if (fixed_taps) n_taps = fixed_taps;
    const auto half = (std::uint16_t)(1u << (shift - 1));
    const auto two = [&](std::size_t i) __attribute__((always_inline)) {
        NativeShorts total[2];
        symmetric_sum<2>(rows, taps, n_taps, i, total);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < 2; ++u)
            store_bytes_of(out + i + u * native_shorts, (total[u] + half) >> (int)shift);
    };
    const auto one = [&](std::size_t i) __attribute__((always_inline)) {
        NativeShorts total;
        symmetric_sum<1>(rows, taps, n_taps, i, &total);
        store_bytes_of(out + i, (total + half) >> (int)shift);
    };
    if (in_blocks<2 * native_shorts>(n, two) || in_blocks<native_shorts>(n, one)) return;
    for (std::size_t i = 0; i < n; ++i) {
        unsigned x = half;
        for (std::size_t k = 0; k < n_taps; ++k) x += (unsigned)taps[k] * rows[k][i];
        out[i] = (std::uint8_t)(x >> shift);
    }
}

/// out[i] = (sum over k of taps[k] * rows[k][i] + half) >> shift, for symmetric taps and sums that
/// stay below 2^16 - half: the binomial kernels of 3 and 5 taps.
void symmetric_sum_narrow_u16(const std::uint16_t* const* rows, const std::uint16_t* taps,
                              std::size_t n_taps, std::size_t shift, std::uint8_t* out,
                              std::size_t n) {
    switch (n_taps) {
        case 3:
            return narrow_column<3>(rows, taps, n_taps, shift, out, n);
        case 5:
            return narrow_column<5>(rows, taps, n_taps, shift, out, n);
        default:
            return narrow_column<0>(rows, taps, n_taps, shift, out, n);
    }
}

// The binomial kernel 1 4 6 4 1 of one-channel rows, the most used of all, without widening bytes:
// one instruction multiplies neighbors by two taps and adds them. It leaves the sums of the even
// and of the odd pixels of each block apart, which the second pass joins again at no cost.

#if defined(__AVX512BW__)
#define IMGMINE_X86(name) _mm512_##name
typedef __m512i BinomialBlock;
#elif defined(__AVX2__)
#define IMGMINE_X86(name) _mm256_##name
typedef __m256i BinomialBlock;
#elif defined(__x86_64__)
#define IMGMINE_X86(name) _mm_##name
typedef __m128i BinomialBlock;
#endif

/// Sums 16 times the horizontal mean of the 5 bytes from in[i] on, for i in [0, n) rounded up
/// to 64.
void binomial_row_u8(const std::uint8_t* in, std::uint16_t* out, std::size_t n) {
#if defined(__x86_64__)
    constexpr std::size_t block = sizeof(BinomialBlock);
    const BinomialBlock taps01 = IMGMINE_X86(set1_epi16)(4 << 8 | 1);
    const BinomialBlock taps23 = IMGMINE_X86(set1_epi16)(4 << 8 | 6);
    const BinomialBlock taps4 = IMGMINE_X86(set1_epi16)(1);
    const auto add = [](BinomialBlock a, BinomialBlock b) { return IMGMINE_X86(add_epi16)(a, b); };
    const auto every_other = [&](const std::uint8_t* p) {
        BinomialBlock v[3];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 3; ++k) std::memcpy(&v[k], p + 2 * k, block);
        return add(
            add(IMGMINE_X86(maddubs_epi16)(v[0], taps01), IMGMINE_X86(maddubs_epi16)(v[1], taps23)),
            IMGMINE_X86(maddubs_epi16)(v[2], taps4));
    };
    for (std::size_t i = 0; i < n; i += block) {
        const BinomialBlock even = every_other(in + i), odd = every_other(in + i + 1);
        std::memcpy(out + i, &even, block);
        std::memcpy(out + i + block / 2, &odd, block);
    }
#else
    for (std::size_t i = 0; i < n; ++i)
        out[i] = (std::uint16_t)(in[i] + in[i + 4] + 4 * (in[i + 1] + in[i + 3]) + 6 * in[i + 2]);
#endif
}

/// out[i] = (r0 + 4 r1 + 6 r2 + 4 r3 + r4 + 128) >> 8 of five rows that binomial_row_u8 made.
void binomial_column_u8(const std::uint16_t* const* rows, std::uint8_t* out, std::size_t n) {
#if defined(__x86_64__)
    constexpr std::size_t block = sizeof(BinomialBlock);
    const auto add = [](BinomialBlock a, BinomialBlock b) { return IMGMINE_X86(add_epi16)(a, b); };
    const auto sum = [&](std::size_t at) {
        BinomialBlock v[5];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 5; ++k) std::memcpy(&v[k], rows[k] + at, block);
        const BinomialBlock inner = add(add(v[1], v[3]), v[2]);
        const BinomialBlock outer = add(add(v[0], v[4]), IMGMINE_X86(set1_epi16)(128));
        return add(add(outer, add(v[2], v[2])), IMGMINE_X86(slli_epi16)(inner, 2));
    };
    const BinomialBlock high = IMGMINE_X86(set1_epi16)((short)0xff00);
    for (std::size_t i = 0; i < n; i += block) {
        BinomialBlock even = IMGMINE_X86(srli_epi16)(sum(i), 8), odd = sum(i + block / 2);
        typedef long long Bits __attribute__((vector_size(block)));
        const Bits joined = (Bits)even | ((Bits)odd & (Bits)high);
        if (i + block <= n) {
            std::memcpy(out + i, &joined, block);
        } else {
            std::uint8_t bytes[block];
            std::memcpy(bytes, &joined, block);
            for (std::size_t k = 0; i + k < n; ++k) out[i + k] = bytes[k];
        }
    }
#else
    for (std::size_t i = 0; i < n; ++i)
        out[i] = (std::uint8_t)((rows[0][i] + rows[4][i] + 4 * (rows[1][i] + rows[3][i]) +
                                 6 * rows[2][i] + 128) >>
                                8);
#endif
}

/// out[i] = (sum over k of taps[k] * rows[k][i] + 2^15) >> 16, for taps that sum to 256.
void weighted_sum_u16(const std::uint16_t* const* rows, const std::uint16_t* taps,
                      std::size_t n_taps, std::uint8_t* out, std::size_t n) {
#if defined(__x86_64__)
    // Two rows interleaved meet their two taps in one multiply-add. That is signed: values go in
    // less 2^15, which takes 256 * 2^15 from the sum.
#if defined(__AVX512BW__)
    typedef __m512i V;
    const auto flip = _mm512_set1_epi16(-32768);
    const auto load_row = [&](const std::uint16_t* p) {
        return _mm512_xor_si512(_mm512_loadu_si512(p), flip);
    };
    const auto multiply_add = [](V sum, V rows2, V taps2) {
        return _mm512_dpwssd_epi32(sum, rows2, taps2);
    };
    const auto low = [](V a, V b) { return _mm512_unpacklo_epi16(a, b); };
    const auto high = [](V a, V b) { return _mm512_unpackhi_epi16(a, b); };
    const auto both_taps = [](int pair) { return _mm512_set1_epi32(pair); };
    const auto finish = [](V a, V b) {
        return _mm512_packus_epi32(_mm512_srli_epi32(a, 16), _mm512_srli_epi32(b, 16));
    };
#elif defined(__AVX2__)
    typedef __m256i V;
    const auto flip = _mm256_set1_epi16(-32768);
    const auto load_row = [&](const std::uint16_t* p) {
        return _mm256_xor_si256(_mm256_loadu_si256((const V*)p), flip);
    };
    const auto multiply_add = [](V sum, V rows2, V taps2) {
        return _mm256_add_epi32(sum, _mm256_madd_epi16(rows2, taps2));
    };
    const auto low = [](V a, V b) { return _mm256_unpacklo_epi16(a, b); };
    const auto high = [](V a, V b) { return _mm256_unpackhi_epi16(a, b); };
    const auto both_taps = [](int pair) { return _mm256_set1_epi32(pair); };
    const auto finish = [](V a, V b) {
        return _mm256_packus_epi32(_mm256_srli_epi32(a, 16), _mm256_srli_epi32(b, 16));
    };
#else
    typedef __m128i V;
    const auto flip = _mm_set1_epi16(-32768);
    const auto load_row = [&](const std::uint16_t* p) {
        return _mm_xor_si128(_mm_loadu_si128((const V*)p), flip);
    };
    const auto multiply_add = [](V sum, V rows2, V taps2) {
        return _mm_add_epi32(sum, _mm_madd_epi16(rows2, taps2));
    };
    const auto low = [](V a, V b) { return _mm_unpacklo_epi16(a, b); };
    const auto high = [](V a, V b) { return _mm_unpackhi_epi16(a, b); };
    const auto both_taps = [](int pair) { return _mm_set1_epi32(pair); };
    const auto finish = [](V a, V b) {
        return _mm_packus_epi32(_mm_srli_epi32(a, 16), _mm_srli_epi32(b, 16));
    };
#endif
    constexpr std::size_t unroll = 2;
    const V start = both_taps((256 << 15) + (1 << 15));
    const auto block = [&](std::size_t i) {
        V lows[unroll], highs[unroll];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u) lows[u] = highs[u] = start;
        std::size_t k = 0;
        for (; k + 2 <= n_taps; k += 2) {
            const V taps2 = both_taps(taps[k] | taps[k + 1] << 16);
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < unroll; ++u) {
                const V a = load_row(rows[k] + i + u * native_shorts);
                const V b = load_row(rows[k + 1] + i + u * native_shorts);
                lows[u] = multiply_add(lows[u], low(a, b), taps2);
                highs[u] = multiply_add(highs[u], high(a, b), taps2);
            }
        }
        if (k < n_taps) IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u) {
            const V a = load_row(rows[k] + i + u * native_shorts);
            lows[u] = multiply_add(lows[u], low(a, a), both_taps(taps[k]));
            highs[u] = multiply_add(highs[u], high(a, a), both_taps(taps[k]));
        }
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u)
            store_bytes_of(out + i + u * native_shorts, (NativeShorts)finish(lows[u], highs[u]));
    };
    if (in_blocks<unroll * native_shorts>(n, block)) return;
#endif
    for (std::size_t i = 0; i < n; ++i) {
        std::uint32_t x = 1 << 15;
        for (std::size_t k = 0; k < n_taps; ++k) x += (std::uint32_t)taps[k] * rows[k][i];
        out[i] = (std::uint8_t)(x >> 16);
    }
}

/// out[i] = sum over k of weights[k] * rows[k][i], each step one fused multiply-add, k rising.
///
/// Both passes of a separable filter are this one sum: a horizontal pass hands in the same row
/// shifted by one pixel at a time, a vertical pass hands in neighbouring rows.
void weighted_sum_f32(const float* const* rows, const float* weights, std::size_t n_rows,
                      float* out, std::size_t n) {
    constexpr std::size_t unroll = 4;  // four independent sums hide the latency of an addition
    std::size_t i = 0;
    for (; i + unroll * lanes <= n; i += unroll * lanes) {
        Floats total[unroll];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u) total[u] = broadcast(0.0f);
        for (std::size_t k = 0; k < n_rows; ++k) {
            const Floats weight = broadcast(weights[k]);
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < unroll; ++u)
                total[u] = fma(weight, load(rows[k] + i + u * lanes), total[u]);
        }
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u) store(out + i + u * lanes, total[u]);
    }
    for (; i < n; i += lanes) {
        const std::size_t rest = n - i < lanes ? n - i : lanes;
        Floats total = broadcast(0.0f);
        for (std::size_t k = 0; k < n_rows; ++k)
            total = fma(broadcast(weights[k]),
                        rest == lanes ? load(rows[k] + i) : load_first(rows[k] + i, rest), total);
        if (rest == lanes)
            store(out + i, total);
        else
            store_first(out + i, total, rest);
    }
}

}  // namespace
extern const ConvolveKernels IMGMINE_TABLE(convolve_kernels);
const ConvolveKernels IMGMINE_TABLE(convolve_kernels) = {
    .symmetric_sum_u8 = symmetric_sum_u8,
    .symmetric_sum_narrow_u16 = symmetric_sum_narrow_u16,
    .binomial_row_u8 = binomial_row_u8,
    .binomial_column_u8 = binomial_column_u8,
    .weighted_sum_u16 = weighted_sum_u16,
    .weighted_sum_f32 = weighted_sum_f32,
};

}  // namespace imgmine
