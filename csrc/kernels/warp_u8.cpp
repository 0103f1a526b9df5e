#include "kernels/simd_warp_u8.hpp"

namespace imgmine {
namespace {

#if defined(IMGMINE_GATHERS)

/// Pairs (1 - f, f) in units of 2^-14.
IMGMINE_INLINE Wide linear_pair(const std::uint32_t* f) {
    const Wide x = IMGMINE_WIDE(srli_epi32)(load_wide(f), 18);
    return add(sub(left<16>(x), x), wide(16384));
}

/// Two rows of taps, each as pairs of shorts, to whole results.
IMGMINE_INLINE Wide linear_sum(Wide row0, Wide row1, Wide wx, Wide wy) {
    const Wide across = pair(right<7>(multiply_add(row0, wx)), right<7>(multiply_add(row1, wx)));
    return right<21>(add(multiply_add(across, wy), wide((1 << 20) + (1 << 13))));
}

void linear_gray(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                 std::uint16_t* outside) {
    const Wide spread =
        repeat(_mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1));
    each_block(image, at, n, out, outside, 1, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide offsets[lanes / wide_ints];
        tap_offsets(image.row_stride, 1, at, i, left_out, 0, offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const std::size_t k = u * wide_ints;
            const Wide row0 = gather<1>(image.data, offsets[u]);
            const Wide row1 = gather<1>(image.data + image.row_stride, offsets[u]);
            store_gray(to + k, linear_sum(shuffle(row0, spread), shuffle(row1, spread),
                                          linear_pair(at.fx + i + k), linear_pair(at.fy + i + k)));
        }
    });
}

template <int channels>
void linear_colors(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                   std::uint16_t* outside) {
    constexpr char c = channels, d = channels == 4 ? 3 : -1, e = channels == 4 ? 7 : -1;
    const Wide spread0 =
        repeat(_mm_setr_epi8(0, -1, c, -1, 1, -1, c + 1, -1, 2, -1, c + 2, -1, d, -1, e, -1));
    constexpr char d1 = channels == 4 ? 11 : -1, e1 = channels == 4 ? 15 : -1;
    const Wide spread1 = repeat(
        _mm_setr_epi8(8, -1, c + 8, -1, 9, -1, c + 9, -1, 10, -1, c + 10, -1, d1, -1, e1, -1));
    const std::ptrdiff_t stride = image.row_stride;
    each_block(image, at, n, out, outside, channels, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide points[lanes / wide_ints];
        tap_offsets(stride, channels, at, i, left_out, 0, points);
        alignas(64) std::int32_t offsets[lanes];
        std::memcpy(offsets, points, sizeof offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const Wide wx = linear_pair(at.fx + i + u * wide_ints);
            const Wide wy = linear_pair(at.fy + i + u * wide_ints);
            Wide sums[4];
            IMGMINE_UNROLL
            for (int k = 0; k < 4; ++k) {
                const Wide taps = quads_of([&](std::size_t quad) {
                    const u8* p = image.data + offsets[u * wide_ints + quad * 4 + (std::size_t)k];
                    return (__m128i)_mm_loadh_pd((__m128d)_mm_loadl_epi64((const __m128i*)p),
                                                 (const double*)(p + stride));
                });
                const Wide from = one_to_a_quad(k, 4);
                sums[k] = linear_sum(shuffle(taps, spread0), shuffle(taps, spread1),
                                     permute(wx, from), permute(wy, from));
            }
            store_colors<channels>(to + u * wide_ints * channels, sums);
        }
    });
}

/// Gray and RGB: 32 bits from each pixel on.
template <int channels>
void nearest_gathered(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                      std::uint16_t* outside) {
    each_block(image, at, n, out, outside, channels, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide offsets[lanes / wide_ints];
        tap_offsets(image.row_stride, channels, at, i, left_out, 0, offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const Wide pixels = gather<1>(image.data, offsets[u]);
            if (channels == 1) {
                store_gray(to + u * wide_ints, IMGMINE_WIDE_SI (and)(pixels, wide(255)));
            } else if (channels == 4) {
                store_wide(to + u * wide_ints * 4, pixels);
            } else {
                const __m128i squeeze =
                    _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
                const Wide close = shuffle(pixels, repeat(squeeze));
#if defined(__AVX512BW__)
                store_wide(to, permute(close, _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13,
                                                                14, 0, 0, 0, 0)));
#else
                u8* const at8 = to + u * 24;
                _mm_storeu_si128((__m128i*)at8, _mm256_castsi256_si128(close));
                _mm_storeu_si128((__m128i*)(at8 + 12), _mm256_extracti128_si256(close, 1));
#endif
            }
        }
    });
}

#endif

void nearest(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
             std::uint16_t* outside) {
#if defined(IMGMINE_GATHERS)
    switch (image.channels) {
        case 1:
            return nearest_gathered<1>(image, at, n, out, outside);
        case 3:
            return nearest_gathered<3>(image, at, n, out, outside);
        case 4:
            return nearest_gathered<4>(image, at, n, out, outside);
        default:
            break;
    }
#endif
    scalar(image, at, n, out, outside,
           [](std::uint32_t, std::uint32_t, const auto& tap) { return (u8)tap(0, 0); });
}

void linear(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
            std::uint16_t* outside) {
#if defined(IMGMINE_GATHERS)
    switch (image.channels) {
        case 1:
            return linear_gray(image, at, n, out, outside);
        case 3:
            return linear_colors<3>(image, at, n, out, outside);
        case 4:
            return linear_colors<4>(image, at, n, out, outside);
        default:
            break;
    }
#endif
    scalar(image, at, n, out, outside,
           [](auto fx, auto fy, const auto& tap) { return linear_u8(fx, fy, tap); });
}

}  // namespace
extern const WarpU8Kernels IMGMINE_TABLE(warp_u8_kernels);
const WarpU8Kernels IMGMINE_TABLE(warp_u8_kernels) = {
    .nearest = nearest,
    .linear = linear,
};

}  // namespace imgmine
