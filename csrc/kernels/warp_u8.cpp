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
    const Wide squeeze = repeat(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    bytes = shuffle(bytes, squeeze);
#if defined(__AVX512BW__)
    const Wide close = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    store_wide(to, permute(bytes, close));
#else
    _mm_storeu_si128((__m128i*)to, _mm256_castsi256_si128(bytes));
    _mm_storeu_si128((__m128i*)(to + 12), _mm256_extracti128_si256(bytes, 1));
#endif
}

void linear_gray(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                 std::uint16_t* outside) {
    const Wide spread = repeat(
        _mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1));
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
    const Wide spread0 = repeat(
        _mm_setr_epi8(0, -1, c, -1, 1, -1, c + 1, -1, 2, -1, c + 2, -1, d, -1, e, -1));
    constexpr char d1 = channels == 4 ? 11 : -1, e1 = channels == 4 ? 15 : -1;
    const Wide spread1 = repeat(_mm_setr_epi8(8, -1, c + 8, -1, 9, -1, c + 9, -1, 10, -1, c + 10,
                                              -1, d1, -1, e1, -1));
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

/// The weights' pairs 0 1 and 2 3, of wide_ints pixels.
struct CubicPairs {
    Wide low, high;
};

IMGMINE_INLINE CubicPairs cubic_pairs(const std::uint32_t* f) {
    typedef float WideFloats __attribute__((vector_size(sizeof(Wide))));
    constexpr float a = -0.75f;
    const WideFloats x =
        (WideFloats)IMGMINE_WIDE(cvtepi32_ps)(IMGMINE_WIDE(srli_epi32)(load_wide(f), 8)) * 0x1p-24f;
    const WideFloats rest = 1 - x;
    const auto whole = [](WideFloats w) {
        return IMGMINE_WIDE(cvtps_epi32)((decltype(IMGMINE_WIDE(setzero_ps)()))(w * 16384.0f));
    };
    const Wide w0 = whole(a * x * (rest * rest)), w3 = whole(a * (x * x) * rest);
    const Wide w1 = whole(((a + 2) * x - (a + 3)) * (x * x) + 1.0f);
    const Wide w2 = sub(sub(wide(16384), w0), add(w1, w3));
    return {pair(w0, w1), pair(w2, w3)};
}

/// Four rows of taps: load_row(row) gives the pairs 0 1 and 2 3 of each.
template <class Load>
IMGMINE_INLINE Wide cubic_sum(const CubicPairs& wx, const CubicPairs& wy, const Load& load_row) {
    Wide across[4];
    IMGMINE_UNROLL
    for (int row = 0; row < 4; ++row) {
        const CubicPairs taps = load_row(row);
        across[row] = right<8>(add(multiply_add(taps.low, wx.low), multiply_add(taps.high, wx.high)));
    }
    const Wide sum = add(multiply_add(pair(across[0], across[1]), wy.low),
                         multiply_add(pair(across[2], across[3]), wy.high));
    return right<20>(add(sum, wide((1 << 19) + (1 << 13))));
}

void cubic_gray(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                std::uint16_t* outside) {
    const Wide low = repeat(
        _mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1));
    const Wide high = repeat(
        _mm_setr_epi8(2, -1, 3, -1, 6, -1, 7, -1, 10, -1, 11, -1, 14, -1, 15, -1));
    const Wide zero = wide(0), most = wide(255);
    each_block(image, at, n, out, outside, 1, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide offsets[lanes / wide_ints];
        tap_offsets(image.row_stride, 1, at, i, left_out, -1 - (int)image.row_stride, offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const std::size_t k = u * wide_ints;
            const Wide sum = cubic_sum(
                cubic_pairs(at.fx + i + k), cubic_pairs(at.fy + i + k), [&](int row) {
                    const Wide taps = gather<1>(image.data + row * image.row_stride, offsets[u]);
                    return CubicPairs{shuffle(taps, low), shuffle(taps, high)};
                });
            store_gray(to + k, IMGMINE_WIDE(min_epi32)(IMGMINE_WIDE(max_epi32)(sum, zero), most));
        }
    });
}

template <int channels>
void cubic_colors(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                  std::uint16_t* outside) {
    constexpr char c = channels, d = channels == 4 ? 3 : -1, e = channels == 4 ? 7 : -1;
    constexpr char c2 = 2 * c, f = channels == 4 ? 11 : -1, g = channels == 4 ? 15 : -1;
    const Wide low = repeat(
        _mm_setr_epi8(0, -1, c, -1, 1, -1, c + 1, -1, 2, -1, c + 2, -1, d, -1, e, -1));
    const Wide high = repeat(_mm_setr_epi8(c2, -1, c2 + c, -1, c2 + 1, -1, c2 + c + 1, -1, c2 + 2,
                                           -1, c2 + c + 2, -1, f, -1, g, -1));
    const std::ptrdiff_t stride = image.row_stride;
    each_block(image, at, n, out, outside, channels, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide points[lanes / wide_ints];
        tap_offsets(stride, channels, at, i, left_out, -channels - (int)stride, points);
        alignas(64) std::int32_t offsets[lanes];
        std::memcpy(offsets, points, sizeof offsets);
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const CubicPairs x = cubic_pairs(at.fx + i + u * wide_ints);
            const CubicPairs y = cubic_pairs(at.fy + i + u * wide_ints);
            Wide sums[4];
            IMGMINE_UNROLL
            for (int k = 0; k < 4; ++k) {
                const Wide from = one_to_a_quad(k, 4);
                const CubicPairs wx = {permute(x.low, from), permute(x.high, from)};
                const CubicPairs wy = {permute(y.low, from), permute(y.high, from)};
                sums[k] = cubic_sum(wx, wy, [&](int row) {
                    const Wide taps = quads_of([&](std::size_t quad) {
                        return load16(image.data + row * stride +
                                      offsets[u * wide_ints + quad * 4 + (std::size_t)k]);
                    });
                    return CubicPairs{shuffle(taps, low), shuffle(taps, high)};
                });
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
                store_gray(to + u * wide_ints, IMGMINE_WIDE_SI(and)(pixels, wide(255)));
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
    scalar(image, at, n, out, outside, [](std::uint32_t, std::uint32_t, const auto& tap) {
        return (u8)tap(0, 0);
    });
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

void cubic(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
           std::uint16_t* outside) {
#if defined(IMGMINE_GATHERS)
    switch (image.channels) {
        case 1:
            return cubic_gray(image, at, n, out, outside);
        case 3:
            return cubic_colors<3>(image, at, n, out, outside);
        case 4:
            return cubic_colors<4>(image, at, n, out, outside);
        default:
            break;
    }
#endif
    const WarpImage<u8> from_first_tap{
        image.data - image.row_stride - image.channels, image.row_stride, image.channels,
        image.first_x, image.first_y, image.n_x, image.n_y};
    scalar(from_first_tap, at, n, out, outside,
           [](auto fx, auto fy, const auto& tap) { return cubic_u8(fx, fy, tap); });
}

}  // namespace
extern const WarpU8Kernels IMGMINE_TABLE(warp_u8_kernels);
const WarpU8Kernels IMGMINE_TABLE(warp_u8_kernels) = {
    .nearest = nearest,
    .linear = linear,
    .cubic = cubic,
};

}  // namespace imgmine
