#include "kernels/lab.hpp"

#include "kernels/simd_interleave.hpp"
#include "kernels/simd_pixels.hpp"

namespace imgmine {
namespace {

// 8-bit L*a*b* in fixed point, from f(Y) and so on, which have 15 binary places.
constexpr std::int32_t l_scale = (116 * 255 + 50) / 100;
constexpr std::int32_t l_shift = -((16 * 255 * (1 << 15) + 50) / 100);
constexpr std::int32_t half = 1 << 14, middle = (128 << 15) + half;

#if defined(__AVX512VBMI__)
IMGMINE_INLINE NativeBytes look_up(const std::uint8_t* table, NativeBytes at) {
    const __m512i index = (__m512i)at;
    const auto part = [&](int i) { return _mm512_loadu_si512(table + 64 * i); };
    return (NativeBytes)_mm512_mask_blend_epi8(_mm512_movepi8_mask(index),
                                               _mm512_permutex2var_epi8(part(0), index, part(1)),
                                               _mm512_permutex2var_epi8(part(2), index, part(3)));
}

IMGMINE_INLINE NativeInts gather(const std::int32_t* table, NativeInts index) {
    return (NativeInts)_mm512_i32gather_epi32((__m512i)index, table, 4);
}

IMGMINE_INLINE BytePlanes to_lab(const BytePlanes& rgb, const LabTables& tables) {
    NativeSignedShorts linear[3][2];
    IMGMINE_UNROLL
    for (int c = 0; c < 3; ++c) {
        const NativeBytes low = look_up(tables.linear_bytes[0], rgb.plane[c]);
        const NativeBytes high = look_up(tables.linear_bytes[1], rgb.plane[c]);
        linear[c][0] = (NativeSignedShorts)zip_low(low, high);
        linear[c][1] = (NativeSignedShorts)zip_high(low, high);
    }
    const std::int32_t* m = tables.matrix;
    const NativeSignedShorts one = shorts_of(1);
    NativeInts l[4], a[4], b[4];
    IMGMINE_UNROLL
    for (int i = 0; i < 4; ++i) {
        const auto zipped = [&](NativeSignedShorts x, NativeSignedShorts y) {
            return i % 2 ? zip_high(x, y) : zip_low(x, y);
        };
        const NativeSignedShorts rg = zipped(linear[0][i / 2], linear[1][i / 2]);
        const NativeSignedShorts b1 = zipped(linear[2][i / 2], one);
        const auto f = [&](int row) {
            const NativeInts sum = multiply_pairs(rg, pairs_of(m[3 * row], m[3 * row + 1])) +
                                   multiply_pairs(b1, pairs_of(m[3 * row + 2], 1 << 11));
            return gather(tables.f, sum >> 12);
        };
        const NativeInts x = f(0), y = f(1), z = f(2);
        l[i] = (y * l_scale + (l_shift + half)) >> 15;
        // Differences have 16 bits.
        a[i] = (multiply_pairs((NativeSignedShorts)(x - y), pairs_of(500, 0)) + middle) >> 15;
        b[i] = (multiply_pairs((NativeSignedShorts)(y - z), pairs_of(200, 0)) + middle) >> 15;
    }
    const auto joined = [](const NativeInts* v) {
        return join(join(v[0], v[1]), join(v[2], v[3]));
    };
    return {{joined(l), joined(a), joined(b)}};
}
#else
// The compiler turns this into registers, table look-ups included where the processor has them.
IMGMINE_INLINE BytePlanes to_lab(const BytePlanes& rgb, const LabTables& tables) {
    std::uint8_t c[3][native_bytes];
    for (int k = 0; k < 3; ++k) store_native(c[k], rgb.plane[k]);
    const std::int32_t* m = tables.matrix;
    const auto byte = [](std::int32_t x) { return (std::uint8_t)(x < 0 ? 0 : x > 255 ? 255 : x); };
    for (std::size_t i = 0; i < native_bytes; ++i) {
        const std::int32_t r = tables.linear[c[0][i]], g = tables.linear[c[1][i]],
                           b = tables.linear[c[2][i]];
        const std::int32_t x = tables.f[(r * m[0] + g * m[1] + b * m[2] + (1 << 11)) >> 12];
        const std::int32_t y = tables.f[(r * m[3] + g * m[4] + b * m[5] + (1 << 11)) >> 12];
        const std::int32_t z = tables.f[(r * m[6] + g * m[7] + b * m[8] + (1 << 11)) >> 12];
        c[0][i] = byte((l_scale * y + (l_shift + half)) >> 15);
        c[1][i] = byte((500 * (x - y) + middle) >> 15);
        c[2][i] = byte((200 * (y - z) + middle) >> 15);
    }
    return {{load_native<NativeBytes>(c[0]), load_native<NativeBytes>(c[1]),
             load_native<NativeBytes>(c[2])}};
}
#endif

/// 8-bit CIE L*a*b* (sRGB, D65): L* times 255/100, a* and b* plus 128.
void rgb_to_lab_u8(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams,
                   const LabTables& tables) {
    convert_pixels(in, out, n, streams, [&](const BytePlanes& rgb) { return to_lab(rgb, tables); });
}

typedef std::int32_t Ints __attribute__((vector_size(sizeof(NativeFloats))));

/// x^p for 2^-15 <= x < 2, within 3e-7 of itself. Where x = m 2^e with 1 <= m < 2: 2^(p e) for e =
/// -15, ... 0, and a polynomial in m - 1.5, of all those of its degree the one whose largest
/// relative error is least.
struct Power {
    float scale[16];
    float series[7];
};

IMGMINE_INLINE NativeFloats power(NativeFloats x, const Power& p) {
    const Ints bits = (Ints)x;
    const NativeFloats m = (NativeFloats)((bits & 0x7fffff) | 0x3f800000) - 1.5f;
    NativeFloats series = native(p.series[6]);
    IMGMINE_UNROLL
    for (int k = 5; k >= 0; --k) series = series * m + p.series[k];
    const Ints exponent = (bits >> 23) & 15;
#if defined(__AVX512F__)
    const __m512 scale = _mm512_permutexvar_ps((__m512i)exponent, _mm512_loadu_ps(p.scale));
    return series * (NativeFloats)scale;
#elif defined(__AVX2__)
    return series * (NativeFloats)_mm256_i32gather_ps(p.scale, (__m256i)exponent, 4);
#else
    return series * NativeFloats{p.scale[exponent[0]], p.scale[exponent[1]], p.scale[exponent[2]],
                                 p.scale[exponent[3]]};
#endif
}

constexpr Power power_1_3 = {
    {0x1.000000p-5f, 0x1.428a30p-5f, 0x1.965feap-5f, 0x1.000000p-4f, 0x1.428a30p-4f, 0x1.965feap-4f,
     0x1.000000p-3f, 0x1.428a30p-3f, 0x1.965feap-3f, 0x1.000000p-2f, 0x1.428a30p-2f, 0x1.965feap-2f,
     0x1.000000p-1f, 0x1.428a30p-1f, 0x1.965feap-1f, 0x1.000000p+0f},
    {0x1.250c00p+0f, 0x1.047d1ap-2f, -0x1.cf248cp-5f, 0x1.55b844p-6f, -0x1.2d89bcp-7f,
     0x1.52a74ap-8f, -0x1.76d2aep-9f}};
constexpr Power power_12_5 = {{0x1.000000p-36f, 0x1.51cb46p-34f, 0x1.bdb8cep-32f, 0x1.261118p-29f,
                               0x1.840600p-27f, 0x1.000000p-24f, 0x1.51cb46p-22f, 0x1.bdb8cep-20f,
                               0x1.261118p-17f, 0x1.840600p-15f, 0x1.000000p-12f, 0x1.51cb46p-10f,
                               0x1.bdb8cep-8f, 0x1.261118p-5f, 0x1.840600p-3f, 0x1.000000p+0f},
                              {0x1.52b5f4p+1f, 0x1.0ef7f8p+2f, 0x1.f9ce9ap+0f, 0x1.67a5b0p-3f,
                               -0x1.1ef2c4p-6f, 0x1.00232cp-8f, -0x1.49a912p-10f}};
constexpr Power power_5_12 = {
    {0x1.ae89fap-7f, 0x1.1f59acp-6f, 0x1.7f910ep-6f, 0x1.000000p-5f, 0x1.55b810p-5f, 0x1.c823e0p-5f,
     0x1.306fe0p-4f, 0x1.965feap-4f, 0x1.0f38fap-3f, 0x1.6a09e6p-3f, 0x1.e3437ep-3f, 0x1.428a30p-2f,
     0x1.ae89fap-2f, 0x1.1f59acp-1f, 0x1.7f910ep-1f, 0x1.000000p+0f},
    {0x1.2f1e24p+0f, 0x1.50ccccp-2f, -0x1.05fb8ap-4f, 0x1.6f6528p-6f, -0x1.3a0e64p-7f,
     0x1.571f3cp-8f, -0x1.762b04p-9f}};

// XYZ of D65's white; the matrices from linear sRGB stand below, and the inverse of it to 8 digits.
constexpr double white_x = 0.950456, white_z = 1.088754;

/// Linear light, 0..1, of an sRGB value of 0..255; what is outside becomes the nearer end.
IMGMINE_INLINE NativeFloats linear_light(NativeFloats value) {
    const NativeFloats c = min(max(value * (1 / 255.0f), native(0)), native(1));
    const NativeFloats base = (c + 0.055f) * (1 / 1.055f);
    return c > 0.04045f ? power(base, power_12_5) : c * (1 / 12.92f);
}

/// The CIE function: the cube root, and a straight line near 0.
IMGMINE_INLINE NativeFloats cie_f(NativeFloats t) {
    const NativeFloats root = power(max(t, native(0x1p-14f)), power_1_3);
    return t > 0.008856f ? root : t * 7.787f + (float)(16.0 / 116.0);
}

/// L* = 116 f(Y) - 16, a* = 500 (f(X) - f(Y)), b* = 200 (f(Y) - f(Z)).
void rgb_to_lab_f32(const float* in, float* out, std::size_t n, bool streams) {
    convert_pixels(in, out, n, streams, [](const FloatPlanes& rgb) -> FloatPlanes {
        const NativeFloats r = linear_light(rgb.plane[0]), g = linear_light(rgb.plane[1]),
                           b = linear_light(rgb.plane[2]);
        const auto f = [&](double red, double green, double blue, double white) {
            return cie_f(((float)(red / white) * r + (float)(green / white) * g) +
                         (float)(blue / white) * b);
        };
        const NativeFloats x = f(0.412453, 0.357580, 0.180423, white_x),
                           y = f(0.212671, 0.715160, 0.072169, 1),
                           z = f(0.019334, 0.119193, 0.950227, white_z);
        return {{116.0f * y - 16.0f, 500.0f * (x - y), 200.0f * (y - z)}};
    });
}

struct Light {
    NativeFloats r, g, b;
};

/// The inverse of cie_f.
IMGMINE_INLINE NativeFloats cube(NativeFloats f) {
    constexpr float end = (float)(7.787 * 0.008856 + 16.0 / 116.0);
    return f > end ? f * f * f : (f - (float)(16.0 / 116.0)) * (float)(1 / 7.787);
}

/// Linear light, anything but NaN where it is out of gamut, of L* (0..100), a* and b*.
IMGMINE_INLINE Light light_of_lab(NativeFloats l, NativeFloats a, NativeFloats b) {
    const NativeFloats fy = (l + 16.0f) * (1 / 116.0f);
    const NativeFloats y = cube(fy), x = (float)white_x * cube(fy + a * (1 / 500.0f)),
                       z = (float)white_z * cube(fy - b * (1 / 200.0f));
    return {(3.24048134f * x - 1.53715152f * y) - 0.49853633f * z,
            (-0.96925495f * x + 1.87599000f * y) + 0.04155593f * z,
            (0.05564664f * x - 0.20404134f * y) + 1.05731107f * z};
}

/// The sRGB value, 0..255, of linear light; what is outside 0..1 becomes the nearer end.
IMGMINE_INLINE NativeFloats encoded(NativeFloats light) {
    const NativeFloats c = min(max(light, native(0)), native(1));
    const NativeFloats curve = power(max(c, native(0x1p-14f)), power_5_12);
    return c > 0.0031308f ? curve * (float)(255 * 1.055) - (float)(255 * 0.055)
                          : c * (float)(255 * 12.92);
}

void lab_to_rgb_f32(const float* in, float* out, std::size_t n, bool streams) {
    convert_pixels(in, out, n, streams, [](const FloatPlanes& v) -> FloatPlanes {
        const Light light = light_of_lab(v.plane[0], v.plane[1], v.plane[2]);
        return {{encoded(light.r), encoded(light.g), encoded(light.b)}};
    });
}

/// The sRGB byte of linear light, whatever it is.
IMGMINE_INLINE NativeInts encoded_byte(NativeFloats light, const EncodeTable& table) {
    constexpr std::int32_t first = 0x39000000 >> 14;  // 2^-13
    const NativeFloats c = min(max(light, native(0x1p-13f)), native(1));
    const Ints index = ((Ints)c >> 14) - first;
#if defined(__AVX512F__)
    return (NativeInts)_mm512_i32gather_epi32((__m512i)index, table.bytes, 1) & 255;
#elif defined(__AVX2__)
    return (NativeInts)_mm256_i32gather_epi32((const int*)table.bytes, (__m256i)index, 1) & 255;
#else
    return NativeInts{table.bytes[index[0]], table.bytes[index[1]], table.bytes[index[2]],
                      table.bytes[index[3]]};
#endif
}

/// The inverse of the 8-bit L*a*b*, within 0.6 of the exact value.
void lab_to_rgb_u8(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams,
                   const EncodeTable& table) {
    convert_pixels(in, out, n, streams, [&](const BytePlanes& v) -> BytePlanes {
        const Halves l = halves_of(v.plane[0]), a = halves_of(v.plane[1]),
                     b = halves_of(v.plane[2]);
        const NativeSignedShorts zero = {};
        NativeInts rgb[3][4];
        IMGMINE_UNROLL
        for (int i = 0; i < 4; ++i) {
            const auto quarter = [&](const Halves& h) {
                const NativeSignedShorts x = i < 2 ? h.low : h.high;
                return __builtin_convertvector(
                    (NativeInts)(i % 2 ? zip_high(x, zero) : zip_low(x, zero)), NativeFloats);
            };
            const Light light = light_of_lab(quarter(l) * (float)(100 / 255.0), quarter(a) - 128.0f,
                                             quarter(b) - 128.0f);
            rgb[0][i] = encoded_byte(light.r, table);
            rgb[1][i] = encoded_byte(light.g, table);
            rgb[2][i] = encoded_byte(light.b, table);
        }
        const auto joined = [](const NativeInts* x) {
            return join(join(x[0], x[1]), join(x[2], x[3]));
        };
        return {{joined(rgb[0]), joined(rgb[1]), joined(rgb[2])}};
    });
}

}  // namespace
extern const LabKernels IMGMINE_TABLE(lab_kernels);
const LabKernels IMGMINE_TABLE(lab_kernels) = {
    .rgb_to_lab_u8 = rgb_to_lab_u8,
    .lab_to_rgb_u8 = lab_to_rgb_u8,
    .rgb_to_lab_f32 = rgb_to_lab_f32,
    .lab_to_rgb_f32 = lab_to_rgb_f32,
};

}  // namespace imgmine
