#include "kernels/resample_bytes.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

// ---- uint8, any CPU -----------------------------------------------------------------------------

template <std::size_t fixed_channels>
void plain_pixels(const std::uint8_t* in, const PlainTaps& taps, std::int16_t* out) {
    const std::size_t channels = fixed_channels ? fixed_channels : taps.channels;
    const std::int32_t* weights = taps.weights;
    const std::int32_t half = 1 << (taps.shift - 1);
    for (std::size_t x = 0; x < taps.n_pixels; ++x, weights += taps.n_taps)
        for (std::size_t c = 0; c < channels; ++c) {
            const std::uint8_t* from = in + taps.start[x] + c;
            std::int32_t sum = half;
            for (std::size_t k = 0; k < taps.n_taps; ++k) sum += weights[k] * from[k * channels];
            *out++ = (std::int16_t)(sum >> taps.shift);
        }
}

/// A new row out of an old one: whole weights, the sums divided by 2^shift.
void plain_columns(const std::uint8_t* in, const PlainTaps& taps, std::int16_t* out) {
    switch (taps.channels) {
        case 1:
            return plain_pixels<1>(in, taps, out);
        case 3:
            return plain_pixels<3>(in, taps, out);
        default:
            return plain_pixels<0>(in, taps, out);
    }
}

// ---- uint8, by permutation of bytes -------------------------------------------------------------

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)
constexpr bool permutes_bytes = true;

IMGMINE_INLINE __mmask64 first_bytes(std::size_t n) {
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

/// The sums of both planes as one.
IMGMINE_INLINE __m512i joined(const __m512i* sums) {
    return _mm512_add_epi32(sums[0], _mm512_slli_epi32(sums[1], 8));
}

IMGMINE_INLINE void put(std::int16_t* out, __m512i sums) {
    _mm256_storeu_si256((__m256i*)out, _mm512_cvtepi32_epi16(sums));
}

/// The old bytes that a group reaches: 64 or 128.
template <std::size_t reach>
struct ReachedBytes {
    __m512i low, high;
    IMGMINE_INLINE ReachedBytes(const std::uint8_t* in, std::size_t row_size)
        : low(_mm512_maskz_loadu_epi8(first_bytes(row_size), in)),
          high(reach > 64 ? _mm512_loadu_si512(in + 64) : low) {}
    IMGMINE_INLINE __m512i pick(const std::uint8_t* index) const {
        const __m512i at = _mm512_loadu_si512(index);
        return reach > 64 ? _mm512_permutex2var_epi8(low, at, high)
                          : _mm512_permutexvar_epi8(at, low);
    }
};

template <std::size_t reach, std::size_t fixed_taps>
void near_groups(const std::uint8_t* in, const ByteTaps& taps, std::int16_t* out) {
    const std::size_t n_taps = fixed_taps ? fixed_taps : taps.n_taps;
    const __m512i half = _mm512_set1_epi32(1 << (taps.shift - 1));
    const __m128i shift = _mm_cvtsi32_si128((int)taps.shift);
    const std::uint8_t* index = taps.index;
    const std::int8_t* weights = taps.weights;
    for (std::size_t g = 0; g < taps.n_groups; ++g, out += 16) {
        const ReachedBytes<reach> bytes(in + taps.base[g], taps.row_size);
        __m512i sums[2] = {};
        for (std::size_t k = 0; k < n_taps; ++k, index += 64) {
            const __m512i four = bytes.pick(index);
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < 2; ++p, weights += 64)
                sums[p] = _mm512_dpbusd_epi32(sums[p], four, _mm512_loadu_si512(weights));
        }
        put(out, _mm512_sra_epi32(_mm512_add_epi32(joined(sums), half), shift));
    }
}

template <std::size_t reach>
void near_columns_of(const std::uint8_t* in, const ByteTaps& taps, std::int16_t* out) {
    if (taps.n_taps == 1)
        near_groups<reach, 1>(in, taps, out);
    else if (taps.n_taps == 2)
        near_groups<reach, 2>(in, taps, out);
    else
        near_groups<reach, 0>(in, taps, out);
}

/// The same where taps are near.
void near_columns(const std::uint8_t* in, const ByteTaps& taps, std::int16_t* out) {
    if (taps.reach == 64)
        near_columns_of<64>(in, taps, out);
    else
        near_columns_of<128>(in, taps, out);
}

/// Four registers whose lanes hold four parts of a sum each become one: the sum of register k's
/// lane l stands in lane l at k.
IMGMINE_INLINE __m512i sums_of_lanes(const __m512i* v) {
    const __m512i ab =
        _mm512_add_epi32(_mm512_unpacklo_epi32(v[0], v[1]), _mm512_unpackhi_epi32(v[0], v[1]));
    const __m512i cd =
        _mm512_add_epi32(_mm512_unpacklo_epi32(v[2], v[3]), _mm512_unpackhi_epi32(v[2], v[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

/// Channels in lanes become pixels.
template <std::size_t channels>
IMGMINE_INLINE __m512i interleaved(__m512i v) {
    const __m512i order =
        channels == 3 ? _mm512_setr_epi32(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 12, 13, 14, 15)
                      : _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return _mm512_permutexvar_epi32(order, v);
}

/// One pixel at a time: the channels of 16 old pixels go to a lane each.
template <std::size_t channels>
void far_pixels(const std::uint8_t* in, const ByteWindows& taps, std::int16_t* out) {
    const __m512i half = _mm512_set1_epi32(1 << (taps.shift - 1));
    const __m128i shift = _mm_cvtsi32_si128((int)taps.shift);
    const __mmask64 mask = first_bytes(16 * channels);
    std::uint8_t order[64];
    for (std::size_t i = 0; i < 64; ++i)
        order[i] = (std::uint8_t)(i % 16 * channels + (i / 16 < channels ? i / 16 : 0));
    const __m512i to_lanes = _mm512_loadu_si512(order);
    const std::int8_t* weights = taps.weights;
    for (std::size_t x = 0; x < taps.n_pixels; x += 4, out += 4 * channels) {
        __m512i pixels[4];
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < 4; ++i) {
            const std::uint8_t* from = in + taps.start[x + i];
            __m512i sums[2] = {};
            for (std::size_t k = 0; k < taps.n_chunks; ++k) {
                const __m512i bytes = _mm512_permutexvar_epi8(
                    to_lanes, _mm512_maskz_loadu_epi8(mask, from + taps.offset[k]));
                IMGMINE_UNROLL
                for (std::size_t p = 0; p < 2; ++p, weights += 16) {
                    const __m128i sixteen = _mm_loadu_si128((const __m128i*)weights);
                    sums[p] = _mm512_dpbusd_epi32(sums[p], bytes, _mm512_broadcast_i32x4(sixteen));
                }
            }
            pixels[i] = joined(sums);
        }
        const __m512i sum = _mm512_add_epi32(sums_of_lanes(pixels), half);
        put(out, interleaved<channels>(_mm512_sra_epi32(sum, shift)));
    }
}

/// Sixteen gray pixels at a time, four to a register.
void far_gray(const std::uint8_t* in, const ByteWindows& taps, std::int16_t* out) {
    const __m512i half = _mm512_set1_epi32(1 << (taps.shift - 1));
    const __m128i shift = _mm_cvtsi32_si128((int)taps.shift);
    const std::int8_t* weights = taps.weights;
    for (std::size_t x = 0; x < taps.n_pixels; x += 16, out += 16) {
        __m512i sums[4][2] = {};
        for (std::size_t k = 0; k < taps.n_chunks; ++k) IMGMINE_UNROLL
        for (std::size_t i = 0; i < 4; ++i) {
            const std::int32_t* start = taps.start + x + i;
            const auto lane = [&](std::size_t l) {
                return _mm512_broadcast_i32x4(
                    _mm_loadu_si128((const __m128i*)(in + start[4 * l] + taps.offset[k])));
            };
            __m512i bytes = lane(0);
            bytes = _mm512_mask_mov_epi32(bytes, 0x00f0, lane(1));
            bytes = _mm512_mask_mov_epi32(bytes, 0x0f00, lane(2));
            bytes = _mm512_mask_mov_epi32(bytes, 0xf000, lane(3));
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < 2; ++p, weights += 64)
                sums[i][p] = _mm512_dpbusd_epi32(sums[i][p], bytes, _mm512_loadu_si512(weights));
        }
        __m512i pixels[4];
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < 4; ++i) pixels[i] = joined(sums[i]);
        const __m512i sum = _mm512_add_epi32(sums_of_lanes(pixels), half);
        put(out, _mm512_sra_epi32(sum, shift));
    }
}

/// The same where they are far.
void far_columns(const std::uint8_t* in, const ByteWindows& taps, std::int16_t* out) {
    if (taps.channels == 1)
        far_gray(in, taps, out);
    else if (taps.channels == 3)
        far_pixels<3>(in, taps, out);
    else
        far_pixels<4>(in, taps, out);
}

/// out[i] = sum of weights[k] * rows[k][i] / 2^shift, rounded half up; weights of 16 bits.
void weigh_rows(const std::int16_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
                std::size_t shift, std::uint8_t* out, std::size_t n) {
    const __m512i half = _mm512_set1_epi32(1 << (shift - 1));
    const __m128i by = _mm_cvtsi32_si128((int)shift);
    const __m512i zero = _mm512_setzero_si512();
    for (std::size_t i = 0; i < n; i += 32) {
        const __mmask32 mask = n - i >= 32 ? ~0u : (1u << (n - i)) - 1;
        __m512i low = half, high = half;
        for (std::size_t k = 0; k < n_rows; k += 2) {
            const bool two = k + 1 < n_rows;
            const __m512i a = _mm512_maskz_loadu_epi16(mask, rows[k] + i);
            const __m512i b = two ? _mm512_maskz_loadu_epi16(mask, rows[k + 1] + i) : zero;
            const std::uint32_t both =
                (std::uint16_t)weights[k] |
                (two ? (std::uint32_t)(std::uint16_t)weights[k + 1] << 16 : 0u);
            const __m512i weight = _mm512_set1_epi32((std::int32_t)both);
            low = _mm512_dpwssd_epi32(low, _mm512_unpacklo_epi16(a, b), weight);
            high = _mm512_dpwssd_epi32(high, _mm512_unpackhi_epi16(a, b), weight);
        }
        const __m512i words =
            _mm512_packs_epi32(_mm512_sra_epi32(low, by), _mm512_sra_epi32(high, by));
        _mm256_mask_storeu_epi8(out + i, mask,
                                _mm512_cvtusepi16_epi8(_mm512_max_epi16(words, zero)));
    }
}
#else
constexpr bool permutes_bytes = false;

void near_columns(const std::uint8_t*, const ByteTaps&, std::int16_t*) {}
void far_columns(const std::uint8_t*, const ByteWindows&, std::int16_t*) {}

/// The sums over rows, as above.
void weigh_rows(const std::int16_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
                std::size_t shift, std::uint8_t* out, std::size_t n) {
    constexpr std::size_t block = 64;
    for (std::size_t i = 0; i < n; i += block) {
        const std::size_t size = n - i < block ? n - i : block;
        std::int32_t sums[block];
        for (std::size_t j = 0; j < size; ++j) sums[j] = 1 << (shift - 1);
        for (std::size_t k = 0; k < n_rows; ++k) {
            const std::int16_t* row = rows[k] + i;
            for (std::size_t j = 0; j < size; ++j) sums[j] += weights[k] * row[j];
        }
        for (std::size_t j = 0; j < size; ++j) {
            const std::int32_t sum = sums[j] >> shift;
            out[i + j] = (std::uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
        }
    }
}
#endif

}  // namespace
extern const ResampleBytesKernels IMGMINE_TABLE(resample_bytes_kernels);
const ResampleBytesKernels IMGMINE_TABLE(resample_bytes_kernels) = {
    .permutes_bytes = permutes_bytes,
    .near_columns = near_columns,
    .far_columns = far_columns,
    .plain_columns = plain_columns,
    .weigh_rows = weigh_rows,
};

}  // namespace imgmine
