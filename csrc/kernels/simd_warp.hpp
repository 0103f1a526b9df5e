#pragma once

#include "kernels/simd.hpp"
#include "kernels/warp.hpp"
#include "kernels/warp_pixel.hpp"

// Registers of points and of taps, for the levels that can gather; a loop over blocks of 16 pixels
// for all.
namespace imgmine {
namespace {

#if defined(__AVX2__)
#define IMGMINE_GATHERS 1
#if defined(__AVX512BW__)
#define IMGMINE_WIDE(name) _mm512_##name
#define IMGMINE_WIDE_SI(name) _mm512_##name##_si512
typedef __m512i Wide;
#else
#define IMGMINE_WIDE(name) _mm256_##name
#define IMGMINE_WIDE_SI(name) _mm256_##name##_si256
typedef __m256i Wide;
#endif
constexpr std::size_t wide_ints = sizeof(Wide) / 4;
constexpr std::size_t quads = sizeof(Wide) / 16;  // parts of four ints

IMGMINE_INLINE Wide load_wide(const void* p) {
    Wide v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

IMGMINE_INLINE void store_wide(void* p, Wide v) {
    std::memcpy(p, &v, sizeof v);
}

IMGMINE_INLINE Wide wide(int x) {
    return IMGMINE_WIDE(set1_epi32)(x);
}

/// 32 bits at each offset, in units of `scale` bytes. Into zeros: a gather waits for what its
/// target held before.
template <int scale>
IMGMINE_INLINE Wide gather(const void* base, Wide offsets) {
#if defined(__AVX512BW__)
    return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), 0xffff, offsets, base, scale);
#else
    return _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), (const int*)base, offsets,
                                       _mm256_set1_epi32(-1), scale);
#endif
}

/// v[from[i]] for each i.
IMGMINE_INLINE Wide permute(Wide v, Wide from) {
#if defined(__AVX512BW__)
    return _mm512_permutexvar_epi32(from, v);
#else
    return _mm256_permutevar8x32_epi32(v, from);
#endif
}

/// The same 16 bytes in every quad.
IMGMINE_INLINE Wide repeat(__m128i v) {
#if defined(__AVX512BW__)
    return _mm512_broadcast_i32x4(v);
#else
    return _mm256_broadcastsi128_si256(v);
#endif
}

/// start in all of the first quad, start + step in the second, ...: which pixels' weights a
/// register of pixels of 4 channels needs.
IMGMINE_INLINE Wide one_to_a_quad(int start, int step) {
    alignas(64) int numbers[wide_ints];
    for (int i = 0; i < (int)wide_ints; ++i) numbers[i] = start + i / 4 * step;
    return load_wide(numbers);
}

/// load(i) for each quad i, side by side.
template <class Load>
IMGMINE_INLINE Wide quads_of(const Load& load_quad) {
#if defined(__AVX512BW__)
    const __m256i low =
        _mm256_inserti128_si256(_mm256_castsi128_si256(load_quad(0)), load_quad(1), 1);
    const __m256i high =
        _mm256_inserti128_si256(_mm256_castsi128_si256(load_quad(2)), load_quad(3), 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
#else
    return _mm256_inserti128_si256(_mm256_castsi128_si256(load_quad(0)), load_quad(1), 1);
#endif
}

IMGMINE_INLINE __m128i load16(const void* p) {
    return _mm_loadu_si128((const __m128i*)p);
}

/// Offsets of the first of the taps, of 16 pixels, in values; 0 for those that `outside` names.
IMGMINE_INLINE void tap_offsets(std::ptrdiff_t row_stride, std::int32_t channels,
                                const WarpPoints& at, std::size_t i, unsigned outside,
                                std::int32_t first_tap, Wide* offsets) {
    const Wide stride = wide((int)row_stride), width = wide(channels), first = wide(first_tap);
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
        const Wide x = load_wide(at.x + i + u * wide_ints), y = load_wide(at.y + i + u * wide_ints);
        const Wide offset = IMGMINE_WIDE(add_epi32)(
            IMGMINE_WIDE(add_epi32)(IMGMINE_WIDE(mullo_epi32)(y, stride), first),
            channels == 1 ? x : IMGMINE_WIDE(mullo_epi32)(x, width));
#if defined(__AVX512BW__)
        offsets[u] = _mm512_maskz_mov_epi32((__mmask16)~outside, offset);
#else
        const Wide bits = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const Wide inside = _mm256_cmpeq_epi32(
            _mm256_and_si256(wide((int)(outside >> (8 * u))), bits), _mm256_setzero_si256());
        offsets[u] = _mm256_and_si256(inside, offset);
#endif
    }
}
#endif

/// A bit for each of the 16 points from i on: set unless its taps may be read without looking.
template <class T>
IMGMINE_INLINE unsigned outside_of(const WarpImage<T>& image, const WarpPoints& at, std::size_t i) {
#if defined(__AVX512F__)
    const Wide x = _mm512_sub_epi32(load_wide(at.x + i), wide(image.first_x));
    const Wide y = _mm512_sub_epi32(load_wide(at.y + i), wide(image.first_y));
    return _mm512_cmpge_epu32_mask(x, wide((int)image.n_x)) |
           _mm512_cmpge_epu32_mask(y, wide((int)image.n_y));
#else
    unsigned outside = 0;
    for (unsigned k = 0; k < lanes; ++k) {
        const bool inside = (std::uint32_t)(at.x[i + k] - image.first_x) < image.n_x &&
                            (std::uint32_t)(at.y[i + k] - image.first_y) < image.n_y;
        outside |= (unsigned)!inside << k;
    }
    return outside;
#endif
}

/// Calls body(i, outside, to) for each block of 16 pixels with any inside; `to` has room for 16
/// bytes more than they take.
template <class T, class Body>
IMGMINE_INLINE void each_block(const WarpImage<T>& image, const WarpPoints& at, std::size_t n,
                               T* out, std::uint16_t* outside, std::size_t channels,
                               const Body& body) {
    for (std::size_t i = 0; i < n; i += lanes) {
        const unsigned left_out = outside_of(image, at, i);
        outside[i / lanes] = (std::uint16_t)left_out;
        if (left_out == 0xffff) continue;
        // Bodies may write a little too much: over the next block, but not past the last.
        if (i + 2 * lanes <= n) {
            body(i, left_out, out + i * channels);
        } else {
            const std::size_t rest = n - i < lanes ? n - i : lanes;
            alignas(64) T pixels[lanes * 4 + 16 / sizeof(T)];
            body(i, left_out, pixels);
            std::memcpy(out + i * channels, pixels, rest * channels * sizeof(T));
        }
    }
}

/// The same by one pixel at a time: body(x, y, fx, fy, to).
template <class T, class Body>
IMGMINE_INLINE void each_pixel(const WarpImage<T>& image, const WarpPoints& at, std::size_t n,
                               T* out, std::uint16_t* outside, const Body& body) {
    for (std::size_t i = 0; i < n; i += lanes) {
        const unsigned left_out = outside_of(image, at, i);
        outside[i / lanes] = (std::uint16_t)left_out;
        for (std::size_t k = 0; k < lanes && i + k < n; ++k)
            if (!(left_out >> k & 1))
                body(image.data + at.y[i + k] * image.row_stride +
                         (std::ptrdiff_t)at.x[i + k] * image.channels,
                     at.fx[i + k], at.fy[i + k], out + (i + k) * (std::size_t)image.channels);
    }
}

}  // namespace
}  // namespace imgmine
