#pragma once

#include "kernels/simd.hpp"

// Where stores go: registers that cross lines of the cache cost twice as much to store, and what
// does not fit into the caches is not worth bringing there.
namespace imgmine {
namespace {

/// How many pixels of three values are to be written from `p` on, before one begins on the boundary
/// of a register of `n` values, n a power of 2: always less than n.
template <class T>
IMGMINE_INLINE std::size_t pixels_to_boundary(const T* p, std::size_t n) {
    // 43 * 3 = 2 * 64 + 1: 43 is the inverse of 3, modulo any power of 2 up to 64.
    return (0 - (std::uintptr_t)p) / sizeof(T) * 43 % n;
}

/// Stores one register, past the caches where it `streams`: `p` is on its boundary then.
template <bool streams>
IMGMINE_INLINE void store_register(float* p, NativeFloats v) {
#if defined(__AVX512F__)
    if constexpr (streams) return _mm512_stream_ps(p, (__m512)v);
#elif defined(__AVX__)
    if constexpr (streams) return _mm256_stream_ps(p, (__m256)v);
#elif defined(__x86_64__)
    if constexpr (streams) return _mm_stream_ps(p, (__m128)v);
#endif
    std::memcpy(p, &v, sizeof v);
}

/// After stores past the caches, before any other thread may look.
IMGMINE_INLINE void end_of_stream() {
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

}  // namespace
}  // namespace imgmine
