#pragma once

#include "kernels/simd_integers.hpp"

// Lengths of gradients in floats.
namespace imgmine {
namespace {

IMGMINE_INLINE NativeFloats root(NativeFloats v) {
#if defined(__AVX512F__)
    return (NativeFloats)_mm512_sqrt_ps((__m512)v);
#elif defined(__AVX__)
    return (NativeFloats)_mm256_sqrt_ps((__m256)v);
#elif defined(__x86_64__)
    return (NativeFloats)_mm_sqrt_ps((__m128)v);
#else
    return (NativeFloats)vsqrtq_f32((float32x4_t)v);
#endif
}

IMGMINE_INLINE float root(float x) {
    return __builtin_sqrtf(x);
}

IMGMINE_INLINE NativeFloats magnitude(NativeFloats x, NativeFloats y) {
    return root(x * x + y * y);
}
IMGMINE_INLINE float magnitude(float x, float y) {
    return root(x * x + y * y);
}

IMGMINE_INLINE std::uint8_t byte_of(float x) {  // NaN gives 0
    const float clamped = x > 0.0f ? (x < 255.0f ? x : 255.0f) : 0.0f;
    return (std::uint8_t)__builtin_rintf(clamped);
}

}  // namespace
}  // namespace imgmine
