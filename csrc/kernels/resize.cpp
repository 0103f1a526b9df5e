#include "kernels/resize.hpp"

#include "kernels/simd_integers.hpp"
#include "kernels/simd_lerp.hpp"

namespace imgmine {
namespace {

#if defined(__AVX512VBMI__)
/// The part of lerp_columns_u8 that takes eight RGB pixels at a time: one gather brings each pixel
/// and its neighbor. Returns how many it did; it stops where eight bytes would reach past the row.
IMGMINE_INLINE std::size_t lerp_rgb_columns(const std::uint8_t* in, std::size_t size,
                                            const std::int32_t* left, const std::int32_t* weights,
                                            std::int16_t* out, std::size_t n) {
    constexpr char z = -128;
    const auto both = [](__m128i lane) { return _mm512_broadcast_i32x4(lane); };
    const __m512i to_a = both(_mm_setr_epi8(0, z, 1, z, 2, z, z, z, 8, z, 9, z, 10, z, z, z));
    const __m512i to_b = both(_mm_setr_epi8(3, z, 4, z, 5, z, z, z, 11, z, 12, z, 13, z, z, z));
    const __m512i to_weight = both(_mm_setr_epi8(0, 1, 0, 1, 0, 1, z, z, 8, 9, 8, 9, 8, 9, z, z));
    const __m512i to_rgb = _mm512_set_epi16(0, 0, 0, 0, 0, 0, 0, 0, 30, 29, 28, 26, 25, 24, 22, 21,
                                            20, 18, 17, 16, 14, 13, 12, 10, 9, 8, 6, 5, 4, 2, 1, 0);
    std::size_t x = 0;
    for (; x + 8 <= n && (std::size_t)left[x + 7] + 8 <= size; x += 8) {
        const __m256i positions = _mm256_loadu_si256((const __m256i*)(left + x));
        const __m512i pixels = _mm512_i32gather_epi64(positions, in, 1);
        const __m512i wide =
            _mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i*)(weights + x)));
        const __m512i weight = _mm512_shuffle_epi8(wide, to_weight);
        const __m512i a = _mm512_slli_epi16(_mm512_shuffle_epi8(pixels, to_a), 7);
        const __m512i b = _mm512_slli_epi16(_mm512_shuffle_epi8(pixels, to_b), 7);
        const __m512i between =
            _mm512_add_epi16(a, _mm512_mulhrs_epi16(_mm512_sub_epi16(b, a), weight));
        _mm512_mask_storeu_epi16(out + 3 * x, (1u << 24) - 1,
                                 _mm512_permutexvar_epi16(to_rgb, between));
    }
    return x;
}

/// The same for gray pixels, sixteen at a time.
IMGMINE_INLINE std::size_t lerp_gray_columns(const std::uint8_t* in, std::size_t size,
                                             const std::int32_t* left, const std::int32_t* weights,
                                             std::int16_t* out, std::size_t n) {
    const __m512i byte = _mm512_set1_epi32(255 << 7);
    std::size_t x = 0;
    for (; x + 16 <= n && (std::size_t)left[x + 15] + 4 <= size; x += 16) {
        const __m512i pixels = _mm512_i32gather_epi32(_mm512_loadu_si512(left + x), in, 1);
        const __m512i a = _mm512_and_si512(_mm512_slli_epi32(pixels, 7), byte);
        const __m512i b = _mm512_and_si512(_mm512_srli_epi32(pixels, 1), byte);
        const __m512i weight = _mm512_loadu_si512(weights + x);
        const __m512i between =
            _mm512_add_epi16(a, _mm512_mulhrs_epi16(_mm512_sub_epi16(b, a), weight));
        _mm256_storeu_si256((__m256i*)(out + x), _mm512_cvtepi32_epi16(between));
    }
    return x;
}
#endif

/// a + (b - a) * weight / 2^15 with 7 binary places: 0 <= out <= 255 * 128. `size` is the length of
/// the row, weights are below 2^15.
void lerp_columns_u8(const std::uint8_t* in, std::size_t size, const std::int32_t* left,
                     std::size_t step, const std::int32_t* weights, std::int16_t* out,
                     std::size_t n, std::size_t channels) {
    std::size_t done = 0;
#if defined(__AVX512VBMI__)
    if (channels == 3 && step == 3) done = lerp_rgb_columns(in, size, left, weights, out, n);
    if (channels == 1 && step == 1) done = lerp_gray_columns(in, size, left, weights, out, n);
#endif
    (void)size;
    lerp_columns(in, left + done, step, weights + done, out + done * channels, n - done, channels,
                 [](std::int32_t a, std::int32_t b, std::int32_t weight) {
                     return (std::int16_t)(128 * a + ((128 * (b - a) * weight + (1 << 14)) >> 15));
                 });
}

/// a * b / 2^15, rounded.
IMGMINE_INLINE NativeSignedShorts times_share(NativeSignedShorts a, NativeSignedShorts b) {
#if defined(__AVX512BW__)
    return (NativeSignedShorts)_mm512_mulhrs_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (NativeSignedShorts)_mm256_mulhrs_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return (NativeSignedShorts)_mm_mulhrs_epi16((__m128i)a, (__m128i)b);
#else
    return (NativeSignedShorts)vqrdmulhq_s16((int16x8_t)a, (int16x8_t)b);
#endif
}

/// The same between two rows made by lerp_columns_u8, rounded to whole values.
void lerp_rows_u8(const std::int16_t* a, const std::int16_t* b, std::int32_t weight,
                  std::uint8_t* out, std::size_t n) {
    const NativeSignedShorts share = (std::int16_t)weight - NativeSignedShorts{};
    std::size_t i = 0;
    for (; i + native_shorts <= n; i += native_shorts) {
        const auto first = load_native<NativeSignedShorts>(a + i);
        const auto x = first + times_share(load_native<NativeSignedShorts>(b + i) - first, share);
        store_bytes_of(out + i, (NativeShorts)((x + 64) >> 7));
    }
    for (; i < n; ++i) {
        const int x = a[i] + (((b[i] - a[i]) * weight + (1 << 14)) >> 15);
        out[i] = (std::uint8_t)((x + 64) >> 7);
    }
}

/// Moves `moved` bytes for each pixel but the last ones: what is too much is written over by the
/// next pixels. The last old pixels are not moved so: there is nothing behind them.
template <std::size_t size, std::size_t moved>
IMGMINE_INLINE void pick_of(const char* in, const std::int32_t* index, std::size_t unit, char* out,
                            std::size_t n) {
    std::size_t wide = n;
    if (moved > size) {
        const std::size_t last = n ? (std::size_t)index[n - 1] * unit : 0;
        while (wide && (wide == n || (std::size_t)index[wide - 1] * unit + moved > last + size))
            --wide;
    }
    std::size_t x = 0;
#if defined(__AVX512F__)
    if (size == 1 && n) {
        const std::int32_t last = index[n - 1];
        for (; x + 16 <= n && index[x + 15] + 3 <= last; x += 16, out += 16)
            _mm_storeu_si128((__m128i*)out, _mm512_cvtepi32_epi8(_mm512_i32gather_epi32(
                                                _mm512_loadu_si512(index + x), in, 1)));
    }
#endif
    for (; x < wide; ++x, out += size) std::memcpy(out, in + (std::size_t)index[x] * unit, moved);
    for (; x < n; ++x, out += size) std::memcpy(out, in + (std::size_t)index[x] * unit, size);
}

/// Pixels of `size` bytes, x of them from index[x] in units of `unit` bytes.
void pick_pixels(const void* in, const std::int32_t* index, std::size_t unit, std::size_t size,
                 void* out, std::size_t n) {
    const auto* from = (const char*)in;
    auto* to = (char*)out;
    switch (size) {
        case 1:
            return pick_of<1, 1>(from, index, unit, to, n);
        case 2:
            return pick_of<2, 2>(from, index, unit, to, n);
        case 3:
            return pick_of<3, 4>(from, index, unit, to, n);
        case 4:
            return pick_of<4, 4>(from, index, unit, to, n);
        case 8:
            return pick_of<8, 8>(from, index, unit, to, n);
        case 12:
            return pick_of<12, 16>(from, index, unit, to, n);
        case 16:
            return pick_of<16, 16>(from, index, unit, to, n);
        default:
            for (std::size_t x = 0; x < n; ++x)
                std::memcpy(to + x * size, from + (std::size_t)index[x] * unit, size);
    }
}

}  // namespace
extern const ResizeKernels IMGMINE_TABLE(resize_kernels);
const ResizeKernels IMGMINE_TABLE(resize_kernels) = {
    .lerp_columns_u8 = lerp_columns_u8,
    .lerp_rows_u8 = lerp_rows_u8,
    .pick_pixels = pick_pixels,
};

}  // namespace imgmine
