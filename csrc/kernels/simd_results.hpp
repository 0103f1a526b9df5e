#pragma once

#include "kernels/simd_integers.hpp"

// One register of 32-bit sums, written as bytes, shorts or floats.
namespace imgmine {
namespace {

IMGMINE_INLINE NativeFloats to_floats(NativeInts v) {
#if defined(__AVX512BW__)
    return (NativeFloats)_mm512_cvtepi32_ps((__m512i)v);
#elif defined(__AVX2__)
    return (NativeFloats)_mm256_cvtepi32_ps((__m256i)v);
#elif defined(__x86_64__)
    return (NativeFloats)_mm_cvtepi32_ps((__m128i)v);
#else
    return (NativeFloats)vcvtq_f32_s32((int32x4_t)v);
#endif
}

/// Rounded to nearest, ties to even; beyond a million, the nearer of these ends.
IMGMINE_INLINE NativeInts to_ints(NativeFloats v) {
    const NativeFloats end = 1e6f - NativeFloats{};
    v = min(max(v, -end), end);
#if defined(__AVX512BW__)
    return (NativeInts)_mm512_cvtps_epi32((__m512)v);
#elif defined(__AVX2__)
    return (NativeInts)_mm256_cvtps_epi32((__m256)v);
#elif defined(__x86_64__)
    return (NativeInts)_mm_cvtps_epi32((__m128)v);
#else
    return (NativeInts)vcvtnq_s32_f32((float32x4_t)v);
#endif
}

/// Values beyond 0..255 become the nearer end.
IMGMINE_INLINE void store_saturated(std::uint8_t* p, NativeInts v) {
#if defined(__AVX512BW__)
    const __m512i at_least_0 = _mm512_max_epi32((__m512i)v, _mm512_setzero_si512());
    _mm_storeu_si128((__m128i*)p, _mm512_cvtusepi32_epi8(at_least_0));
#elif defined(__AVX2__)
    const __m128i shorts = _mm_packs_epi32(_mm256_castsi256_si128((__m256i)v),
                                           _mm256_extracti128_si256((__m256i)v, 1));
    _mm_storel_epi64((__m128i*)p, _mm_packus_epi16(shorts, shorts));
#elif defined(__x86_64__)
    const __m128i shorts = _mm_packs_epi32((__m128i)v, (__m128i)v);
    const int four = _mm_cvtsi128_si32(_mm_packus_epi16(shorts, shorts));
    std::memcpy(p, &four, sizeof four);
#else
    const int16x4_t shorts = vqmovn_s32((int32x4_t)v);
    const uint8x8_t bytes = vqmovun_s16(vcombine_s16(shorts, shorts));
    std::memcpy(p, &bytes, native_ints);
#endif
}

/// Values beyond 16 bits become the nearer end.
IMGMINE_INLINE void store_saturated(std::int16_t* p, NativeInts v) {
#if defined(__AVX512BW__)
    _mm256_storeu_si256((__m256i*)p, _mm512_cvtsepi32_epi16((__m512i)v));
#elif defined(__AVX2__)
    _mm_storeu_si128((__m128i*)p, _mm_packs_epi32(_mm256_castsi256_si128((__m256i)v),
                                                  _mm256_extracti128_si256((__m256i)v, 1)));
#elif defined(__x86_64__)
    _mm_storel_epi64((__m128i*)p, _mm_packs_epi32((__m128i)v, (__m128i)v));
#else
    vst1_s16(p, vqmovn_s32((int32x4_t)v));
#endif
}

}  // namespace
}  // namespace imgmine
