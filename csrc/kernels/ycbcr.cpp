#include "kernels/ycbcr.hpp"

#include "kernels/simd_interleave.hpp"
#include "kernels/simd_pixels.hpp"

namespace imgmine {
namespace {

/// (r * R + g * G + b * B + one * K) >> 15 for each pixel, as bytes; K stands beside B.
struct Weights {
    NativeSignedShorts rg, bk;
};

/// Full range BT.601 as in JPEG, in 15-bit fixed point, rounded half up. Y is rgb_to_gray_u8's.
///
///   Y  = ( 9798 R + 19235 G +  3735 B + 16384) >> 15
///   Cb = (-5529 R - 10855 G + 16384 B + 16384 + 128 * 2^15) >> 15, at most 255
///   Cr = (16384 R - 13720 G -  2664 B + 16384 + 128 * 2^15) >> 15, at most 255
void rgb_to_ycbcr_u8(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams) {
    const Weights weights[3] = {{pairs_of(9798, 19235), pairs_of(3735, 64)},
                                {pairs_of(-5529, -10855), pairs_of(16384, 16448)},
                                {pairs_of(16384, -13720), pairs_of(-2664, 16448)}};
    const NativeSignedShorts scale = shorts_of(256);
    convert_pixels(in, out, n, streams, [&](const BytePlanes& rgb) {
        const Halves r = halves_of(rgb.plane[0]), g = halves_of(rgb.plane[1]),
                     b = halves_of(rgb.plane[2]);
        const NativeSignedShorts rg[4] = {zip_low(r.low, g.low), zip_high(r.low, g.low),
                                          zip_low(r.high, g.high), zip_high(r.high, g.high)};
        const NativeSignedShorts bk[4] = {zip_low(b.low, scale), zip_high(b.low, scale),
                                          zip_low(b.high, scale), zip_high(b.high, scale)};
        BytePlanes result;
        IMGMINE_UNROLL
        for (int c = 0; c < 3; ++c) {
            NativeInts x[4];
            IMGMINE_UNROLL
            for (int i = 0; i < 4; ++i)
                x[i] =
                    (multiply_pairs(rg[i], weights[c].rg) + multiply_pairs(bk[i], weights[c].bk)) >>
                    15;
            result.plane[c] = join(join(x[0], x[1]), join(x[2], x[3]));
        }
        return result;
    });
}

/// The inverse. Products are rounded to the nearest, those of G to 1/128 before they are added:
///
///   R = Y + 1.402 Cr', G = Y - 0.344136 Cb' - 0.714136 Cr', B = Y + 1.772 Cb', in 0..255
void ycbcr_to_rgb_u8(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams) {
    struct Rgb {
        NativeSignedShorts r, g, b;
    };
    const auto rgb = [](NativeSignedShorts y, NativeSignedShorts cb, NativeSignedShorts cr) -> Rgb {
        cb -= 128;
        cr -= 128;
        const NativeSignedShorts green = multiply_rounded(cb << 7, shorts_of(-11277)) +
                                         multiply_rounded(cr << 7, shorts_of(-23401));
        return {y + cr + multiply_rounded(cr, shorts_of(13173)), y + ((green + 64) >> 7),
                y + cb + cb + multiply_rounded(cb, shorts_of(-7471))};
    };
    convert_pixels(in, out, n, streams, [&](const BytePlanes& v) -> BytePlanes {
        const Halves y = halves_of(v.plane[0]), cb = halves_of(v.plane[1]),
                     cr = halves_of(v.plane[2]);
        const Rgb a = rgb(y.low, cb.low, cr.low), b = rgb(y.high, cb.high, cr.high);
        return {{join(a.r, b.r), join(a.g, b.g), join(a.b, b.b)}};
    });
}

/// Y = 0.299 R + 0.587 G + 0.114 B, Cb = (B - Y) / 1.772 + 128, Cr = (R - Y) / 1.402 + 128.
void rgb_to_ycbcr_f32(const float* in, float* out, std::size_t n, bool streams) {
    convert_pixels(in, out, n, streams, [&](const FloatPlanes& v) -> FloatPlanes {
        const NativeFloats r = v.plane[0], g = v.plane[1], b = v.plane[2];
        const NativeFloats y = (0.299f * r + 0.587f * g) + 0.114f * b;
        return {{y, (b - y) * (float)(1 / 1.772) + 128.0f, (r - y) * (float)(1 / 1.402) + 128.0f}};
    });
}

void ycbcr_to_rgb_f32(const float* in, float* out, std::size_t n, bool streams) {
    constexpr float green_cb = (float)(0.114 * 1.772 / 0.587),
                    green_cr = (float)(0.299 * 1.402 / 0.587);
    convert_pixels(in, out, n, streams, [](const FloatPlanes& v) -> FloatPlanes {
        const NativeFloats y = v.plane[0], cb = v.plane[1] - 128.0f, cr = v.plane[2] - 128.0f;
        return {{y + 1.402f * cr, y - (green_cb * cb + green_cr * cr), y + 1.772f * cb}};
    });
}

// Camera frames hold BT.601 in video range: Y from 16 to 235, chroma from 16 to 240 around 128.
//
//   R = 1.164 Y' + 1.596 V', G = 1.164 Y' - 0.391 U' - 0.813 V', B = 1.164 Y' + 2.018 U'
//
// Terms are rounded to 1/64 and added with saturation, which changes nothing below 512.

/// Saturating a + b.
IMGMINE_INLINE NativeSignedShorts add_saturated(NativeSignedShorts a, NativeSignedShorts b) {
#if defined(__AVX512BW__)
    return (NativeSignedShorts)_mm512_adds_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (NativeSignedShorts)_mm256_adds_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return (NativeSignedShorts)_mm_adds_epi16((__m128i)a, (__m128i)b);
#else
    return (NativeSignedShorts)vqaddq_s16((int16x8_t)a, (int16x8_t)b);
#endif
}

/// 64 times 1.164 Y', and a half, for rounding.
IMGMINE_INLINE NativeSignedShorts light_of(NativeSignedShorts y) {
    const NativeSignedShorts above = y > 16 ? y - 16 : NativeSignedShorts{};
    return multiply_rounded(above << 7, shorts_of(19071)) + 32;  // 1.16400 * 2^14
}

struct Chroma {
    NativeSignedShorts r, g, b;
};

/// 64 times what U and V, which are 0..255, add to each channel.
IMGMINE_INLINE Chroma chroma_of(NativeSignedShorts u, NativeSignedShorts v) {
    const NativeSignedShorts u7 = (u - 128) << 7, v7 = (v - 128) << 7;
    const auto times = [](NativeSignedShorts x, int weight) {  // weight / 2^14
        return multiply_rounded(x, shorts_of(weight));
    };
    return {times(v7, 26149), times(u7, -6406) + times(v7, -13320), u7 + times(u7, 295)};
}

IMGMINE_INLINE NativeBytes channel_of(const Halves& light, NativeSignedShorts low,
                                      NativeSignedShorts high) {
    return join(add_saturated(light.low, low) >> 6, add_saturated(light.high, high) >> 6);
}

IMGMINE_INLINE BytePlanes rgb_of(const Halves& light, const Chroma& low, const Chroma& high) {
    return {{channel_of(light, low.r, high.r), channel_of(light, low.g, high.g),
             channel_of(light, low.b, high.b)}};
}

IMGMINE_INLINE Halves lights_of(NativeBytes y) {
    const Halves half = halves_of(y);
    return {light_of(half.low), light_of(half.high)};
}

/// Of shorts U V U V ...: what each pair of pixels shares.
IMGMINE_INLINE Chroma chroma_of_pairs(NativeSignedShorts uv) {
    typedef std::uint32_t Pairs __attribute__((vector_size(native_size)));
    const Pairs x = (Pairs)uv;
    return chroma_of((NativeSignedShorts)((x & 0xffff) | x << 16),
                     (NativeSignedShorts)((x & 0xffff0000) | x >> 16));
}

/// Two rows of n pixels, n even, which share one row of U V U V ...
void nv12_to_rgb(const std::uint8_t* const* y, const std::uint8_t* uv, std::uint8_t* const* rgb,
                 std::size_t n) {
    const auto block = [](const std::uint8_t* const light[2], const std::uint8_t* color,
                          std::uint8_t* const out[2]) {
        const Halves half = halves_of(load_native<NativeBytes>(color));
        const Chroma low = chroma_of_pairs(half.low), high = chroma_of_pairs(half.high);
        IMGMINE_UNROLL
        for (int row = 0; row < 2; ++row)
            store_planes(out[row],
                         rgb_of(lights_of(load_native<NativeBytes>(light[row])), low, high));
    };
    std::size_t i = 0;
    for (; i + native_bytes <= n; i += native_bytes) {
        const std::uint8_t* const light[2] = {y[0] + i, y[1] + i};
        std::uint8_t* const out[2] = {rgb[0] + 3 * i, rgb[1] + 3 * i};
        block(light, uv + i, out);
    }
    if (i == n) return;
    std::uint8_t rest[3][native_bytes] = {}, made[2][3 * native_bytes];
    for (int row = 0; row < 2; ++row) std::memcpy(rest[row], y[row] + i, n - i);
    std::memcpy(rest[2], uv + i, n - i);
    const std::uint8_t* const light[2] = {rest[0], rest[1]};
    std::uint8_t* const out[2] = {made[0], made[1]};
    block(light, rest[2], out);
    for (int row = 0; row < 2; ++row) std::memcpy(rgb[row] + 3 * i, made[row], 3 * (n - i));
}

/// 2 * native_bytes bytes; of every 32 the first 16 and the others: halves as `join` wants them.
IMGMINE_INLINE Halves load_halves_of_pairs(const std::uint8_t* p) {
    const auto a = load_native<NativeSignedShorts>(p),
               b = load_native<NativeSignedShorts>(p + native_bytes);
#if defined(__AVX512BW__)
    const __m512i even = _mm512_setr_epi64(0, 1, 4, 5, 8, 9, 12, 13);
    const __m512i odd = _mm512_setr_epi64(2, 3, 6, 7, 10, 11, 14, 15);
    return {(NativeSignedShorts)_mm512_permutex2var_epi64((__m512i)a, even, (__m512i)b),
            (NativeSignedShorts)_mm512_permutex2var_epi64((__m512i)a, odd, (__m512i)b)};
#elif defined(__AVX2__)
    return {(NativeSignedShorts)_mm256_permute2x128_si256((__m256i)a, (__m256i)b, 0x20),
            (NativeSignedShorts)_mm256_permute2x128_si256((__m256i)a, (__m256i)b, 0x31)};
#else
    return {a, b};
#endif
}

/// n pixels, n even, as Y U Y V ...
void yuyv_to_rgb(const std::uint8_t* yuyv, std::uint8_t* rgb, std::size_t n) {
    const auto block = [](const std::uint8_t* in, std::uint8_t* out) {
        const Halves half = load_halves_of_pairs(in);
        const auto chroma = [](NativeSignedShorts v) {
            return chroma_of_pairs((NativeSignedShorts)((NativeShorts)v >> 8));
        };
        const Halves light = {light_of(half.low & 255), light_of(half.high & 255)};
        store_planes(out, rgb_of(light, chroma(half.low), chroma(half.high)));
    };
    for (; n >= native_bytes; n -= native_bytes, yuyv += 2 * native_bytes, rgb += 3 * native_bytes)
        block(yuyv, rgb);
    if (n == 0) return;
    std::uint8_t rest[2 * native_bytes] = {}, made[3 * native_bytes];
    std::memcpy(rest, yuyv, 2 * n);
    block(rest, made);
    std::memcpy(rgb, made, 3 * n);
}

}  // namespace
extern const YcbcrKernels IMGMINE_TABLE(ycbcr_kernels);
const YcbcrKernels IMGMINE_TABLE(ycbcr_kernels) = {
    .rgb_to_ycbcr_u8 = rgb_to_ycbcr_u8,
    .ycbcr_to_rgb_u8 = ycbcr_to_rgb_u8,
    .rgb_to_ycbcr_f32 = rgb_to_ycbcr_f32,
    .ycbcr_to_rgb_f32 = ycbcr_to_rgb_f32,
    .nv12_to_rgb = nv12_to_rgb,
    .yuyv_to_rgb = yuyv_to_rgb,
};

}  // namespace imgmine
