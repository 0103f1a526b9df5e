#include "kernels/fingerprint.hpp"

#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

// 65536 together. Green's weight is too large for a short: half of it is used twice.
constexpr int luma_r = 19595, luma_g = 38470, luma_b = 7471;

IMGMINE_INLINE std::uint8_t luma_of(const std::uint8_t* p) {
    return (std::uint8_t)((luma_r * p[0] + luma_g * p[1] + luma_b * p[2] + 32768) >> 16);
}

#if defined(__AVX512VBMI__)
/// The luma of 16 pixels as integers.
template <std::size_t channels>
IMGMINE_INLINE __m512i luma_of_sixteen(const std::uint8_t* p) {
    const __m512i step = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i red = _mm512_mullo_epi32(step, _mm512_set1_epi32(channels));
    const __m512i above = _mm512_slli_epi32(_mm512_add_epi32(red, _mm512_set1_epi32(1)), 16);
    const __m512i red_green = _mm512_or_si512(red, above);
    const __m512i blue_green = _mm512_or_si512(_mm512_add_epi32(red, _mm512_set1_epi32(2)), above);
    const __m512i bytes = _mm512_maskz_loadu_epi8(~0ull >> (64 - 16 * channels), p);
    const __m512i rg = _mm512_maskz_permutexvar_epi8(0x5555555555555555u, red_green, bytes);
    const __m512i bg = _mm512_maskz_permutexvar_epi8(0x5555555555555555u, blue_green, bytes);
    const __m512i rg_weights = _mm512_set1_epi32(luma_g / 2 << 16 | luma_r);
    const __m512i bg_weights = _mm512_set1_epi32(luma_g / 2 << 16 | luma_b);
    __m512i sum = _mm512_set1_epi32(32768);
    sum = _mm512_dpwssd_epi32(sum, rg, rg_weights);
    sum = _mm512_dpwssd_epi32(sum, bg, bg_weights);
    return _mm512_srli_epi32(sum, 16);
}

template <std::size_t channels>
IMGMINE_INLINE bool luma_in_blocks(const std::uint8_t* pixels, std::uint8_t* out, std::size_t n) {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return in_blocks<64>(n, [&](std::size_t i) {
        const std::uint8_t* p = pixels + channels * i;
        for (std::size_t line = 0; line < 64 * channels; line += 64)
            __builtin_prefetch(p + 4096 + line);
        constexpr std::size_t step = 16 * channels;
        const __m512i first =
            _mm512_packus_epi32(luma_of_sixteen<channels>(p), luma_of_sixteen<channels>(p + step));
        const __m512i second = _mm512_packus_epi32(luma_of_sixteen<channels>(p + 2 * step),
                                                   luma_of_sixteen<channels>(p + 3 * step));
        const __m512i bytes = _mm512_packus_epi16(first, second);
        _mm512_storeu_si512(out + i, _mm512_permutexvar_epi32(order, bytes));
    });
}
#else
IMGMINE_INLINE NativeInts luma_of_shorts(NativeSignedShorts red_green,
                                         NativeSignedShorts blue_green) {
    return (multiply_pairs(red_green, pairs_of(luma_r, luma_g / 2)) +
            multiply_pairs(blue_green, pairs_of(luma_b, luma_g / 2)) + 32768) >>
           16;
}

IMGMINE_INLINE NativeSignedShorts luma_of_half(NativeSignedShorts r, NativeSignedShorts g,
                                               NativeSignedShorts b) {
    return join(luma_of_shorts(zip_low(r, g), zip_low(b, g)),
                luma_of_shorts(zip_high(r, g), zip_high(b, g)));
}

template <std::size_t channels>
IMGMINE_INLINE bool luma_in_blocks(const std::uint8_t* pixels, std::uint8_t* out, std::size_t n) {
    if (channels != 3) return false;
    return in_blocks<native_bytes>(n, [&](std::size_t i) {
        const BytePlanes v = load_planes(pixels + 3 * i);
        const Halves r = halves_of(v.plane[0]), g = halves_of(v.plane[1]),
                     b = halves_of(v.plane[2]);
        store_native(out + i,
                     join(luma_of_half(r.low, g.low, b.low), luma_of_half(r.high, g.high, b.high)));
    });
}
#endif

/// out[i] = (19595 R + 38470 G + 7471 B + 32768) >> 16 of pixel i, as Pillow; pixels are `channels`
/// (3 or 4) values apart.
void luma(const std::uint8_t* pixels, std::uint8_t* out, std::size_t n, std::size_t channels) {
    if (channels == 3 ? luma_in_blocks<3>(pixels, out, n) : luma_in_blocks<4>(pixels, out, n))
        return;
    for (std::size_t i = 0; i < n; ++i) out[i] = luma_of(pixels + channels * i);
}

constexpr int weight_bits = 22;

IMGMINE_INLINE std::uint8_t byte_of(std::uint32_t sum) {
    const std::int32_t value = (std::int32_t)(sum + (1u << (weight_bits - 1))) >> weight_bits;
    return (std::uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

#if defined(__AVX512VNNI__)
/// One new pixel of four rows, in sixteen parts each, from a window of `n_chunks` chunks: digits
/// from the highest on, each counting 256 times as much as the next.
template <std::size_t n_chunks>
IMGMINE_INLINE void dot_of_four(const std::uint8_t* const* rows,
                                const DotTaps<std::int8_t>::Pixel& pixel, const std::int8_t* digits,
                                __m512i* sums) {
    __m512i x[n_chunks][4];
    IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_chunks; ++c) IMGMINE_UNROLL
    for (int r = 0; r < 4; ++r) x[c][r] = _mm512_loadu_si512(rows[r] + pixel.start + c * dot_chunk);
    IMGMINE_UNROLL
    for (int r = 0; r < 4; ++r) sums[r] = _mm512_setzero_si512();
    const std::int8_t* d = digits + pixel.top;
    IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_chunks; ++c) {
        if (c < pixel.top_first || c >= pixel.top_last) continue;
        const __m512i digit = _mm512_loadu_si512(d);
        d += dot_chunk;
        IMGMINE_UNROLL
        for (int r = 0; r < 4; ++r) sums[r] = _mm512_dpbusd_epi32(sums[r], x[c][r], digit);
    }
    for (std::size_t lower = 2; lower-- > 0;) {
        d = digits + pixel.digits + lower * dot_chunk;
        IMGMINE_UNROLL
        for (int r = 0; r < 4; ++r) sums[r] = _mm512_slli_epi32(sums[r], 8);
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < n_chunks; ++c) {
            const __m512i digit = _mm512_loadu_si512(d + c * 2 * dot_chunk);
            IMGMINE_UNROLL
            for (int r = 0; r < 4; ++r) sums[r] = _mm512_dpbusd_epi32(sums[r], x[c][r], digit);
        }
    }
}

/// The same of wider windows, which are read once for both lower digits.
IMGMINE_INLINE void dot_of_four_wide(const std::uint8_t* const* rows,
                                     const DotTaps<std::int8_t>::Pixel& pixel,
                                     const std::int8_t* digits, __m512i* sums) {
    __m512i high[4], top[4];
    IMGMINE_UNROLL
    for (int r = 0; r < 4; ++r) sums[r] = high[r] = top[r] = _mm512_setzero_si512();
    const std::int8_t* d = digits + pixel.digits;
    for (std::size_t c = 0; c < pixel.n_chunks; ++c, d += 2 * dot_chunk) {
        const __m512i d0 = _mm512_loadu_si512(d), d1 = _mm512_loadu_si512(d + dot_chunk);
        IMGMINE_UNROLL
        for (int r = 0; r < 4; ++r) {
            const __m512i x = _mm512_loadu_si512(rows[r] + pixel.start + c * dot_chunk);
            sums[r] = _mm512_dpbusd_epi32(sums[r], x, d0);
            high[r] = _mm512_dpbusd_epi32(high[r], x, d1);
        }
    }
    d = digits + pixel.top;
    for (std::size_t c = pixel.top_first; c < pixel.top_last; ++c, d += dot_chunk) {
        const __m512i d2 = _mm512_loadu_si512(d);
        IMGMINE_UNROLL
        for (int r = 0; r < 4; ++r)
            top[r] = _mm512_dpbusd_epi32(
                top[r], _mm512_loadu_si512(rows[r] + pixel.start + c * dot_chunk), d2);
    }
    IMGMINE_UNROLL
    for (int r = 0; r < 4; ++r) {
        high[r] = _mm512_add_epi32(high[r], _mm512_slli_epi32(top[r], 8));
        sums[r] = _mm512_add_epi32(sums[r], _mm512_slli_epi32(high[r], 8));
    }
}

/// Sums within every four lanes of four registers: a, b, c, d, and again for the next four lanes.
IMGMINE_INLINE __m512i sums_of_fours(const __m512i* v) {
    const __m512i ab =
        _mm512_add_epi32(_mm512_unpacklo_epi32(v[0], v[1]), _mm512_unpackhi_epi32(v[0], v[1]));
    const __m512i cd =
        _mm512_add_epi32(_mm512_unpacklo_epi32(v[2], v[3]), _mm512_unpackhi_epi32(v[2], v[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

/// Half as many fours: every other one added to the one behind it.
IMGMINE_INLINE __m512i added_in_pairs(__m512i a, __m512i b) {
    return _mm512_add_epi32(_mm512_shuffle_i32x4(a, b, 0x88), _mm512_shuffle_i32x4(a, b, 0xdd));
}

/// out[i * out_stride + y] = new pixel i of row y: sums divided by 2^22, rounded, kept in 0..255.
void dot_bytes(const std::uint8_t* rows, std::ptrdiff_t stride, std::size_t n_rows,
               const DotTaps<std::int8_t>& taps, std::uint8_t* out, std::ptrdiff_t out_stride) {
    const __m512i half = _mm512_set1_epi32(1 << (weight_bits - 1));
    for (std::size_t y = 0; y < n_rows; y += 4) {
        const std::uint8_t* four[4];
        for (std::size_t r = 0; r < 4; ++r)
            four[r] = rows + (std::ptrdiff_t)(y + r < n_rows ? y + r : n_rows - 1) * stride;
        const std::size_t n = n_rows - y < 4 ? n_rows - y : 4;
        for (std::size_t i = 0; i < taps.n_pixels; i += 4) {
            const std::size_t n_pixels = taps.n_pixels - i < 4 ? taps.n_pixels - i : 4;
            __m512i fours[4] = {half, half, half, half};
            for (std::size_t p = 0; p < n_pixels; ++p) {
                const auto& pixel = taps.pixels[i + p];
                __m512i sums[4];
                switch (pixel.n_chunks) {
                    case 1:
                        dot_of_four<1>(four, pixel, taps.digits, sums);
                        break;
                    case 2:
                        dot_of_four<2>(four, pixel, taps.digits, sums);
                        break;
                    default:
                        dot_of_four_wide(four, pixel, taps.digits, sums);
                }
                fours[p] = sums_of_fours(sums);
            }
            const __m512i sums = added_in_pairs(added_in_pairs(fours[0], fours[1]),
                                                added_in_pairs(fours[2], fours[3]));
            const __m512i values = _mm512_srai_epi32(_mm512_add_epi32(sums, half), weight_bits);
            const __m512i positive = _mm512_max_epi32(values, _mm512_setzero_si512());
            std::uint8_t bytes[16];
            _mm_storeu_si128((__m128i*)bytes, _mm512_cvtusepi32_epi8(positive));
            std::uint8_t* to = out + (std::ptrdiff_t)i * out_stride + y;
            for (std::size_t p = 0; p < n_pixels; ++p, to += out_stride)
                if (n == 4)
                    std::memcpy(to, bytes + 4 * p, 4);
                else
                    copy_few(to, bytes + 4 * p, n);
        }
    }
}
constexpr bool multiplies_bytes = true;
#else
void dot_bytes(const std::uint8_t*, std::ptrdiff_t, std::size_t, const DotTaps<std::int8_t>&,
               std::uint8_t*, std::ptrdiff_t) {}
constexpr bool multiplies_bytes = false;
#endif

typedef std::uint32_t NativeSums __attribute__((vector_size(native_size)));  // may overflow

IMGMINE_INLINE NativeSums multiply(const std::uint8_t* pixels, const std::int16_t* digits) {
    return (NativeSums)multiply_pairs((NativeSignedShorts)load_shorts(pixels),
                                      load_native<NativeSignedShorts>(digits));
}

/// The same with digits of 16 bits, one row at a time.
void dot_shorts(const std::uint8_t* rows, std::ptrdiff_t stride, std::size_t n_rows,
                const DotTaps<std::int16_t>& taps, std::uint8_t* out, std::ptrdiff_t out_stride) {
    for (std::size_t y = 0; y < n_rows; ++y, rows += stride)
        for (std::size_t i = 0; i < taps.n_pixels; ++i) {
            const auto& pixel = taps.pixels[i];
            NativeSums low[2] = {}, top[2] = {};
            const std::int16_t* d = taps.digits + pixel.digits;
            const std::uint8_t* p = rows + pixel.start;
            for (std::size_t k = 0; k < pixel.n_chunks * dot_chunk; k += 2 * native_shorts) {
                low[0] += multiply(p + k, d + k);
                low[1] += multiply(p + k + native_shorts, d + k + native_shorts);
            }
            d = taps.digits + pixel.top;
            p += pixel.top_first * dot_chunk;
            const std::size_t n_top = (pixel.top_last - pixel.top_first) * dot_chunk;
            for (std::size_t k = 0; k < n_top; k += 2 * native_shorts) {
                top[0] += multiply(p + k, d + k);
                top[1] += multiply(p + k + native_shorts, d + k + native_shorts);
            }
            const NativeSums both = low[0] + low[1] + ((top[0] + top[1]) << 16);
            std::uint32_t sum = 0;
            for (std::size_t k = 0; k < native_ints; ++k) sum += both[k];
            out[(std::ptrdiff_t)i * out_stride + (std::ptrdiff_t)y] = byte_of(sum);
        }
}

// Haar's transform of two rows of 2 n values each, columns first: low and low, low and high, high
// and low, high and high. Every product is rounded by itself, as PyWavelets does.
constexpr double haar = 0.7071067811865476;

/// The low values alone.
void haar_low(const double* even, const double* odd, std::size_t n, double* low) {
    for (std::size_t i = 0; i < n; ++i) {
        const double a = haar * even[2 * i] + haar * odd[2 * i];
        const double b = haar * even[2 * i + 1] + haar * odd[2 * i + 1];
        low[i] = haar * a + haar * b;
    }
}

void haar_split(const double* __restrict__ even, const double* __restrict__ odd, std::size_t n,
                double* const* bands) {
    double* __restrict__ ll = bands[0], * __restrict__ lh = bands[1], * __restrict__ hl = bands[2], * __restrict__ hh = bands[3];
    for (std::size_t i = 0; i < n; ++i) {
        const double a = haar * even[2 * i], b = haar * even[2 * i + 1];
        const double c = haar * odd[2 * i], d = haar * odd[2 * i + 1];
        const double low_left = haar * (a + c), low_right = haar * (b + d);
        const double high_left = haar * (a - c), high_right = haar * (b - d);
        ll[i] = low_left + low_right;
        lh[i] = low_left - low_right;
        hl[i] = high_left + high_right;
        hh[i] = high_left - high_right;
    }
}

/// The way back.
void haar_merge(const double* const* bands, std::size_t n, double* __restrict__ even,
                double* __restrict__ odd) {
    const double* __restrict__ ll = bands[0], * __restrict__ lh = bands[1], * __restrict__ hl = bands[2], * __restrict__ hh = bands[3];
    for (std::size_t i = 0; i < n; ++i) {
        const double a = haar * ll[i], b = haar * lh[i], c = haar * hl[i], d = haar * hh[i];
        const double low_left = haar * (a + b), low_right = haar * (a - b);
        const double high_left = haar * (c + d), high_right = haar * (c - d);
        even[2 * i] = low_left + high_left;
        even[2 * i + 1] = low_right + high_right;
        odd[2 * i] = low_left - high_left;
        odd[2 * i + 1] = low_right - high_right;
    }
}

}  // namespace
extern const FingerprintKernels IMGMINE_TABLE(fingerprint_kernels);
const FingerprintKernels IMGMINE_TABLE(fingerprint_kernels) = {
    .multiplies_bytes = multiplies_bytes,
    .luma = luma,
    .dot_bytes = dot_bytes,
    .dot_shorts = dot_shorts,
    .haar_low = haar_low,
    .haar_split = haar_split,
    .haar_merge = haar_merge,
};

}  // namespace imgmine
