#include "kernels/hsv.hpp"

#include "kernels/simd_interleave.hpp"
#include "kernels/simd_pixels.hpp"

namespace imgmine {
namespace {

// 8-bit HSV in OpenCV's fixed point:
//   V = high, S = (span * s + 2^11) >> 12 with s = round(2^12 * 255 / high),
//   H = (sector * h + 2^11) >> 12 with h = round(2^12 * 30 / span), plus 180 where negative,
// where span = high - low and sector is what the hue is in sixths of the circle, times span.
constexpr int s_one = 255 << 12, h_one = 30 << 12;

#if defined(__AVX512VBMI__)
// In 16 bits, as both divisors are looked up: s in three bytes, as
//   S = (span * (s >> 8) + (span * (s & 255) >> 8) + 8) >> 4,
// and h in two, as H = (8 sector * h + 2^14) >> 15. Spans of 1, 2 and 3 have an h of more than 15
// bits: theirs is a quarter, exactly, and the sector four times as much.
struct HsvTables {
    std::uint8_t s[3][256], h[2][256];
    constexpr HsvTables() : s(), h() {
        for (int i = 1; i < 256; ++i) {
            const int divisor = (2 * s_one + i) / (2 * i);
            const int quotient = (2 * h_one + i) / (2 * i) / (i < 4 ? 4 : 1);
            for (int k = 0; k < 3; ++k) s[k][i] = (std::uint8_t)(divisor >> 8 * k);
            for (int k = 0; k < 2; ++k) h[k][i] = (std::uint8_t)(quotient >> 8 * k);
        }
    }
};
constexpr HsvTables hsv_tables;

IMGMINE_INLINE __m512i look_up(const std::uint8_t* table, __m512i index) {
    const auto part = [&](int i) { return _mm512_loadu_si512(table + 64 * i); };
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(index),
                                  _mm512_permutex2var_epi8(part(0), index, part(1)),
                                  _mm512_permutex2var_epi8(part(2), index, part(3)));
}

IMGMINE_INLINE BytePlanes to_hsv(const BytePlanes& rgb) {
    const __m512i r = (__m512i)rgb.plane[0], g = (__m512i)rgb.plane[1], b = (__m512i)rgb.plane[2];
    const __m512i high = _mm512_max_epu8(_mm512_max_epu8(r, g), b);
    const __m512i low = _mm512_min_epu8(_mm512_min_epu8(r, g), b);
    const __m512i span = _mm512_sub_epi8(high, low);

    const auto s_byte = [&](int k) { return look_up(hsv_tables.s[k], high); };
    const __m512i s0 = s_byte(0), s1 = s_byte(1), s2 = s_byte(2), zero = _mm512_setzero_si512();
    const auto saturation = [&](__m512i wide, __m512i upper, __m512i lower) {
        const __m512i product =
            _mm512_add_epi16(_mm512_mullo_epi16(wide, upper), _mm512_mulhi_epu16(wide, lower));
        return _mm512_srli_epi16(_mm512_add_epi16(product, _mm512_set1_epi16(8)), 4);
    };
    const __m512i s = _mm512_packus_epi16(
        saturation(_mm512_unpacklo_epi8(span, zero), _mm512_unpacklo_epi8(s1, s2),
                   _mm512_unpacklo_epi8(zero, s0)),
        saturation(_mm512_unpackhi_epi8(span, zero), _mm512_unpackhi_epi8(s1, s2),
                   _mm512_unpackhi_epi8(zero, s0)));

    // sector = from - to + 0, 2 or 4 spans, times 8 or 32.
    const __mmask64 not_r = _mm512_cmpneq_epi8_mask(high, r);
    const __mmask64 not_g = _mm512_cmpneq_epi8_mask(high, g) & not_r;
    const __m512i from = _mm512_mask_blend_epi8(not_g, _mm512_mask_blend_epi8(not_r, g, b), r);
    const __m512i to = _mm512_mask_blend_epi8(not_g, _mm512_mask_blend_epi8(not_r, b, r), g);
    const __mmask64 few = _mm512_cmplt_epu8_mask(span, _mm512_set1_epi8(4));
    const __m512i one = _mm512_mask_blend_epi8(few, _mm512_set1_epi8(8), _mm512_set1_epi8(32));
    const __m512i minus = _mm512_sub_epi8(zero, one), two = _mm512_add_epi8(one, one);
    const __m512i second = _mm512_maskz_mov_epi8(not_r, two);
    const __m512i third = _mm512_maskz_mov_epi8(not_g, two);
    const __m512i h0 = look_up(hsv_tables.h[0], span), h1 = look_up(hsv_tables.h[1], span);
    const auto hue = [&](__m512i ends, __m512i signs, __m512i spans, __m512i thirds, __m512i h) {
        const __m512i sector = _mm512_add_epi16(_mm512_maddubs_epi16(ends, signs),
                                                _mm512_maddubs_epi16(spans, thirds));
        const __m512i x = _mm512_mulhrs_epi16(sector, h);
        return _mm512_min_epu16(x, _mm512_add_epi16(x, _mm512_set1_epi16(180)));
    };
    const __m512i h =
        _mm512_packus_epi16(hue(_mm512_unpacklo_epi8(from, to), _mm512_unpacklo_epi8(one, minus),
                                _mm512_unpacklo_epi8(span, span),
                                _mm512_unpacklo_epi8(second, third), _mm512_unpacklo_epi8(h0, h1)),
                            hue(_mm512_unpackhi_epi8(from, to), _mm512_unpackhi_epi8(one, minus),
                                _mm512_unpackhi_epi8(span, span),
                                _mm512_unpackhi_epi8(second, third), _mm512_unpackhi_epi8(h0, h1)));
    return {{(NativeBytes)h, (NativeBytes)s, (NativeBytes)high}};
}
#else
/// round(one / x), and anything where x is 0; exact for the two numerators above.
IMGMINE_INLINE NativeInts quotient(int one, NativeInts x) {
    typedef float NativeRatios __attribute__((vector_size(native_size)));
    const NativeInts at_least_1 = x | ((x == 0) & 1);
    const NativeRatios ratio =
        ((float)one - NativeRatios{}) / __builtin_convertvector(at_least_1, NativeRatios);
    return __builtin_convertvector(ratio + 0.5f, NativeInts);
}

/// A quarter of a register's pixels, as 32-bit values: hue and saturation.
IMGMINE_INLINE void hue_of(NativeInts high, NativeInts span, NativeInts sector, NativeInts& hue,
                           NativeInts& saturation) {
    saturation = (span * quotient(s_one, high) + (1 << 11)) >> 12;
    const NativeInts x = (sector * quotient(h_one, span) + (1 << 11)) >> 12;
    hue = x + ((x >> 31) & 180);
}

IMGMINE_INLINE BytePlanes to_hsv(const BytePlanes& rgb) {
    const NativeBytes r = rgb.plane[0], g = rgb.plane[1], b = rgb.plane[2], zero = {};
    const NativeBytes high = max(max(r, g), b), span = high - min(min(r, g), b);
    const NativeBytes from = high == r ? g : high == g ? b : r;
    const NativeBytes to = high == r ? b : high == g ? r : g;
    const NativeBytes spans = high == r ? zero : high == g ? bytes_of(2) : bytes_of(4);
    NativeSignedShorts h[2], s[2];
    IMGMINE_UNROLL
    for (int i = 0; i < 2; ++i) {
        const auto half = [&](NativeBytes v) {
            return (NativeSignedShorts)(i ? zip_high(v, zero) : zip_low(v, zero));
        };
        const NativeSignedShorts wide = half(span), brightest = half(high);
        const NativeSignedShorts sector = half(from) - half(to) + half(spans) * wide;
        NativeInts hue[2], saturation[2];
        IMGMINE_UNROLL
        for (int j = 0; j < 2; ++j) {
            const auto quarter = [&](NativeSignedShorts v) {
                return (NativeInts)(j ? zip_high(v, v) : zip_low(v, v)) >> 16;
            };
            hue_of(quarter(brightest), quarter(wide), quarter(sector), hue[j], saturation[j]);
        }
        h[i] = join(hue[0], hue[1]);
        s[i] = join(saturation[0], saturation[1]);
    }
    return {{join(h[0], h[1]), join(s[0], s[1]), high}};
}
#endif

/// 8-bit HSV with hue in [0, 180): V = max, S = 255 (max - min) / max, H = 30 (sector + part).
void rgb_to_hsv_u8(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams) {
    convert_pixels(in, out, n, streams, [](const BytePlanes& rgb) { return to_hsv(rgb); });
}

/// (v * weight + 3825) / 7650, rounded down: v times a weight in units of 1/7650, to the nearest.
IMGMINE_INLINE NativeSignedShorts weighted(NativeSignedShorts v, NativeSignedShorts weight) {
    typedef float NativeRatios __attribute__((vector_size(native_size)));
    const NativeSignedShorts one = shorts_of(1), half = shorts_of(3825);
    const auto divided = [](NativeInts x) {
        // Exact: the quotient is 1/7650 away from the next whole number, or more, and half of that
        // is added to it.
        const NativeRatios ratio =
            (__builtin_convertvector(x, NativeRatios) + 0.5f) * (1 / 7650.0f);
        return __builtin_convertvector(ratio, NativeInts);
    };
    return join(divided(multiply_pairs(zip_low(v, one), zip_low(weight, half))),
                divided(multiply_pairs(zip_high(v, one), zip_high(weight, half))));
}

struct HsvHalf {
    NativeSignedShorts sector, least, between;
};

IMGMINE_INLINE HsvHalf sextant(NativeSignedShorts hue, NativeSignedShorts s, NativeSignedShorts v) {
    const NativeSignedShorts h = hue > 179 ? hue - 180 : hue;
    const NativeSignedShorts sector = (h * 137) >> 12;  // h / 30
    const NativeSignedShorts part = h - sector * 30;
    const NativeSignedShorts away = (sector & 1) == 1 ? part : 30 - part;
    return {sector, weighted(v, 7650 - s * 30), weighted(v, 7650 - s * away)};
}

/// The inverse, to the nearest: the largest channel is V, the least V (255 - S) / 255, and the one
/// between follows the hue; hues of 180 and more start the circle again.
void hsv_to_rgb_u8(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams) {
    convert_pixels(in, out, n, streams, [](const BytePlanes& hsv) -> BytePlanes {
        const Halves h = halves_of(hsv.plane[0]), s = halves_of(hsv.plane[1]),
                     v = halves_of(hsv.plane[2]);
        const HsvHalf a = sextant(h.low, s.low, v.low), b = sextant(h.high, s.high, v.high);
        const NativeBytes sector = join(a.sector, b.sector), most = hsv.plane[2];
        const NativeBytes least = join(a.least, b.least), between = join(a.between, b.between);
        // Sectors 0 to 5: red is most, between, least, least, between, most; green and blue follow
        // two and four sectors later.
        const auto channel = [&](int most_1, int most_2, int least_1, int least_2) {
            const NativeBytes upper =
                (sector == bytes_of(most_1)) | (sector == bytes_of(most_2)) ? most : between;
            return (sector == bytes_of(least_1)) | (sector == bytes_of(least_2)) ? least : upper;
        };
        return {{channel(0, 5, 2, 3), channel(1, 2, 4, 5), channel(3, 4, 0, 1)}};
    });
}

/// V = max, S = (max - min) / |max| or 0, H in degrees, 0 for grays.
void rgb_to_hsv_f32(const float* in, float* out, std::size_t n, bool streams) {
    convert_pixels(in, out, n, streams, [](const FloatPlanes& rgb) -> FloatPlanes {
        const NativeFloats r = rgb.plane[0], g = rgb.plane[1], b = rgb.plane[2];
        const NativeFloats v = max(max(r, g), b), span = v - min(min(r, g), b);
        const NativeFloats size = max(v, -v);
        const NativeFloats ends = v == r ? g - b : v == g ? b - r : r - g;
        const NativeFloats start = v == r ? native(0) : v == g ? native(120) : native(240);
        const NativeFloats hue = start + 60.0f * (ends / span);
        const NativeFloats turned = hue < 0.0f ? hue + 360.0f : hue;
        return {{span > 0.0f ? turned : native(0), size > 0.0f ? span / size : native(0), v}};
    });
}

/// The inverse: V - V S k, where k is how far the hue has gone from the channel's own third of the
/// circle; hues outside 0..360 wrap.
void hsv_to_rgb_f32(const float* in, float* out, std::size_t n, bool streams) {
    typedef std::int32_t Ints __attribute__((vector_size(sizeof(NativeFloats))));
    convert_pixels(in, out, n, streams, [](const FloatPlanes& hsv) -> FloatPlanes {
        const NativeFloats h = hsv.plane[0], v = hsv.plane[2], chroma = v * hsv.plane[1];
        // Bounds keep the conversion to integers defined, whatever h is.
        const NativeFloats turns = min(max(h * (1 / 360.0f), native(-1e6f)), native(1e6f));
        const NativeFloats whole =
            __builtin_convertvector(__builtin_convertvector(turns, Ints), NativeFloats);
        const NativeFloats below = whole > turns ? whole - 1.0f : whole;
        const NativeFloats sixths = (h - 360.0f * below) * (1 / 60.0f);
        const auto from = [&](float middle) {
            return (NativeFloats)((Ints)(sixths - middle) & 0x7fffffff);
        };
        const auto channel = [&](NativeFloats missing) {
            return v - chroma * min(max(missing, native(0)), native(1));
        };
        return {{channel(2.0f - from(3)), channel(from(2) - 1.0f), channel(from(4) - 1.0f)}};
    });
}

}  // namespace
extern const HsvKernels IMGMINE_TABLE(hsv_kernels);
const HsvKernels IMGMINE_TABLE(hsv_kernels) = {
    .rgb_to_hsv_u8 = rgb_to_hsv_u8,
    .hsv_to_rgb_u8 = hsv_to_rgb_u8,
    .rgb_to_hsv_f32 = rgb_to_hsv_f32,
    .hsv_to_rgb_f32 = hsv_to_rgb_f32,
};

}  // namespace imgmine
