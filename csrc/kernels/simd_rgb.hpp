#pragma once

#include "kernels/simd_integers.hpp"

// Sixteen interleaved three-channel pixels as one vector of floats a channel, and back.
namespace imgmine {
namespace {

struct Rgb {
    Floats r, g, b;
};

template <class T>
IMGMINE_INLINE Rgb load_rgb(const T* p) {
    float channel[3][lanes];
    for (std::size_t i = 0; i < lanes; ++i)
        for (std::size_t c = 0; c < 3; ++c) channel[c][i] = (float)p[3 * i + c];
    return {load(channel[0]), load(channel[1]), load(channel[2])};
}

IMGMINE_INLINE void store_rgb(float* p, const Rgb& v) {
    float channel[3][lanes];
    store(channel[0], v.r);
    store(channel[1], v.g);
    store(channel[2], v.b);
    for (std::size_t i = 0; i < lanes; ++i)
        for (std::size_t c = 0; c < 3; ++c) p[3 * i + c] = channel[c][i];
}

#if defined(__AVX512VBMI__)
IMGMINE_INLINE Rgb load_rgb(const std::uint8_t* p) {
    const __m512i bytes = _mm512_maskz_loadu_epi8((1ull << 48) - 1, p);
    const auto channel = [bytes](int c) {
        const __m512i step =
            _mm512_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 39, 42, 45);
        const __m512i order = _mm512_add_epi32(step, _mm512_set1_epi32(c));
        const __m512i ints = _mm512_maskz_permutexvar_epi8(0x1111111111111111u, order, bytes);
        return Floats{{(NativeFloats)_mm512_cvtepi32_ps(ints)}};
    };
    return {channel(0), channel(1), channel(2)};
}

/// Rounded to nearest, ties to even; those outside 0..255 as the nearer end.
IMGMINE_INLINE void store_rgb(std::uint8_t* p, const Rgb& v) {
    const auto bytes = [](const Floats& x) {
        const __m512 low = _mm512_max_ps((__m512)x.part[0], _mm512_setzero_ps());
        return _mm512_cvtps_epi32(_mm512_min_ps(low, _mm512_set1_ps(255)));
    };
    const __m512i pixels = _mm512_or_si512(
        bytes(v.r),
        _mm512_or_si512(_mm512_slli_epi32(bytes(v.g), 8), _mm512_slli_epi32(bytes(v.b), 16)));
    // Byte 3 of each integer is left out.
    const __m512i packed = _mm512_maskz_compress_epi8(0x7777777777777777u, pixels);
    _mm512_mask_storeu_epi8(p, (1ull << 48) - 1, packed);
}
#else
IMGMINE_INLINE void store_rgb(std::uint8_t* p, const Rgb& v) {
    std::uint8_t channel[3][lanes];
    store_bytes_rounded(channel[0], v.r);
    store_bytes_rounded(channel[1], v.g);
    store_bytes_rounded(channel[2], v.b);
    for (std::size_t i = 0; i < lanes; ++i)
        for (std::size_t c = 0; c < 3; ++c) p[3 * i + c] = channel[c][i];
}
#endif

}  // namespace
}  // namespace imgmine
