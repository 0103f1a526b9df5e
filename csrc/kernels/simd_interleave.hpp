#pragma once

#include "kernels/simd_integers.hpp"
#include "kernels/stream.hpp"

// Pixels of interleaved channels as planes, one register or more a channel, and back; bytes in
// shorts in ints, and back. Halves and pairs are taken within every 16 bytes of a register, which
// costs least everywhere: what was taken apart here must be put together here.
namespace imgmine {
namespace {

/// native_bytes pixels of three bytes.
struct BytePlanes {
    NativeBytes plane[3];
};

#if defined(__AVX512VBMI__)
struct PixelOrder {
    std::uint8_t to_plane[3][64], to_pixels[3][64];
    constexpr PixelOrder() : to_plane(), to_pixels() {
        for (int k = 0; k < 3; ++k)
            for (int i = 0; i < 64; ++i) {
                to_plane[k][i] = (std::uint8_t)((3 * i + k) & 127);
                to_pixels[k][i] = (std::uint8_t)((64 * k + i) / 3);
            }
    }
};
constexpr PixelOrder pixel_order;

IMGMINE_INLINE BytePlanes load_planes(const std::uint8_t* p) {
    const __m512i a = _mm512_loadu_si512(p), b = _mm512_loadu_si512(p + 64),
                  c = _mm512_loadu_si512(p + 128);
    const auto plane = [&](int k, __mmask64 last) {
        const __m512i order = _mm512_loadu_si512(pixel_order.to_plane[k]);
        const __m512i first = _mm512_permutex2var_epi8(a, order, b);
        return (NativeBytes)_mm512_mask_permutexvar_epi8(first, last, order, c);
    };
    return {{plane(0, ~0ull << 43), plane(1, ~0ull << 43), plane(2, ~0ull << 42)}};
}

template <bool streams = false>
IMGMINE_INLINE void store_planes(std::uint8_t* p, const BytePlanes& v) {
    constexpr __mmask64 thirds = 0x9249249249249249u;
    constexpr __mmask64 place[3] = {thirds, thirds << 1, thirds << 2};
    IMGMINE_UNROLL
    for (int j = 0; j < 3; ++j) {
        const __m512i order = _mm512_loadu_si512(pixel_order.to_pixels[j]);
        // Byte 64 j + t belongs to channel (j + t) % 3.
        __m512i x = _mm512_permutexvar_epi8(order, (__m512i)v.plane[j]);
        x = _mm512_mask_permutexvar_epi8(x, place[1], order, (__m512i)v.plane[(j + 1) % 3]);
        x = _mm512_mask_permutexvar_epi8(x, place[2], order, (__m512i)v.plane[(j + 2) % 3]);
        if constexpr (streams)
            _mm512_stream_si512((__m512i*)(p + 64 * j), x);
        else
            _mm512_storeu_si512(p + 64 * j, x);
    }
}
#elif defined(__x86_64__)
struct PixelOrder {
    std::uint8_t to_plane[3][3][16], to_pixels[3][3][16];
    constexpr PixelOrder() : to_plane(), to_pixels() {
        for (int k = 0; k < 3; ++k)
            for (int j = 0; j < 3; ++j)
                for (int i = 0; i < 16; ++i) {
                    const int from = 3 * i + k, to = 16 * j + i;
                    to_plane[k][j][i] = (std::uint8_t)(from / 16 == j ? from % 16 : 128);
                    to_pixels[j][k][i] = (std::uint8_t)(to % 3 == k ? to / 3 : 128);
                }
    }
};
constexpr PixelOrder pixel_order;

#if defined(__AVX2__)
/// 16 bytes, and those 48 further on.
IMGMINE_INLINE NativeBytes load_halves(const std::uint8_t* p) {
    const __m256i low = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i*)p));
    return (NativeBytes)_mm256_inserti128_si256(low, _mm_loadu_si128((const __m128i*)(p + 48)), 1);
}
template <bool streams>
IMGMINE_INLINE void store_halves(std::uint8_t* p, NativeBytes v) {
    const __m128i low = _mm256_castsi256_si128((__m256i)v);
    const __m128i high = _mm256_extracti128_si256((__m256i)v, 1);
    if constexpr (streams)
        _mm_stream_si128((__m128i*)p, low), _mm_stream_si128((__m128i*)(p + 48), high);
    else
        _mm_storeu_si128((__m128i*)p, low), _mm_storeu_si128((__m128i*)(p + 48), high);
}
IMGMINE_INLINE NativeBytes shuffled(NativeBytes v, const std::uint8_t* order) {
    const __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i*)order));
    return (NativeBytes)_mm256_shuffle_epi8((__m256i)v, both);
}
#else
IMGMINE_INLINE NativeBytes load_halves(const std::uint8_t* p) {
    return load_native<NativeBytes>(p);
}
template <bool streams>
IMGMINE_INLINE void store_halves(std::uint8_t* p, NativeBytes v) {
    if constexpr (streams)
        _mm_stream_si128((__m128i*)p, (__m128i)v);
    else
        store_native(p, v);
}
IMGMINE_INLINE NativeBytes shuffled(NativeBytes v, const std::uint8_t* order) {
    return (NativeBytes)_mm_shuffle_epi8((__m128i)v, _mm_loadu_si128((const __m128i*)order));
}
#endif

IMGMINE_INLINE BytePlanes load_planes(const std::uint8_t* p) {
    const NativeBytes a = load_halves(p), b = load_halves(p + 16), c = load_halves(p + 32);
    const auto plane = [&](const std::uint8_t (*order)[16]) {
        return shuffled(a, order[0]) | shuffled(b, order[1]) | shuffled(c, order[2]);
    };
    return {{plane(pixel_order.to_plane[0]), plane(pixel_order.to_plane[1]),
             plane(pixel_order.to_plane[2])}};
}

template <bool streams = false>
IMGMINE_INLINE void store_planes(std::uint8_t* p, const BytePlanes& v) {
    IMGMINE_UNROLL
    for (int j = 0; j < 3; ++j) {
        const auto* order = pixel_order.to_pixels[j];
        store_halves<streams>(p + 16 * j, shuffled(v.plane[0], order[0]) |
                                              shuffled(v.plane[1], order[1]) |
                                              shuffled(v.plane[2], order[2]));
    }
}
#else
IMGMINE_INLINE BytePlanes load_planes(const std::uint8_t* p) {
    const uint8x16x3_t v = vld3q_u8(p);
    return {{(NativeBytes)v.val[0], (NativeBytes)v.val[1], (NativeBytes)v.val[2]}};
}

template <bool streams = false>
IMGMINE_INLINE void store_planes(std::uint8_t* p, const BytePlanes& v) {
    vst3q_u8(p, {{(uint8x16_t)v.plane[0], (uint8x16_t)v.plane[1], (uint8x16_t)v.plane[2]}});
}
#endif

/// Writes convert(planes) of n < native_bytes pixels of three bytes; `out` may be `in`.
template <class Convert>
IMGMINE_INLINE void convert_few(const std::uint8_t* in, std::uint8_t* out, std::size_t n,
                                const Convert& convert) {
    std::uint8_t rest[3 * native_bytes] = {};
    std::memcpy(rest, in, 3 * n);
    store_planes(rest, convert(load_planes(rest)));
    std::memcpy(out, rest, 3 * n);
}

template <bool streams, class Convert>
IMGMINE_INLINE void convert_aligned(const std::uint8_t* in, std::uint8_t* out, std::size_t n,
                                    const Convert& convert) {
    constexpr std::size_t step = 3 * native_bytes;
    for (; n >= native_bytes; n -= native_bytes, in += step, out += step) {
#if defined(__x86_64__)
        // The processor's own prefetching loses track at every page; past the end does no harm.
        for (std::size_t line = 0; line < step; line += 64) __builtin_prefetch(in + 4096 + line);
#endif
        store_planes<streams>(out, convert(load_planes(in)));
    }
    if (n) convert_few(in, out, n, convert);
}

/// Writes convert(planes) of n pixels of three bytes, past the caches where it `streams`; `out` may
/// be `in`.
template <class Convert>
IMGMINE_INLINE void convert_pixels(const std::uint8_t* in, std::uint8_t* out, std::size_t n,
                                   bool streams, const Convert& convert) {
    if (!streams || n < native_bytes) return convert_aligned<false>(in, out, n, convert);
    const std::size_t head = pixels_to_boundary(out, native_bytes);
    if (head) convert_few(in, out, head, convert);
    convert_aligned<true>(in + 3 * head, out + 3 * head, n - head, convert);
    end_of_stream();
}

// Halves: a0 b0 a1 b1 ... of the lower or the upper 8 bytes of every 16.
#if defined(__AVX512BW__)
#define IMGMINE_EVERY_16_BYTES(name) (NativeBytes) _mm512_##name((__m512i)a, (__m512i)b)
#elif defined(__AVX2__)
#define IMGMINE_EVERY_16_BYTES(name) (NativeBytes) _mm256_##name((__m256i)a, (__m256i)b)
#elif defined(__x86_64__)
#define IMGMINE_EVERY_16_BYTES(name) (NativeBytes) _mm_##name((__m128i)a, (__m128i)b)
#endif

#if defined(__x86_64__)
IMGMINE_INLINE NativeBytes zip_low(NativeBytes a, NativeBytes b) {
    return IMGMINE_EVERY_16_BYTES(unpacklo_epi8);
}
IMGMINE_INLINE NativeBytes zip_high(NativeBytes a, NativeBytes b) {
    return IMGMINE_EVERY_16_BYTES(unpackhi_epi8);
}
IMGMINE_INLINE NativeSignedShorts zip_low(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeSignedShorts)IMGMINE_EVERY_16_BYTES(unpacklo_epi16);
}
IMGMINE_INLINE NativeSignedShorts zip_high(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeSignedShorts)IMGMINE_EVERY_16_BYTES(unpackhi_epi16);
}
/// The bytes of two halves; what is outside 0..255 becomes the nearer end.
IMGMINE_INLINE NativeBytes join(NativeSignedShorts a, NativeSignedShorts b) {
    return IMGMINE_EVERY_16_BYTES(packus_epi16);
}
/// The shorts of two halves; what is outside their range becomes the nearer end.
IMGMINE_INLINE NativeSignedShorts join(NativeInts a, NativeInts b) {
    return (NativeSignedShorts)IMGMINE_EVERY_16_BYTES(packs_epi32);
}
/// (a b + 2^14) >> 15; not for both -2^15.
IMGMINE_INLINE NativeSignedShorts multiply_rounded(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeSignedShorts)IMGMINE_EVERY_16_BYTES(mulhrs_epi16);
}
/// (a b) >> 16 of unsigned values.
IMGMINE_INLINE NativeShorts multiply_high(NativeShorts a, NativeShorts b) {
    return (NativeShorts)IMGMINE_EVERY_16_BYTES(mulhi_epu16);
}
/// a0 b0 + a1 b1, a2 b2 + a3 b3, ...
IMGMINE_INLINE NativeInts multiply_pairs(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeInts)IMGMINE_EVERY_16_BYTES(madd_epi16);
}
#else
IMGMINE_INLINE NativeBytes zip_low(NativeBytes a, NativeBytes b) {
    return (NativeBytes)vzip1q_u8((uint8x16_t)a, (uint8x16_t)b);
}
IMGMINE_INLINE NativeBytes zip_high(NativeBytes a, NativeBytes b) {
    return (NativeBytes)vzip2q_u8((uint8x16_t)a, (uint8x16_t)b);
}
IMGMINE_INLINE NativeSignedShorts zip_low(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeSignedShorts)vzip1q_s16((int16x8_t)a, (int16x8_t)b);
}
IMGMINE_INLINE NativeSignedShorts zip_high(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeSignedShorts)vzip2q_s16((int16x8_t)a, (int16x8_t)b);
}
IMGMINE_INLINE NativeBytes join(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeBytes)vcombine_u8(vqmovun_s16((int16x8_t)a), vqmovun_s16((int16x8_t)b));
}
IMGMINE_INLINE NativeSignedShorts join(NativeInts a, NativeInts b) {
    return (NativeSignedShorts)vcombine_s16(vqmovn_s32((int32x4_t)a), vqmovn_s32((int32x4_t)b));
}
IMGMINE_INLINE NativeSignedShorts multiply_rounded(NativeSignedShorts a, NativeSignedShorts b) {
    return (NativeSignedShorts)vqrdmulhq_s16((int16x8_t)a, (int16x8_t)b);
}
IMGMINE_INLINE NativeShorts multiply_high(NativeShorts a, NativeShorts b) {
    const uint16x8_t x = (uint16x8_t)a, y = (uint16x8_t)b;
    const uint32x4_t low = vmull_u16(vget_low_u16(x), vget_low_u16(y));
    const uint32x4_t high = vmull_u16(vget_high_u16(x), vget_high_u16(y));
    return (NativeShorts)vcombine_u16(vshrn_n_u32(low, 16), vshrn_n_u32(high, 16));
}
IMGMINE_INLINE NativeInts multiply_pairs(NativeSignedShorts a, NativeSignedShorts b) {
    const int16x8_t x = (int16x8_t)a, y = (int16x8_t)b;
    return (NativeInts)vpaddq_s32(vmull_s16(vget_low_s16(x), vget_low_s16(y)),
                                  vmull_s16(vget_high_s16(x), vget_high_s16(y)));
}
#endif
#undef IMGMINE_EVERY_16_BYTES

IMGMINE_INLINE NativeSignedShorts shorts_of(int x) {
    return (std::int16_t)x - NativeSignedShorts{};
}

IMGMINE_INLINE NativeBytes bytes_of(int x) {
    return (std::uint8_t)x - NativeBytes{};
}

/// 32-bit pairs of 16-bit weights for multiply_pairs.
IMGMINE_INLINE NativeSignedShorts pairs_of(int even, int odd) {
    return (NativeSignedShorts)((std::int32_t)((unsigned)odd << 16 | ((unsigned)even & 0xffff)) -
                                NativeInts{});
}

/// A plane as shorts: two halves.
struct Halves {
    NativeSignedShorts low, high;
};

IMGMINE_INLINE Halves halves_of(NativeBytes v) {
    return {(NativeSignedShorts)zip_low(v, NativeBytes{}),
            (NativeSignedShorts)zip_high(v, NativeBytes{})};
}

IMGMINE_INLINE NativeBytes join(const Halves& v) {
    return join(v.low, v.high);
}

}  // namespace
}  // namespace imgmine
