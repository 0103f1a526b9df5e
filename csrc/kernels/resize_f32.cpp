#include "kernels/resize_f32.hpp"

#include <cstring>

#include "kernels/simd.hpp"
#include "kernels/simd_lerp.hpp"

namespace imgmine {
namespace {

/// a + (b - a) * weight; a or b itself at the ends, whatever the other one is (NaN, infinity).
IMGMINE_INLINE float lerp_f32(float a, float b, float weight) {
    const float between = a + (b - a) * weight;
    return weight == 0 ? a : weight == 1 ? b : between;
}

#if defined(__AVX512F__)
IMGMINE_INLINE __m512 lerp_f32(__m512 a, __m512 b, __m512 weight) {
    const __m512 between = _mm512_add_ps(a, _mm512_mul_ps(_mm512_sub_ps(b, a), weight));
    const __mmask16 at_a = _mm512_cmp_ps_mask(weight, _mm512_setzero_ps(), _CMP_EQ_OQ);
    const __mmask16 at_b = _mm512_cmp_ps_mask(weight, _mm512_set1_ps(1), _CMP_EQ_OQ);
    return _mm512_mask_mov_ps(_mm512_mask_mov_ps(between, at_a, a), at_b, b);
}

/// Four values of each of four pixels.
IMGMINE_INLINE __m512 load_four_pixels(const float* in, const std::int32_t* left) {
    const auto pixel = [&](std::size_t i) { return _mm_loadu_ps(in + left[i]); };
    __m512 v = _mm512_broadcast_f32x4(pixel(0));
    v = _mm512_mask_broadcast_f32x4(v, 0x00f0, pixel(1));
    v = _mm512_mask_broadcast_f32x4(v, 0x0f00, pixel(2));
    return _mm512_mask_broadcast_f32x4(v, 0xf000, pixel(3));
}

/// RGB pixels in fours, but the last ones: a fourth value of each is read. Returns how many it did.
IMGMINE_INLINE std::size_t lerp_rgb_columns(const float* in, std::size_t size,
                                            const std::int32_t* left, const float* weights,
                                            float* out, std::size_t n) {
    const __m512i to_lanes = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const __m512i to_rgb = _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
    std::size_t x = 0;
    for (; x + 4 <= n && (std::size_t)left[x + 3] + 7 <= size; x += 4, out += 12) {
        const __m512 weight =
            _mm512_permutexvar_ps(to_lanes, _mm512_castps128_ps512(_mm_loadu_ps(weights + x)));
        const __m512 between =
            lerp_f32(load_four_pixels(in, left + x), load_four_pixels(in + 3, left + x), weight);
        _mm512_mask_storeu_ps(out, 0x0fff, _mm512_permutexvar_ps(to_rgb, between));
    }
    return x;
}

/// Gray pixels in sixteens, out of 32 values in registers or as pairs of neighbors.
IMGMINE_INLINE std::size_t lerp_gray_columns(const float* in, std::size_t size,
                                             const std::int32_t* left, const float* weights,
                                             float* out, std::size_t n) {
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i even =
        _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    std::size_t x = 0;
    for (; x + 16 <= n; x += 16) {
        const __m512i at = _mm512_loadu_si512(left + x);
        const auto first = (std::size_t)left[x];
        __m512 low, high;
        __m512i index = even;
        if ((std::size_t)left[x + 15] + 1 < first + 32 && first + 32 <= size) {
            low = _mm512_loadu_ps(in + first);
            high = _mm512_loadu_ps(in + first + 16);
            index = _mm512_sub_epi32(at, _mm512_set1_epi32(left[x]));
        } else {
            low = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_castsi512_si256(at), in, 4));
            high = _mm512_castpd_ps(_mm512_i32gather_pd(_mm512_extracti64x4_epi64(at, 1), in, 4));
        }
        const __m512 a = _mm512_permutex2var_ps(low, index, high);
        const __m512 b = _mm512_permutex2var_ps(low, _mm512_add_epi32(index, one), high);
        _mm512_storeu_ps(out + x, lerp_f32(a, b, _mm512_loadu_ps(weights + x)));
    }
    return x;
}
#else
typedef float Floats4 __attribute__((vector_size(16)));

/// RGB pixels, all but the last ones: a fourth value is read, and written where the next pixel
/// goes. Returns how many it did.
IMGMINE_INLINE std::size_t lerp_rgb_columns(const float* in, std::size_t size,
                                            const std::int32_t* left, const float* weights,
                                            float* out, std::size_t n) {
    std::size_t x = 0;
    for (; x + 1 < n && (std::size_t)left[x] + 7 <= size; ++x, out += 3) {
        Floats4 a, b;
        std::memcpy(&a, in + left[x], sizeof a);
        std::memcpy(&b, in + left[x] + 3, sizeof b);
        const float weight = weights[x];
        Floats4 between = a + (b - a) * weight;
        if (weight == 0) between = a;
        if (weight == 1) between = b;
        std::memcpy(out, &between, sizeof between);
    }
    return x;
}
#endif

/// a + (b - a) * weight, where left and weights say; `size` is the length of the row.
void lerp_columns_f32(const float* in, std::size_t size, const std::int32_t* left, std::size_t step,
                      const float* weights, float* out, std::size_t n, std::size_t channels) {
    std::size_t done = 0;
    if (channels == 3 && step == 3) done = lerp_rgb_columns(in, size, left, weights, out, n);
#if defined(__AVX512F__)
    if (channels == 1 && step == 1) done = lerp_gray_columns(in, size, left, weights, out, n);
#endif
    lerp_columns(in, left + done, step, weights + done, out + done * channels, n - done, channels,
                 [](float a, float b, float weight) { return lerp_f32(a, b, weight); });
}

/// The same between two rows.
void lerp_rows_f32(const float* a, const float* b, float weight, float* out, std::size_t n) {
    if (weight == 0 || weight == 1) {
        std::memcpy(out, weight == 0 ? a : b, n * sizeof(float));
        return;
    }
    for (std::size_t i = 0; i < n; ++i) out[i] = a[i] + (b[i] - a[i]) * weight;
}

}  // namespace
extern const ResizeFloatKernels IMGMINE_TABLE(resize_f32_kernels);
const ResizeFloatKernels IMGMINE_TABLE(resize_f32_kernels) = {
    .lerp_columns_f32 = lerp_columns_f32,
    .lerp_rows_f32 = lerp_rows_f32,
};

}  // namespace imgmine
