#include "kernels/simd_warp.hpp"

// float32 pixels: plain products and sums in one order; a tap of weight zero takes no part.
namespace imgmine {
namespace {

template <class Pixel>
IMGMINE_INLINE void scalar(const WarpImage<float>& image, const WarpPoints& at, std::size_t n,
                           float* out, std::uint16_t* outside, const Pixel& pixel) {
    each_pixel(image, at, n, out, outside,
               [&](const float* p, std::uint32_t fx, std::uint32_t fy, float* to) {
                   for (std::int32_t c = 0; c < image.channels; ++c)
                       to[c] = pixel(fx, fy, [&](int row, int column) {
                           return p[c + row * image.row_stride + column * image.channels];
                       });
               });
}

#if defined(IMGMINE_GATHERS)

typedef float WideFloats __attribute__((vector_size(sizeof(Wide))));
typedef double WideDoubles __attribute__((vector_size(sizeof(Wide))));

IMGMINE_INLINE WideFloats floats(Wide v) {
    return (WideFloats)v;
}

/// a * w, or 0 where w is.
IMGMINE_INLINE WideFloats part_of(WideFloats a, WideFloats w) {
#if defined(__AVX512F__)
    const __mmask16 some = _mm512_cmp_ps_mask((__m512)w, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    return (WideFloats)_mm512_maskz_mul_ps(some, (__m512)a, (__m512)w);
#else
    const __m256 some = _mm256_cmp_ps((__m256)w, _mm256_setzero_ps(), _CMP_NEQ_UQ);
    return (WideFloats)_mm256_and_ps(some, _mm256_mul_ps((__m256)a, (__m256)w));
#endif
}

IMGMINE_INLINE WideFloats spread_weights(WideFloats w, Wide from) {
    return floats(permute((Wide)w, from));
}

IMGMINE_INLINE WideFloats load_fraction(const std::uint32_t* f) {
    return (WideFloats)IMGMINE_WIDE(cvtepi32_ps)(IMGMINE_WIDE(srli_epi32)(load_wide(f), 8)) *
           0x1p-24f;
}

/// a (1 - f) + b f.
IMGMINE_INLINE WideFloats between(WideFloats a, WideFloats b, WideFloats f) {
    return a * (1.0f - f) + part_of(b, f);
}

/// Pixels of 3 or 4 channels.
template <int channels>
IMGMINE_INLINE void store_colors(float* to, WideFloats v) {
    if (channels == 4) return store_wide(to, (Wide)v);
#if defined(__AVX512F__)
    const Wide close = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    store_wide(to, permute((Wide)v, close));
#else
    _mm_storeu_ps(to, _mm256_castps256_ps128((__m256)v));
    _mm_storeu_ps(to + 3, _mm256_extractf128_ps((__m256)v, 1));
#endif
}

void nearest_gray(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
                  std::uint16_t* outside) {
    each_block(image, at, n, out, outside, 1, [&](std::size_t i, unsigned left_out, float* to) {
        Wide offsets[lanes / wide_ints];
        tap_offsets(image.row_stride, 1, at, i, left_out, 0, offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u)
            store_wide(to + u * wide_ints, gather<4>(image.data, offsets[u]));
    });
}

/// A pixel of 3 channels takes a fourth with it, which the next one overwrites.
template <int channels>
void nearest_colors(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
                    std::uint16_t* outside) {
    each_block(image, at, n, out, outside, channels,
               [&](std::size_t i, unsigned left_out, float* to) {
                   Wide points[lanes / wide_ints];
                   tap_offsets(image.row_stride, channels, at, i, left_out, 0, points);
                   alignas(64) std::int32_t offsets[lanes];
                   std::memcpy(offsets, points, sizeof offsets);
                   IMGMINE_UNROLL
                   for (std::size_t k = 0; k < lanes; ++k) {
                       const __m128i pixel = load16(image.data + offsets[k]);
                       _mm_storeu_si128((__m128i*)(to + k * channels), pixel);
                   }
               });
}

void linear_gray(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
                 std::uint16_t* outside) {
    each_block(image, at, n, out, outside, 1, [&](std::size_t i, unsigned left_out, float* to) {
        Wide offsets[lanes / wide_ints];
        tap_offsets(image.row_stride, 1, at, i, left_out, 0, offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const WideFloats fx = load_fraction(at.fx + i + u * wide_ints);
            const WideFloats fy = load_fraction(at.fy + i + u * wide_ints);
            const auto across = [&](const float* row) {
                return between(floats(gather<4>(row, offsets[u])),
                               floats(gather<4>(row + 1, offsets[u])), fx);
            };
            const WideFloats row0 = across(image.data),
                             row1 = across(image.data + image.row_stride);
            store_wide(to + u * wide_ints, (Wide)between(row0, row1, fy));
        }
    });
}

/// Calls body(u, from, p) for each register of `quads` pixels among 16: u, the register of weights
/// they are in, `from`, their places there, and p(i), where the first tap of pixel i is.
template <class Body>
IMGMINE_INLINE void each_register(const WarpImage<float>& image, const WarpPoints& at,
                                  std::size_t i, unsigned left_out, std::int32_t first_tap,
                                  const Body& body) {
    Wide points[lanes / wide_ints];
    tap_offsets(image.row_stride, image.channels, at, i, left_out, first_tap, points);
    alignas(64) std::int32_t offsets[lanes];
    std::memcpy(offsets, points, sizeof offsets);
    for (std::size_t k = 0; k < lanes; k += quads)
        body(k, one_to_a_quad((int)(k % wide_ints), 1),
             [&](std::size_t quad) { return image.data + offsets[k + quad]; });
}

template <int channels>
void linear_colors(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
                   std::uint16_t* outside) {
    each_block(
        image, at, n, out, outside, channels, [&](std::size_t i, unsigned left_out, float* to) {
            each_register(image, at, i, left_out, 0, [&](std::size_t k, Wide from, const auto& p) {
                const std::size_t block = i + k / wide_ints * wide_ints;
                const WideFloats fx = spread_weights(load_fraction(at.fx + block), from);
                const WideFloats fy = spread_weights(load_fraction(at.fy + block), from);
                const auto across = [&](std::ptrdiff_t row) {
                    const auto tap = [&](std::ptrdiff_t offset) {
                        return floats(
                            quads_of([&](std::size_t q) { return load16(p(q) + offset); }));
                    };
                    return between(tap(row), tap(row + channels), fx);
                };
                store_colors<channels>(to + k * channels,
                                       between(across(0), across(image.row_stride), fy));
            });
        });
}

struct CubicWeights {
    WideFloats w[4];
};

IMGMINE_INLINE CubicWeights load_cubic_weights(const std::uint32_t* f) {
    constexpr float a = -0.75f;
    const WideFloats x = load_fraction(f), rest = 1.0f - x;
    const WideFloats w0 = a * x * (rest * rest), w3 = a * (x * x) * rest;
    const WideFloats w1 = ((a + 2) * x - (a + 3)) * (x * x) + 1.0f;
    return {{w0, w1, (1.0f - w1) - (w0 + w3), w3}};
}

IMGMINE_INLINE WideFloats sum_of_four(const WideFloats* a, const WideFloats* w) {
    return (part_of(a[0], w[0]) + part_of(a[1], w[1])) +
           (part_of(a[2], w[2]) + part_of(a[3], w[3]));
}

/// Rows and columns of each 4 x 4 exchanged.
IMGMINE_INLINE void transpose_quads(WideFloats* v) {
    const auto low = [](WideFloats a, WideFloats b) {
        return (WideDoubles)IMGMINE_WIDE(unpacklo_epi32)((Wide)a, (Wide)b);
    };
    const auto high = [](WideFloats a, WideFloats b) {
        return (WideDoubles)IMGMINE_WIDE(unpackhi_epi32)((Wide)a, (Wide)b);
    };
    const Wide a = (Wide)low(v[0], v[1]), b = (Wide)low(v[2], v[3]);
    const Wide c = (Wide)high(v[0], v[1]), d = (Wide)high(v[2], v[3]);
    v[0] = (WideFloats)IMGMINE_WIDE(unpacklo_epi64)(a, b);
    v[1] = (WideFloats)IMGMINE_WIDE(unpackhi_epi64)(a, b);
    v[2] = (WideFloats)IMGMINE_WIDE(unpacklo_epi64)(c, d);
    v[3] = (WideFloats)IMGMINE_WIDE(unpackhi_epi64)(c, d);
}

void cubic_gray(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
                std::uint16_t* outside) {
    const std::ptrdiff_t stride = image.row_stride;
    each_block(image, at, n, out, outside, 1, [&](std::size_t i, unsigned left_out, float* to) {
        Wide points[lanes / wide_ints];
        tap_offsets(stride, 1, at, i, left_out, -1 - (int)stride, points);
        alignas(64) std::int32_t offsets[lanes];
        std::memcpy(offsets, points, sizeof offsets);
        for (std::size_t u = 0; u < lanes; u += wide_ints) {
            CubicWeights x = load_cubic_weights(at.fx + i + u);
            const CubicWeights y = load_cubic_weights(at.fy + i + u);
            transpose_quads(x.w);  // a pixel's four weights side by side, as its taps are
            WideFloats products[4];
            IMGMINE_UNROLL
            for (int k = 0; k < 4; ++k) {
                const Wide from = one_to_a_quad(k, 4);
                WideFloats rows[4], weights[4];
                IMGMINE_UNROLL
                for (int row = 0; row < 4; ++row) {
                    rows[row] = floats(quads_of([&](std::size_t q) {
                        return load16(image.data + row * stride +
                                      offsets[u + 4 * q + (std::size_t)k]);
                    }));
                    weights[row] = spread_weights(y.w[row], from);
                }
                products[k] = part_of(sum_of_four(rows, weights), x.w[k]);
            }
            transpose_quads(products);
            store_wide(to + u, (Wide)((products[0] + products[1]) + (products[2] + products[3])));
        }
    });
}

template <int channels>
void cubic_colors(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
                  std::uint16_t* outside) {
    const std::ptrdiff_t stride = image.row_stride;
    const auto first = -channels - (std::int32_t)stride;
    each_block(image, at, n, out, outside, channels,
               [&](std::size_t i, unsigned left_out, float* to) {
                   each_register(
                       image, at, i, left_out, first, [&](std::size_t k, Wide from, const auto& p) {
                           const std::size_t block = i + k / wide_ints * wide_ints;
                           CubicWeights x = load_cubic_weights(at.fx + block);
                           CubicWeights y = load_cubic_weights(at.fy + block);
                           IMGMINE_UNROLL
                           for (int j = 0; j < 4; ++j) {
                               x.w[j] = spread_weights(x.w[j], from);
                               y.w[j] = spread_weights(y.w[j], from);
                           }
                           WideFloats down[4];
                           IMGMINE_UNROLL
                           for (int column = 0; column < 4; ++column) {
                               WideFloats taps[4];
                               IMGMINE_UNROLL
                               for (int row = 0; row < 4; ++row)
                                   taps[row] = floats(quads_of([&](std::size_t q) {
                                       return load16(p(q) + row * stride + column * channels);
                                   }));
                               down[column] = sum_of_four(taps, y.w);
                           }
                           store_colors<channels>(to + k * channels, sum_of_four(down, x.w));
                       });
               });
}

#endif

void nearest(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
             std::uint16_t* outside) {
#if defined(IMGMINE_GATHERS)
    if (image.channels == 1) return nearest_gray(image, at, n, out, outside);
    if (image.channels == 3) return nearest_colors<3>(image, at, n, out, outside);
    if (image.channels == 4) return nearest_colors<4>(image, at, n, out, outside);
#endif
    scalar(image, at, n, out, outside,
           [](std::uint32_t, std::uint32_t, const auto& tap) { return tap(0, 0); });
}

void linear(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
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
           [](auto fx, auto fy, const auto& tap) { return linear_f32(fx, fy, tap); });
}

void cubic(const WarpImage<float>& image, const WarpPoints& at, std::size_t n, float* out,
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
    WarpImage<float> from_first_tap = image;
    from_first_tap.data -= image.row_stride + image.channels;
    scalar(from_first_tap, at, n, out, outside,
           [](auto fx, auto fy, const auto& tap) { return cubic_f32(fx, fy, tap); });
}

}  // namespace
extern const WarpF32Kernels IMGMINE_TABLE(warp_f32_kernels);
const WarpF32Kernels IMGMINE_TABLE(warp_f32_kernels) = {
    .nearest = nearest,
    .linear = linear,
    .cubic = cubic,
};

}  // namespace imgmine
