#pragma once

#include "kernels/simd_warp.hpp"

// uint8 pixels: weights of 14 bits, sums across kept to 15 bits, exact integers at every level.
namespace imgmine {
namespace {

typedef std::uint8_t u8;

template <class Pixel>
IMGMINE_INLINE void scalar(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                           std::uint16_t* outside, const Pixel& pixel) {
    each_pixel(image, at, n, out, outside,
               [&](const u8* p, std::uint32_t fx, std::uint32_t fy, u8* to) {
                   for (std::int32_t c = 0; c < image.channels; ++c)
                       to[c] = pixel(fx, fy, [&](int row, int column) -> std::int32_t {
                           return p[c + row * image.row_stride + column * image.channels];
                       });
               });
}

#if defined(IMGMINE_GATHERS)

IMGMINE_INLINE Wide shuffle(Wide v, Wide from) {
    return IMGMINE_WIDE(shuffle_epi8)(v, from);
}
IMGMINE_INLINE Wide multiply_add(Wide a, Wide b) {
    return IMGMINE_WIDE(madd_epi16)(a, b);
}
IMGMINE_INLINE Wide add(Wide a, Wide b) {
    return IMGMINE_WIDE(add_epi32)(a, b);
}
IMGMINE_INLINE Wide sub(Wide a, Wide b) {
    return IMGMINE_WIDE(sub_epi32)(a, b);
}
template <int bits>
IMGMINE_INLINE Wide right(Wide a) {
    return IMGMINE_WIDE(srai_epi32)(a, bits);
}
template <int bits>
IMGMINE_INLINE Wide left(Wide a) {
    return IMGMINE_WIDE(slli_epi32)(a, bits);
}

/// The low halves of the ints of a, and of b above them.
IMGMINE_INLINE Wide pair(Wide a, Wide b) {
#if defined(__AVX512BW__)
    return _mm512_mask_blend_epi16(0xaaaaaaaau, a, left<16>(b));
#else
    return _mm256_blend_epi16(a, left<16>(b), 0xaa);
#endif
}

/// Whole numbers below 256 as bytes.
IMGMINE_INLINE void store_gray(u8* to, Wide v) {
#if defined(__AVX512BW__)
    _mm_storeu_si128((__m128i*)to, _mm512_cvtepi32_epi8(v));
#else
    const __m128i shorts =
        _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    _mm_storel_epi64((__m128i*)to, _mm_packus_epi16(shorts, shorts));
#endif
}

/// Four registers of ints, register k holding pixels k, 4 + k, ... of 4 channels, as bytes of
/// pixels of 3 or 4 channels.
template <int channels>
IMGMINE_INLINE void store_colors(u8* to, const Wide* v) {
    Wide bytes = IMGMINE_WIDE(packus_epi16)(IMGMINE_WIDE(packs_epi32)(v[0], v[1]),
                                            IMGMINE_WIDE(packs_epi32)(v[2], v[3]));
    if (channels == 4) return store_wide(to, bytes);
    const Wide squeeze =
        repeat(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    bytes = shuffle(bytes, squeeze);
#if defined(__AVX512BW__)
    const Wide close = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    store_wide(to, permute(bytes, close));
#else
    _mm_storeu_si128((__m128i*)to, _mm256_castsi256_si128(bytes));
    _mm_storeu_si128((__m128i*)(to + 12), _mm256_extracti128_si256(bytes, 1));
#endif
}

#endif

}  // namespace
}  // namespace imgmine
