#include "kernels/codes.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE NativeInts add_products(NativeInts total, NativeSignedShorts a,
                                       NativeSignedShorts b) {
#if defined(__AVX512VNNI__)
    return (NativeInts)_mm512_dpwssd_epi32((__m512i)total, (__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return total + (NativeInts)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return total + (NativeInts)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    const int32x4_t low =
        vmlal_s16((int32x4_t)total, vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
    return (NativeInts)vmlal_high_s16(low, (int16x8_t)a, (int16x8_t)b);
#endif
}

/// out[i] = the sum of total[i], of four totals.
IMGMINE_INLINE void store_sums(const NativeInts* total, std::int32_t* out) {
#if defined(__AVX512F__)
    const __m512i* t = (const __m512i*)total;
    const __m512i ab =
        _mm512_add_epi32(_mm512_unpacklo_epi32(t[0], t[1]), _mm512_unpackhi_epi32(t[0], t[1]));
    const __m512i cd =
        _mm512_add_epi32(_mm512_unpacklo_epi32(t[2], t[3]), _mm512_unpackhi_epi32(t[2], t[3]));
    const __m512i abcd =
        _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    const __m256i half =
        _mm256_add_epi32(_mm512_castsi512_si256(abcd), _mm512_extracti64x4_epi64(abcd, 1));
    _mm_storeu_si128((__m128i*)out, _mm_add_epi32(_mm256_castsi256_si128(half),
                                                  _mm256_extracti128_si256(half, 1)));
#elif defined(__AVX2__)
    const __m256i* t = (const __m256i*)total;
    const __m256i abcd =
        _mm256_hadd_epi32(_mm256_hadd_epi32(t[0], t[1]), _mm256_hadd_epi32(t[2], t[3]));
    _mm_storeu_si128((__m128i*)out, _mm_add_epi32(_mm256_castsi256_si128(abcd),
                                                  _mm256_extracti128_si256(abcd, 1)));
#elif defined(__x86_64__)
    const __m128i* t = (const __m128i*)total;
    _mm_storeu_si128((__m128i*)out,
                     _mm_hadd_epi32(_mm_hadd_epi32(t[0], t[1]), _mm_hadd_epi32(t[2], t[3])));
#else
    for (int i = 0; i < 4; ++i) out[i] = vaddvq_s32((int32x4_t)total[i]);
#endif
}

struct SquaredDifference {
    static IMGMINE_INLINE NativeInts add(NativeSignedShorts query, NativeSignedShorts code,
                                         NativeInts total) {
        const NativeSignedShorts d = query - code;
        return add_products(total, d, d);
    }
};
struct NegativeProduct {
    static IMGMINE_INLINE NativeInts add(NativeSignedShorts query, NativeSignedShorts code,
                                         NativeInts total) {
        return add_products(total, query, code);
    }
};

/// Four rows at a time: their sums hide each other's latency and are folded together.
template <class Step>
IMGMINE_INLINE void compare_four(const std::int16_t* query, const std::uint8_t* const* rows,
                                 std::size_t size, std::int32_t* out) {
    NativeInts total[4] = {};
    for (std::size_t k = 0; k < size; k += native_shorts) {
        const auto q = load_native<NativeSignedShorts>(query + k);
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < 4; ++i)
            total[i] = Step::add(q, (NativeSignedShorts)load_shorts(rows[i] + k), total[i]);
    }
    store_sums(total, out);
}

template <class Step>
IMGMINE_INLINE void compare(const std::int16_t* query, const std::uint8_t* codes,
                            std::size_t stride, const std::int32_t* rows, std::size_t n,
                            std::int32_t* out) {
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        const std::uint8_t* four[4];
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < 4; ++j) four[j] = codes + (std::size_t)rows[i + j] * stride;
        compare_four<Step>(query, four, stride, out + i);
    }
    if (i == n) return;
    const std::uint8_t* few[4];
    for (std::size_t j = 0; j < 4; ++j)
        few[j] = codes + (std::size_t)rows[i + j < n ? i + j : i] * stride;
    std::int32_t sums[4];
    compare_four<Step>(query, few, stride, sums);
    for (std::size_t j = 0; i + j < n; ++j) out[i + j] = sums[j];
}

/// Sums of (query - code)².
void squared_l2s(const std::int16_t* query, const std::uint8_t* codes, std::size_t stride,
                 const std::int32_t* rows, std::size_t n, std::int32_t* out) {
    compare<SquaredDifference>(query, codes, stride, rows, n, out);
}

/// Sums of query * code, negated.
void negative_dots(const std::int16_t* query, const std::uint8_t* codes, std::size_t stride,
                   const std::int32_t* rows, std::size_t n, std::int32_t* out) {
    compare<NegativeProduct>(query, codes, stride, rows, n, out);
    for (std::size_t i = 0; i < n; ++i) out[i] = -out[i];
}

/// out = offsets + scale * codes.
void decode(const std::uint8_t* codes, const float* offsets, float scale, std::size_t n,
            float* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = offsets[i] + scale * (float)codes[i];
}

}  // namespace
extern const CodeKernels IMGMINE_TABLE(code_kernels);
const CodeKernels IMGMINE_TABLE(code_kernels) = {
    .squared_l2s = squared_l2s,
    .negative_dots = negative_dots,
    .decode = decode,
};

}  // namespace imgmine
