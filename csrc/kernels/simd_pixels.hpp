#pragma once

#include "kernels/simd.hpp"

// Sixteen pixels of three or four floats as planes, and back.
namespace imgmine {
namespace {

struct FloatPlanes {
    Floats plane[3];
};

#if defined(__AVX512F__)
struct FloatOrder {
    std::int32_t first[3][16], last[3][16], of_two[3][16], third[3][16];
    constexpr FloatOrder() : first(), last(), of_two(), third() {
        for (int k = 0; k < 3; ++k)
            for (int i = 0; i < 16; ++i) {
                // From the first two registers, then what the third one adds.
                first[k][i] = (3 * i + k) & 31;
                last[k][i] = 3 * i + k < 32 ? i : 3 * i + k - 16;
                // Pixels from two channels, then from the third.
                const int at = 16 * k + i, channel = at % 3, pixel = at / 3;
                of_two[k][i] = pixel + (channel == 1 ? 16 : 0);
                third[k][i] = channel == 2 ? 16 + pixel : i;
            }
    }
};
constexpr FloatOrder float_order;

IMGMINE_INLINE NativeFloats permuted(NativeFloats a, const std::int32_t* order, NativeFloats b) {
    return (NativeFloats)_mm512_permutex2var_ps((__m512)a, _mm512_loadu_si512(order), (__m512)b);
}

template <std::size_t channels>
IMGMINE_INLINE FloatPlanes load_planes(const float* p) {
    FloatPlanes v;
    if constexpr (channels == 3) {
        const Floats a = load(p), b = load(p + 16), c = load(p + 32);
        IMGMINE_UNROLL
        for (int k = 0; k < 3; ++k)
            v.plane[k].part[0] = permuted(permuted(a.part[0], float_order.first[k], b.part[0]),
                                          float_order.last[k], c.part[0]);
    } else {
        const auto pairs = [&](std::size_t i) {  // R and G of eight pixels; B after them
            const __m512 a = _mm512_loadu_ps(p + 32 * i), b = _mm512_loadu_ps(p + 32 * i + 16);
            const __m512i rg =
                _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 1, 5, 9, 13, 17, 21, 25, 29);
            const __m512i blue = _mm512_add_epi32(rg, _mm512_set1_epi32(2));
            struct Two {
                __m512 rg, b;
            };
            return Two{_mm512_permutex2var_ps(a, rg, b), _mm512_permutex2var_ps(a, blue, b)};
        };
        const auto x = pairs(0), y = pairs(1);
        v.plane[0].part[0] = (NativeFloats)_mm512_shuffle_f32x4(x.rg, y.rg, 0x44);
        v.plane[1].part[0] = (NativeFloats)_mm512_shuffle_f32x4(x.rg, y.rg, 0xee);
        v.plane[2].part[0] = (NativeFloats)_mm512_shuffle_f32x4(x.b, y.b, 0x44);
    }
    return v;
}

IMGMINE_INLINE void store_planes(float* p, const FloatPlanes& v) {
    IMGMINE_UNROLL
    for (int k = 0; k < 3; ++k) {
        const NativeFloats two =
            permuted(v.plane[0].part[0], float_order.of_two[k], v.plane[1].part[0]);
        const NativeFloats all = permuted(two, float_order.third[k], v.plane[2].part[0]);
        std::memcpy(p + 16 * k, &all, sizeof all);
    }
}
#elif defined(__x86_64__)
typedef float Four __attribute__((vector_size(16)));

IMGMINE_INLINE Four load_four(const float* p) {
    Four v;
    std::memcpy(&v, p, sizeof v);
    return v;
}

template <std::size_t channels>
IMGMINE_INLINE FloatPlanes load_planes(const float* p) {
    FloatPlanes v;
    Four plane[3][4];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 4; ++i, p += 4 * channels) {
        const Four a = load_four(p), b = load_four(p + 4), c = load_four(p + 8);
        if constexpr (channels == 3) {  // RGBR GBRG BRGB
            plane[0][i] = __builtin_shuffle(__builtin_shuffle(a, b, (__v4si){0, 3, 6, 6}), c,
                                            (__v4si){0, 1, 2, 5});
            plane[1][i] = __builtin_shuffle(__builtin_shuffle(a, b, (__v4si){1, 4, 7, 7}), c,
                                            (__v4si){0, 1, 2, 6});
            plane[2][i] = __builtin_shuffle(__builtin_shuffle(a, b, (__v4si){2, 5, 5, 5}), c,
                                            (__v4si){0, 1, 4, 7});
        } else {
            const Four d = load_four(p + 12);
            const __m128 rg_low = _mm_unpacklo_ps((__m128)a, (__m128)b);
            const __m128 rg_high = _mm_unpacklo_ps((__m128)c, (__m128)d);
            const __m128 b_low = _mm_unpackhi_ps((__m128)a, (__m128)b);
            const __m128 b_high = _mm_unpackhi_ps((__m128)c, (__m128)d);
            plane[0][i] = (Four)_mm_movelh_ps(rg_low, rg_high);
            plane[1][i] = (Four)_mm_movehl_ps(rg_high, rg_low);
            plane[2][i] = (Four)_mm_movelh_ps(b_low, b_high);
        }
    }
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < 3; ++k) std::memcpy(&v.plane[k], plane[k], sizeof v.plane[k]);
    return v;
}

IMGMINE_INLINE void store_planes(float* p, const FloatPlanes& v) {
    Four plane[3][4];
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < 3; ++k) std::memcpy(plane[k], &v.plane[k], sizeof v.plane[k]);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 4; ++i) {
        const Four r = plane[0][i], g = plane[1][i], b = plane[2][i];
        const Four out[3] = {
            __builtin_shuffle(__builtin_shuffle(r, g, (__v4si){0, 4, 1, 1}), b,
                              (__v4si){0, 1, 4, 2}),  // RGBR
            __builtin_shuffle(__builtin_shuffle(g, b, (__v4si){1, 5, 2, 2}), r,
                              (__v4si){0, 1, 6, 2}),  // GBRG
            __builtin_shuffle(__builtin_shuffle(b, r, (__v4si){2, 7, 3, 3}), g,
                              (__v4si){0, 1, 7, 2}),  // BRGB
        };
        std::memcpy(p + 12 * i, out, sizeof out);
    }
}
#else
template <std::size_t channels>
IMGMINE_INLINE FloatPlanes load_planes(const float* p) {
    FloatPlanes v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i, p += channels * native_lanes) {
        if constexpr (channels == 3) {
            const float32x4x3_t pixels = vld3q_f32(p);
            for (int k = 0; k < 3; ++k) v.plane[k].part[i] = (NativeFloats)pixels.val[k];
        } else {
            const float32x4x4_t pixels = vld4q_f32(p);
            for (int k = 0; k < 3; ++k) v.plane[k].part[i] = (NativeFloats)pixels.val[k];
        }
    }
    return v;
}

IMGMINE_INLINE void store_planes(float* p, const FloatPlanes& v) {
    for (std::size_t i = 0; i < parts; ++i, p += 3 * native_lanes)
        vst3q_f32(p, {{(float32x4_t)v.plane[0].part[i], (float32x4_t)v.plane[1].part[i],
                       (float32x4_t)v.plane[2].part[i]}});
}
#endif

/// Writes convert(planes) of n pixels of three floats.
template <class Convert>
IMGMINE_INLINE void convert_pixels(const float* in, float* out, std::size_t n,
                                   const Convert& convert) {
    for (; n >= lanes; n -= lanes, in += 3 * lanes, out += 3 * lanes)
        store_planes(out, convert(load_planes<3>(in)));
    if (n == 0) return;
    float rest[3 * lanes] = {};
    std::memcpy(rest, in, 3 * n * sizeof(float));
    store_planes(rest, convert(load_planes<3>(rest)));
    std::memcpy(out, rest, 3 * n * sizeof(float));
}

}  // namespace
}  // namespace imgmine
