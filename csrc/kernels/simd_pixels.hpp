#pragma once

#include "kernels/stream.hpp"

// Pixels of three or four floats as planes, one register a channel, and back. What `streams` is
// stored past the caches: `p` must be a multiple of a register's size.
namespace imgmine {
namespace {

/// native_lanes pixels.
struct FloatPlanes {
    NativeFloats plane[3];
};

#if defined(__AVX512F__)
struct FloatOrder {
    std::int32_t first[3][16], last[3][16], of_two[3][16], third[3][16];
    constexpr FloatOrder() : first(), last(), of_two(), third() {
        for (int k = 0; k < 3; ++k)
            for (int i = 0; i < 16; ++i) {
                // To planes: from the first two registers, then what the third one adds.
                const int from = 3 * i + k;
                first[k][i] = from & 31;
                last[k][i] = from < 32 ? i : from - 16;
                // To pixels: two channels, then the third one.
                const int to = 16 * k + i, pixel = to / 3;
                of_two[k][i] = pixel + (to % 3 == 1 ? 16 : 0);
                third[k][i] = to % 3 == 2 ? 16 + pixel : i;
            }
    }
};
constexpr FloatOrder float_order;

IMGMINE_INLINE __m512 permuted(__m512 a, const std::int32_t* order, __m512 b) {
    return _mm512_permutex2var_ps(a, _mm512_loadu_si512(order), b);
}

template <std::size_t channels>
IMGMINE_INLINE FloatPlanes load_planes(const float* p) {
    FloatPlanes v;
    if constexpr (channels == 3) {
        const __m512 a = _mm512_loadu_ps(p), b = _mm512_loadu_ps(p + 16),
                     c = _mm512_loadu_ps(p + 32);
        IMGMINE_UNROLL
        for (int k = 0; k < 3; ++k)
            v.plane[k] = (NativeFloats)permuted(permuted(a, float_order.first[k], b),
                                                float_order.last[k], c);
    } else {
        const __m512i red_green =
            _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
        const __m512i blue = _mm512_add_epi32(red_green, _mm512_set1_epi32(2));
        const __m512 a = _mm512_loadu_ps(p), b = _mm512_loadu_ps(p + 16);
        const __m512 c = _mm512_loadu_ps(p + 32), d = _mm512_loadu_ps(p + 48);
        const __m512 rg_low = _mm512_permutex2var_ps(a, red_green, b);
        const __m512 rg_high = _mm512_permutex2var_ps(c, red_green, d);
        v.plane[0] = (NativeFloats)_mm512_shuffle_f32x4(rg_low, rg_high, 0x44);
        v.plane[1] = (NativeFloats)_mm512_shuffle_f32x4(rg_low, rg_high, 0xee);
        v.plane[2] = (NativeFloats)_mm512_shuffle_f32x4(_mm512_permutex2var_ps(a, blue, b),
                                                        _mm512_permutex2var_ps(c, blue, d), 0x44);
    }
    return v;
}

template <bool streams>
IMGMINE_INLINE void store_planes(float* p, const FloatPlanes& v) {
    const __m512 r = (__m512)v.plane[0], g = (__m512)v.plane[1], b = (__m512)v.plane[2];
    IMGMINE_UNROLL
    for (int k = 0; k < 3; ++k) {
        const __m512 x = permuted(permuted(r, float_order.of_two[k], g), float_order.third[k], b);
        store_register<streams>(p + 16 * k, (NativeFloats)x);
    }
}
#elif defined(__x86_64__)
// Four pixels in every 16 bytes of a register.
#if defined(__AVX2__)
/// Four floats, and those `step` further on.
IMGMINE_INLINE __m256 load_fours(const float* p, std::size_t step) {
    return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), _mm_loadu_ps(p + step), 1);
}
/// Four floats, and four more 12 further on.
template <bool streams>
IMGMINE_INLINE void store_fours(float* p, __m256 v) {
    const __m128 low = _mm256_castps256_ps128(v), high = _mm256_extractf128_ps(v, 1);
    if constexpr (streams)
        _mm_stream_ps(p, low), _mm_stream_ps(p + 12, high);
    else
        _mm_storeu_ps(p, low), _mm_storeu_ps(p + 12, high);
}
#define IMGMINE_FOURS(name) _mm256_##name
#define IMGMINE_BLEND(a, b, bits) _mm256_blend_ps(a, b, bits | bits << 4)
#define IMGMINE_REORDER(a, order) _mm256_permute_ps(a, order)
typedef __m256 Fours;
#else
IMGMINE_INLINE __m128 load_fours(const float* p, std::size_t) {
    return _mm_loadu_ps(p);
}
template <bool streams>
IMGMINE_INLINE void store_fours(float* p, __m128 v) {
    if constexpr (streams)
        _mm_stream_ps(p, v);
    else
        _mm_storeu_ps(p, v);
}
#define IMGMINE_FOURS(name) _mm_##name
#define IMGMINE_BLEND(a, b, bits) _mm_blend_ps(a, b, bits)
#define IMGMINE_REORDER(a, order) _mm_shuffle_ps(a, a, order)
typedef __m128 Fours;
#endif

template <std::size_t channels>
IMGMINE_INLINE FloatPlanes load_planes(const float* p) {
    const Fours a = load_fours(p, 4 * channels), b = load_fours(p + 4, 4 * channels),
                c = load_fours(p + 8, 4 * channels);
    if constexpr (channels == 3) {
        // RGBR GBRG BRGB: each channel's four stand in four different places.
        const Fours r = IMGMINE_BLEND(IMGMINE_BLEND(a, b, 4), c, 2);
        const Fours g = IMGMINE_BLEND(IMGMINE_BLEND(b, a, 2), c, 4);
        const Fours blue = IMGMINE_BLEND(IMGMINE_BLEND(c, a, 4), b, 2);
        return {{(NativeFloats)IMGMINE_REORDER(r, _MM_SHUFFLE(1, 2, 3, 0)),
                 (NativeFloats)IMGMINE_REORDER(g, _MM_SHUFFLE(2, 3, 0, 1)),
                 (NativeFloats)IMGMINE_REORDER(blue, _MM_SHUFFLE(3, 0, 1, 2))}};
    } else {
        const Fours d = load_fours(p + 12, 4 * channels);
        const Fours rg_low = IMGMINE_FOURS(unpacklo_ps)(a, b);
        const Fours rg_high = IMGMINE_FOURS(unpacklo_ps)(c, d);
        const Fours b_low = IMGMINE_FOURS(unpackhi_ps)(a, b);
        const Fours b_high = IMGMINE_FOURS(unpackhi_ps)(c, d);
        return {{(NativeFloats)IMGMINE_FOURS(shuffle_ps)(rg_low, rg_high, 0x44),
                 (NativeFloats)IMGMINE_FOURS(shuffle_ps)(rg_low, rg_high, 0xee),
                 (NativeFloats)IMGMINE_FOURS(shuffle_ps)(b_low, b_high, 0x44)}};
    }
}

template <bool streams>
IMGMINE_INLINE void store_planes(float* p, const FloatPlanes& v) {
    const Fours r = IMGMINE_REORDER((Fours)v.plane[0], _MM_SHUFFLE(1, 2, 3, 0));
    const Fours g = IMGMINE_REORDER((Fours)v.plane[1], _MM_SHUFFLE(2, 3, 0, 1));
    const Fours b = IMGMINE_REORDER((Fours)v.plane[2], _MM_SHUFFLE(3, 0, 1, 2));
    store_fours<streams>(p, IMGMINE_BLEND(IMGMINE_BLEND(r, g, 2), b, 4));
    store_fours<streams>(p + 4, IMGMINE_BLEND(IMGMINE_BLEND(g, r, 4), b, 2));
    store_fours<streams>(p + 8, IMGMINE_BLEND(IMGMINE_BLEND(b, r, 2), g, 4));
}
#undef IMGMINE_FOURS
#undef IMGMINE_BLEND
#undef IMGMINE_REORDER
#else
template <std::size_t channels>
IMGMINE_INLINE FloatPlanes load_planes(const float* p) {
    if constexpr (channels == 3) {
        const float32x4x3_t v = vld3q_f32(p);
        return {{(NativeFloats)v.val[0], (NativeFloats)v.val[1], (NativeFloats)v.val[2]}};
    } else {
        const float32x4x4_t v = vld4q_f32(p);
        return {{(NativeFloats)v.val[0], (NativeFloats)v.val[1], (NativeFloats)v.val[2]}};
    }
}

template <bool>
IMGMINE_INLINE void store_planes(float* p, const FloatPlanes& v) {
    vst3q_f32(p, {{(float32x4_t)v.plane[0], (float32x4_t)v.plane[1], (float32x4_t)v.plane[2]}});
}
#endif

/// A register of one number.
IMGMINE_INLINE NativeFloats native(float x) {
    return x - NativeFloats{};
}

/// Writes convert(planes) of n < native_lanes pixels of three floats.
template <class Convert>
IMGMINE_INLINE void convert_few(const float* in, float* out, std::size_t n,
                                const Convert& convert) {
    float rest[3 * native_lanes] = {};
    std::memcpy(rest, in, 3 * n * sizeof(float));
    store_planes<false>(rest, convert(load_planes<3>(rest)));
    std::memcpy(out, rest, 3 * n * sizeof(float));
}

template <bool streams, class Convert>
IMGMINE_INLINE void convert_aligned(const float* in, float* out, std::size_t n,
                                    const Convert& convert) {
    constexpr std::size_t step = 3 * native_lanes;
    for (; n >= native_lanes; n -= native_lanes, in += step, out += step) {
#if defined(__x86_64__)
        for (std::size_t line = 0; line < step; line += 16) __builtin_prefetch(in + 1024 + line);
#endif
        store_planes<streams>(out, convert(load_planes<3>(in)));
    }
    if (n) convert_few(in, out, n, convert);
}

/// Writes convert(planes) of n pixels of three floats, past the caches where it `streams`.
template <class Convert>
IMGMINE_INLINE void convert_pixels(const float* in, float* out, std::size_t n, bool streams,
                                   const Convert& convert) {
    const std::size_t head = pixels_to_boundary(out, native_lanes);
    if (n < 4 * native_lanes) return convert_aligned<false>(in, out, n, convert);
    if (head) convert_few(in, out, head, convert);
    n -= head, in += 3 * head, out += 3 * head;
    if (!streams) return convert_aligned<false>(in, out, n, convert);
    convert_aligned<true>(in, out, n, convert);
    end_of_stream();
}

}  // namespace
}  // namespace imgmine
