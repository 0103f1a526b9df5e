#include "kernels/resample_bytes.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

// ---- uint8, any CPU -----------------------------------------------------------------------------

IMGMINE_INLINE void put(std::uint8_t* out, std::int32_t sum) {
    *out = (std::uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

IMGMINE_INLINE void put(std::int16_t* out, std::int32_t sum) {
    *out = (std::int16_t)sum;
}

template <std::size_t fixed_channels, class Out>
void plain_pixels(const std::uint8_t* in, const PlainTaps& taps, Out* out) {
    const std::size_t channels = fixed_channels ? fixed_channels : taps.channels;
    const std::int32_t* weights = taps.weights;
    const std::int32_t half = 1 << (taps.shift - 1);
    for (std::size_t x = 0; x < taps.n_pixels; ++x, weights += taps.n_taps)
        for (std::size_t c = 0; c < channels; ++c) {
            const std::uint8_t* from = in + taps.start[x] + c;
            std::int32_t sum = half;
            for (std::size_t k = 0; k < taps.n_taps; ++k) sum += weights[k] * from[k * channels];
            put(out++, sum >> taps.shift);
        }
}

template <class Out>
void plain_columns(const std::uint8_t* in, const PlainTaps& taps, Out* out) {
    switch (taps.channels) {
        case 1:
            return plain_pixels<1>(in, taps, out);
        case 3:
            return plain_pixels<3>(in, taps, out);
        default:
            return plain_pixels<0>(in, taps, out);
    }
}

/// A new row out of an old one: whole weights, the sums divided by 2^shift.
void plain_columns_u8(const std::uint8_t* in, const PlainTaps& taps, std::uint8_t* out) {
    plain_columns(in, taps, out);
}

void plain_columns_s16(const std::uint8_t* in, const PlainTaps& taps, std::int16_t* out) {
    plain_columns(in, taps, out);
}

template <class In>
void plain_rows(const In* const* rows, const std::int32_t* weights, std::size_t n_rows,
                std::size_t shift, std::uint8_t* out, std::size_t first, std::size_t n) {
    constexpr std::size_t block = 64;
    for (std::size_t i = first; i < n; i += block) {
        const std::size_t size = n - i < block ? n - i : block;
        std::int32_t sums[block];
        for (std::size_t j = 0; j < size; ++j) sums[j] = 1 << (shift - 1);
        for (std::size_t k = 0; k < n_rows; ++k) {
            const In* row = rows[k] + i;
            for (std::size_t j = 0; j < size; ++j) sums[j] += weights[k] * row[j];
        }
        for (std::size_t j = 0; j < size; ++j) put(out + i + j, sums[j] >> shift);
    }
}

// ---- uint8, by permutation of bytes -------------------------------------------------------------

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)
constexpr bool permutes_bytes = true;

IMGMINE_INLINE __mmask64 first_bytes(std::size_t n) {
    return n >= 64 ? ~0ull : (1ull << n) - 1;
}

/// The sums of each plane as one, rounded and divided.
template <std::size_t planes>
IMGMINE_INLINE __m512i divided(const __m512i* sums, __m512i half, __m128i shift) {
    __m512i sum = _mm512_add_epi32(sums[0], _mm512_slli_epi32(sums[1], 8));
    if (planes == 3) sum = _mm512_add_epi32(sum, _mm512_slli_epi32(sums[2], 16));
    return _mm512_sra_epi32(_mm512_add_epi32(sum, half), shift);
}

IMGMINE_INLINE void put(std::uint8_t* out, __m512i sums) {
    const __m512i at_least_0 = _mm512_max_epi32(sums, _mm512_setzero_si512());
    _mm_storeu_si128((__m128i*)out, _mm512_cvtusepi32_epi8(at_least_0));
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

template <std::size_t reach, std::size_t planes, std::size_t fixed_taps, class Out>
void near_groups(const std::uint8_t* in, const ByteTaps& taps, Out* out) {
    const std::size_t n_taps = fixed_taps ? fixed_taps : taps.n_taps;
    const __m512i half = _mm512_set1_epi32(1 << (taps.shift - 1));
    const __m128i shift = _mm_cvtsi32_si128((int)taps.shift);
    const std::uint8_t* index = taps.index;
    const std::int8_t* weights = taps.weights;
    for (std::size_t g = 0; g < taps.n_groups; ++g, out += 16) {
        const ReachedBytes<reach> bytes(in + taps.base[g], taps.row_size);
        __m512i sums[3] = {};
        for (std::size_t k = 0; k < n_taps; ++k, index += 64) {
            const __m512i four = bytes.pick(index);
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < planes; ++p, weights += 64)
                sums[p] = _mm512_dpbusd_epi32(sums[p], four, _mm512_loadu_si512(weights));
        }
        put(out, divided<planes>(sums, half, shift));
    }
}

template <std::size_t reach, std::size_t planes, class Out>
void near_columns_of(const std::uint8_t* in, const ByteTaps& taps, Out* out) {
    if (taps.n_taps == 1)
        near_groups<reach, planes, 1>(in, taps, out);
    else if (taps.n_taps == 2)
        near_groups<reach, planes, 2>(in, taps, out);
    else
        near_groups<reach, planes, 0>(in, taps, out);
}

template <class Out>
void near_columns(const std::uint8_t* in, const ByteTaps& taps, Out* out) {
    if (taps.reach == 64)
        taps.planes == 2 ? near_columns_of<64, 2>(in, taps, out)
                         : near_columns_of<64, 3>(in, taps, out);
    else
        taps.planes == 2 ? near_columns_of<128, 2>(in, taps, out)
                         : near_columns_of<128, 3>(in, taps, out);
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
template <std::size_t channels, std::size_t planes, class Out>
void far_pixels(const std::uint8_t* in, const ByteWindows& taps, Out* out) {
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
            __m512i sums[3] = {};
            for (std::size_t k = 0; k < taps.n_chunks; ++k) {
                const __m512i bytes = _mm512_permutexvar_epi8(
                    to_lanes, _mm512_maskz_loadu_epi8(mask, from + taps.offset[k]));
                IMGMINE_UNROLL
                for (std::size_t p = 0; p < planes; ++p, weights += 16) {
                    const __m128i sixteen = _mm_loadu_si128((const __m128i*)weights);
                    sums[p] = _mm512_dpbusd_epi32(sums[p], bytes, _mm512_broadcast_i32x4(sixteen));
                }
            }
            pixels[i] = divided<planes>(sums, _mm512_setzero_si512(), _mm_setzero_si128());
        }
        const __m512i sum = _mm512_add_epi32(sums_of_lanes(pixels), half);
        put(out, interleaved<channels>(_mm512_sra_epi32(sum, shift)));
    }
}

/// Sixteen gray pixels at a time, four to a register.
template <std::size_t planes, class Out>
void far_gray(const std::uint8_t* in, const ByteWindows& taps, Out* out) {
    const __m512i half = _mm512_set1_epi32(1 << (taps.shift - 1));
    const __m128i shift = _mm_cvtsi32_si128((int)taps.shift);
    const std::int8_t* weights = taps.weights;
    for (std::size_t x = 0; x < taps.n_pixels; x += 16, out += 16) {
        __m512i sums[4][3] = {};
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
            for (std::size_t p = 0; p < planes; ++p, weights += 64)
                sums[i][p] = _mm512_dpbusd_epi32(sums[i][p], bytes, _mm512_loadu_si512(weights));
        }
        __m512i pixels[4];
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < 4; ++i)
            pixels[i] = divided<planes>(sums[i], _mm512_setzero_si512(), _mm_setzero_si128());
        const __m512i sum = _mm512_add_epi32(sums_of_lanes(pixels), half);
        put(out, _mm512_sra_epi32(sum, shift));
    }
}

template <std::size_t planes, class Out>
void far_columns_of(const std::uint8_t* in, const ByteWindows& taps, Out* out) {
    if (taps.channels == 1)
        far_gray<planes>(in, taps, out);
    else if (taps.channels == 3)
        far_pixels<3, planes>(in, taps, out);
    else
        far_pixels<4, planes>(in, taps, out);
}

template <class Out>
void far_columns(const std::uint8_t* in, const ByteWindows& taps, Out* out) {
    if (taps.planes == 2)
        far_columns_of<2>(in, taps, out);
    else
        far_columns_of<3>(in, taps, out);
}

/// Four bytes of four rows next to each other, 64 columns: a quarter of them in each register.
IMGMINE_INLINE void load_fours(const std::uint8_t* const* rows, std::size_t n_rows, std::size_t i,
                               __mmask64 mask, __m512i* fours) {
    __m512i row[4];
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < 4; ++k)
        row[k] = k < n_rows ? _mm512_maskz_loadu_epi8(mask, rows[k] + i) : _mm512_setzero_si512();
    const __m512i low01 = _mm512_unpacklo_epi8(row[0], row[1]);
    const __m512i high01 = _mm512_unpackhi_epi8(row[0], row[1]);
    const __m512i low23 = _mm512_unpacklo_epi8(row[2], row[3]);
    const __m512i high23 = _mm512_unpackhi_epi8(row[2], row[3]);
    fours[0] = _mm512_unpacklo_epi16(low01, low23);
    fours[1] = _mm512_unpackhi_epi16(low01, low23);
    fours[2] = _mm512_unpacklo_epi16(high01, high23);
    fours[3] = _mm512_unpackhi_epi16(high01, high23);
}

/// Byte `plane` of each of four weights, those from n on 0.
IMGMINE_INLINE __m512i weight_bytes(const std::int32_t* weights, std::size_t n, std::size_t plane) {
    std::uint32_t bytes = 0;
    for (std::size_t k = 0; k < 4 && k < n; ++k) {
        std::int32_t weight = weights[k];
        for (std::size_t p = 0; p < plane; ++p) weight = (weight - (std::int8_t)weight) >> 8;
        bytes |= (std::uint32_t)(std::uint8_t)weight << (8 * k);
    }
    return _mm512_set1_epi32((std::int32_t)bytes);
}

/// out[i] = sum of weights[k] * rows[k][i] / 2^shift, rounded half up; 22-bit weights.
void rows_u8(const std::uint8_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
             std::size_t shift, std::uint8_t* out, std::size_t n) {
    constexpr std::size_t most = 16;  // rows whose weights are held ready
    const __m512i half = _mm512_set1_epi32(1 << (shift - 1));
    const __m128i by = _mm_cvtsi32_si128((int)shift);
    std::size_t n_ready = 0;
    __m512i ready[most / 4][3];
    for (std::size_t k = 0; k < n_rows && k < most; k += 4, ++n_ready)
        for (std::size_t p = 0; p < 3; ++p)
            ready[n_ready][p] = weight_bytes(weights + k, n_rows - k, p);
    for (std::size_t i = 0; i < n; i += 64) {
        const __mmask64 mask = first_bytes(n - i);
        __m512i sums[4][3] = {};
        const auto add = [&](std::size_t k, const __m512i* w) {
            __m512i fours[4];
            load_fours(rows + k, n_rows - k, i, mask, fours);
            IMGMINE_UNROLL
            for (std::size_t q = 0; q < 4; ++q) IMGMINE_UNROLL
            for (std::size_t p = 0; p < 3; ++p)
                sums[q][p] = _mm512_dpbusd_epi32(sums[q][p], fours[q], w[p]);
        };
        for (std::size_t r = 0; r < n_ready; ++r) add(4 * r, ready[r]);
        for (std::size_t k = most; k < n_rows; k += 4) {
            __m512i w[3];
            for (std::size_t p = 0; p < 3; ++p) w[p] = weight_bytes(weights + k, n_rows - k, p);
            add(k, w);
        }
        __m512i whole[4];
        IMGMINE_UNROLL
        for (std::size_t q = 0; q < 4; ++q) whole[q] = divided<3>(sums[q], half, by);
        const __m512i bytes = _mm512_packus_epi16(_mm512_packs_epi32(whole[0], whole[1]),
                                                  _mm512_packs_epi32(whole[2], whole[3]));
        _mm512_mask_storeu_epi8(out + i, mask, bytes);
    }
}

/// The same for rows with binary places; weights of 16 bits.
void rows_s16(const std::int16_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
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

template <class Out>
void near_columns(const std::uint8_t*, const ByteTaps&, Out*) {}
template <class Out>
void far_columns(const std::uint8_t*, const ByteWindows&, Out*) {}

void rows_u8(const std::uint8_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
             std::size_t shift, std::uint8_t* out, std::size_t n) {
    plain_rows(rows, weights, n_rows, shift, out, 0, n);
}

void rows_s16(const std::int16_t* const* rows, const std::int32_t* weights, std::size_t n_rows,
              std::size_t shift, std::uint8_t* out, std::size_t n) {
    plain_rows(rows, weights, n_rows, shift, out, 0, n);
}
#endif

void near_columns_u8(const std::uint8_t* in, const ByteTaps& taps, std::uint8_t* out) {
    near_columns(in, taps, out);
}
void near_columns_s16(const std::uint8_t* in, const ByteTaps& taps, std::int16_t* out) {
    near_columns(in, taps, out);
}
void far_columns_u8(const std::uint8_t* in, const ByteWindows& taps, std::uint8_t* out) {
    far_columns(in, taps, out);
}
void far_columns_s16(const std::uint8_t* in, const ByteWindows& taps, std::int16_t* out) {
    far_columns(in, taps, out);
}

}  // namespace
extern const ResampleBytesKernels IMGMINE_TABLE(resample_bytes_kernels);
const ResampleBytesKernels IMGMINE_TABLE(resample_bytes_kernels) = {
    .permutes_bytes = permutes_bytes,
    .near_columns_u8 = near_columns_u8,
    .near_columns_s16 = near_columns_s16,
    .far_columns_u8 = far_columns_u8,
    .far_columns_s16 = far_columns_s16,
    .plain_columns_u8 = plain_columns_u8,
    .plain_columns_s16 = plain_columns_s16,
    .rows_u8 = rows_u8,
    .rows_s16 = rows_s16,
};

}  // namespace imgmine
