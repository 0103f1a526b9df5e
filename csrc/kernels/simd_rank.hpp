#pragma once

#include "kernels/simd_integers.hpp"

// Lower and higher of two registers, value by value: one instruction each. GCC 12 makes a
// comparison and a blend of the same written with operators.
namespace imgmine {
namespace {

#if defined(__AVX512BW__)
IMGMINE_INLINE NativeBytes lower(NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm512_min_epu8((__m512i)a, (__m512i)b);
}
IMGMINE_INLINE NativeBytes higher(NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm512_max_epu8((__m512i)a, (__m512i)b);
}
IMGMINE_INLINE NativeInts lower(NativeInts a, NativeInts b) {
    return (NativeInts)_mm512_min_epi32((__m512i)a, (__m512i)b);
}
IMGMINE_INLINE NativeInts higher(NativeInts a, NativeInts b) {
    return (NativeInts)_mm512_max_epi32((__m512i)a, (__m512i)b);
}
#elif defined(__AVX2__)
IMGMINE_INLINE NativeBytes lower(NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm256_min_epu8((__m256i)a, (__m256i)b);
}
IMGMINE_INLINE NativeBytes higher(NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm256_max_epu8((__m256i)a, (__m256i)b);
}
IMGMINE_INLINE NativeInts lower(NativeInts a, NativeInts b) {
    return (NativeInts)_mm256_min_epi32((__m256i)a, (__m256i)b);
}
IMGMINE_INLINE NativeInts higher(NativeInts a, NativeInts b) {
    return (NativeInts)_mm256_max_epi32((__m256i)a, (__m256i)b);
}
#elif defined(__x86_64__)
IMGMINE_INLINE NativeBytes lower(NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm_min_epu8((__m128i)a, (__m128i)b);
}
IMGMINE_INLINE NativeBytes higher(NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm_max_epu8((__m128i)a, (__m128i)b);
}
IMGMINE_INLINE NativeInts lower(NativeInts a, NativeInts b) {
    return (NativeInts)_mm_min_epi32((__m128i)a, (__m128i)b);
}
IMGMINE_INLINE NativeInts higher(NativeInts a, NativeInts b) {
    return (NativeInts)_mm_max_epi32((__m128i)a, (__m128i)b);
}
#else
IMGMINE_INLINE NativeBytes lower(NativeBytes a, NativeBytes b) {
    return (NativeBytes)vminq_u8((uint8x16_t)a, (uint8x16_t)b);
}
IMGMINE_INLINE NativeBytes higher(NativeBytes a, NativeBytes b) {
    return (NativeBytes)vmaxq_u8((uint8x16_t)a, (uint8x16_t)b);
}
IMGMINE_INLINE NativeInts lower(NativeInts a, NativeInts b) {
    return (NativeInts)vminq_s32((int32x4_t)a, (int32x4_t)b);
}
IMGMINE_INLINE NativeInts higher(NativeInts a, NativeInts b) {
    return (NativeInts)vmaxq_s32((int32x4_t)a, (int32x4_t)b);
}
#endif

/// The register that holds values of T.
template <class T>
struct RegisterOf;
template <>
struct RegisterOf<std::uint8_t> {
    typedef NativeBytes type;
};
template <>
struct RegisterOf<std::int32_t> {
    typedef NativeInts type;
};

template <class V>
IMGMINE_INLINE void compare_exchange(V& a, V& b) {
    const V low = lower(a, b);
    b = higher(a, b);
    a = low;
}

}  // namespace
}  // namespace imgmine
