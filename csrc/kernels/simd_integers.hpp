#pragma once

#include "kernels/simd.hpp"

// One register of integers, as wide as the CPU level has it. Arithmetic, shifts and comparisons are
// the operators of GCC's vector extension; integers give the same result at any width.
namespace imgmine {
namespace {

#if defined(__AVX512BW__)
constexpr std::size_t native_size = 64;  // bytes
#elif defined(__AVX2__)
constexpr std::size_t native_size = 32;
#else
constexpr std::size_t native_size = 16;
#endif

constexpr std::size_t native_bytes = native_size;
constexpr std::size_t native_shorts = native_size / 2;
constexpr std::size_t native_ints = native_size / 4;

typedef std::uint8_t NativeBytes __attribute__((vector_size(native_size)));
typedef std::uint16_t NativeShorts __attribute__((vector_size(native_size)));
typedef std::int16_t NativeSignedShorts __attribute__((vector_size(native_size)));
typedef std::int32_t NativeInts __attribute__((vector_size(native_size)));

template <class V>
IMGMINE_INLINE V load_native(const void* p) {
    V v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

template <class V>
IMGMINE_INLINE void store_native(void* p, const V& v) {
    std::memcpy(p, &v, sizeof v);
}

/// native_shorts bytes, widened.
IMGMINE_INLINE NativeShorts load_shorts(const std::uint8_t* p) {
#if defined(__AVX512BW__)
    return (NativeShorts)_mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i*)p));
#elif defined(__AVX2__)
    return (NativeShorts)_mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i*)p));
#elif defined(__x86_64__)
    return (NativeShorts)_mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i*)p));
#else
    return (NativeShorts)vmovl_u8(vld1_u8(p));
#endif
}

IMGMINE_INLINE NativeShorts load_shorts(const std::uint16_t* p) {
    return load_native<NativeShorts>(p);
}

/// native_ints bytes, widened.
IMGMINE_INLINE NativeInts load_ints(const std::uint8_t* p) {
#if defined(__AVX512BW__)
    return (NativeInts)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)p));
#elif defined(__AVX2__)
    return (NativeInts)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)p));
#else
    return NativeInts{p[0], p[1], p[2], p[3]};
#endif
}

/// native_ints signed shorts, widened.
IMGMINE_INLINE NativeInts load_ints(const std::int16_t* p) {
#if defined(__AVX512BW__)
    return (NativeInts)_mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i*)p));
#elif defined(__AVX2__)
    return (NativeInts)_mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i*)p));
#elif defined(__x86_64__)
    return (NativeInts)_mm_cvtepi16_epi32(_mm_loadl_epi64((const __m128i*)p));
#else
    return (NativeInts)vmovl_s16(vld1_s16(p));
#endif
}

IMGMINE_INLINE void store_shorts(std::uint16_t* p, NativeShorts v) {
    store_native(p, v);
}

/// Stores values below 256 as bytes.
IMGMINE_INLINE void store_bytes_of(std::uint8_t* p, NativeShorts v) {
#if defined(__AVX512BW__)
    _mm256_storeu_si256((__m256i*)p, _mm512_cvtepi16_epi8((__m512i)v));
#elif defined(__AVX2__)
    const __m256i packed = _mm256_packus_epi16((__m256i)v, (__m256i)v);
    _mm_storeu_si128((__m128i*)p, _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0xd8)));
#elif defined(__x86_64__)
    _mm_storel_epi64((__m128i*)p, _mm_packus_epi16((__m128i)v, (__m128i)v));
#else
    vst1_u8(p, vmovn_u16((uint16x8_t)v));
#endif
}

/// Stores signed shorts as bytes, those outside 0..255 as the nearer end.
IMGMINE_INLINE void store_bytes_saturated(std::uint8_t* p, NativeSignedShorts v) {
#if defined(__AVX512BW__)
    const __m512i at_least_0 = _mm512_max_epi16((__m512i)v, _mm512_setzero_si512());
    _mm256_storeu_si256((__m256i*)p, _mm512_cvtusepi16_epi8(at_least_0));
#elif defined(__x86_64__)
    store_bytes_of(p, (NativeShorts)v);
#else
    vst1_u8(p, vqmovun_s16((int16x8_t)v));
#endif
}

/// Sixteen bytes as floats.
IMGMINE_INLINE Floats load_floats(const std::uint8_t* p) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i, p += native_lanes) {
#if defined(__AVX512F__)
        v.part[i] = (NativeFloats)_mm512_cvtepi32_ps((__m512i)load_ints(p));
#elif defined(__AVX2__)
        v.part[i] = (NativeFloats)_mm256_cvtepi32_ps((__m256i)load_ints(p));
#elif defined(__x86_64__)
        int four;
        std::memcpy(&four, p, 4);
        v.part[i] = (NativeFloats)_mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(four)));
#else
        v.part[i] = NativeFloats{(float)p[0], (float)p[1], (float)p[2], (float)p[3]};
#endif
    }
    return v;
}

IMGMINE_INLINE Floats load_floats(const float* p) {
    return load(p);
}

/// Stores sixteen finite floats as bytes: rounded to nearest, ties to even; those outside 0..255 as
/// the nearer end.
IMGMINE_INLINE void store_bytes_rounded(std::uint8_t* p, const Floats& v) {
    Floats x;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        x.part[i] = min(max(v.part[i], NativeFloats{}), 255.0f - NativeFloats{});
#if defined(__AVX512F__)
    _mm_storeu_si128((__m128i*)p, _mm512_cvtepi32_epi8(_mm512_cvtps_epi32((__m512)x.part[0])));
#elif defined(__AVX2__)
    const __m256i a = _mm256_cvtps_epi32((__m256)x.part[0]);
    const __m256i b = _mm256_cvtps_epi32((__m256)x.part[1]);
    const __m256i shorts = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xd8);
    _mm_storeu_si128((__m128i*)p, _mm_packus_epi16(_mm256_castsi256_si128(shorts),
                                                   _mm256_extracti128_si256(shorts, 1)));
#elif defined(__x86_64__)
    const __m128i low =
        _mm_packs_epi32(_mm_cvtps_epi32((__m128)x.part[0]), _mm_cvtps_epi32((__m128)x.part[1]));
    const __m128i high =
        _mm_packs_epi32(_mm_cvtps_epi32((__m128)x.part[2]), _mm_cvtps_epi32((__m128)x.part[3]));
    _mm_storeu_si128((__m128i*)p, _mm_packus_epi16(low, high));
#else
    uint16x4_t shorts[parts];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        shorts[i] = vmovn_u32(vreinterpretq_u32_s32(vcvtnq_s32_f32((float32x4_t)x.part[i])));
    vst1q_u8(p, vcombine_u8(vmovn_u16(vcombine_u16(shorts[0], shorts[1])),
                            vmovn_u16(vcombine_u16(shorts[2], shorts[3]))));
#endif
}

}  // namespace
}  // namespace imgmine
