#pragma once

#include <cstdint>

#include "kernels/simd_integers.hpp"

// Comparisons of bytes as bits, and where those are set.
namespace imgmine {
namespace {

/// A bit for each byte that has its highest one set, the first byte's lowest.
IMGMINE_INLINE std::uint64_t top_bits(NativeBytes v) {
#if defined(__AVX512BW__)
    return _mm512_movepi8_mask((__m512i)v);
#elif defined(__AVX2__)
    return (std::uint32_t)_mm256_movemask_epi8((__m256i)v);
#elif defined(__x86_64__)
    return (std::uint32_t)_mm_movemask_epi8((__m128i)v);
#else
    std::uint64_t bits = 0;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < native_bytes; ++i) bits |= (std::uint64_t)(v[i] >> 7) << i;
    return bits;
#endif
}

/// Appends x plus the number of each bit that is set to `out`, which has room for 64 more than
/// that, and returns how many there are.
IMGMINE_INLINE std::size_t append_set(std::uint64_t bits, std::size_t x, std::uint16_t* out) {
    std::size_t n = 0;
#if defined(__AVX512VBMI2__)
    for (; bits; bits >>= 32, x += 32) {
        alignas(64) static constexpr std::uint16_t numbers[32] = {
            0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
            16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
        const __m512i at =
            _mm512_add_epi16(_mm512_load_si512(numbers), _mm512_set1_epi16((short)x));
        _mm512_storeu_si512(out + n, _mm512_maskz_compress_epi16((__mmask32)bits, at));
        n += (std::size_t)__builtin_popcount((std::uint32_t)bits);
    }
#else
    for (; bits; bits &= bits - 1)
        out[n++] = (std::uint16_t)(x + (std::size_t)__builtin_ctzll(bits));
#endif
    return n;
}

}  // namespace
}  // namespace imgmine
