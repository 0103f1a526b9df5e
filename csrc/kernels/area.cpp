#include "kernels/area.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

// ---- rows of bytes ------------------------------------------------------------------------------

/// The sum of some rows, two registers of columns at a time.
IMGMINE_INLINE void sum_rows(const std::uint8_t* const* rows, std::size_t n_rows, std::size_t i,
                             NativeShorts* sums) {
    sums[0] = sums[1] = NativeShorts{};
    for (std::size_t k = 0; k < n_rows; ++k) {
        sums[0] += load_shorts(rows[k] + i);
        sums[1] += load_shorts(rows[k] + i + native_shorts);
    }
}

constexpr std::size_t columns = 2 * native_shorts;

/// totals[i] += the sum of at most 16 rows
void add_rows_u8(const std::uint8_t* const* rows, std::size_t n_rows, std::uint32_t* totals,
                 std::size_t n) {
    std::size_t i = 0;
    for (; i + columns <= n; i += columns) {
        NativeShorts sums[2];
        sum_rows(rows, n_rows, i, sums);
        std::uint16_t values[columns];
        store_native(values, sums[0]);
        store_native(values + native_shorts, sums[1]);
        for (std::size_t j = 0; j < columns; ++j) totals[i + j] += values[j];
    }
    for (; i < n; ++i)
        for (std::size_t k = 0; k < n_rows; ++k) totals[i] += rows[k][i];
}

IMGMINE_INLINE void put_sum(const AreaSumsView& sums, std::size_t i, std::uint32_t sum) {
    if (sums.whole) {
        sums.whole[i] = sum;
    } else {
        sums.low[i] = (std::int16_t)(sum ^ 0x8000);
        if (sums.high) sums.high[i] = (std::int16_t)(sum >> 16);
    }
}

/// One column, as it stands in the definition.
IMGMINE_INLINE void weigh_column(const AreaRows& rows, const AreaSumsView& sums, std::size_t i) {
    std::uint32_t inner = rows.carry ? rows.carry[i] : 0;
    for (std::size_t k = 0; k < rows.n_inner; ++k) inner += rows.inner[k][i];
    put_sum(sums, i,
            inner * rows.inner_weight + rows.first[i] * rows.first_weight +
                rows.last[i] * rows.last_weight);
}

/// Sums that 16 bits hold.
IMGMINE_INLINE std::size_t weigh_narrow(const AreaRows& rows, std::int16_t* out, std::size_t n) {
    const NativeShorts bias = (std::uint16_t)0x8000 - NativeShorts{};
    const NativeShorts inner = (std::uint16_t)rows.inner_weight - NativeShorts{};
    const NativeShorts first = (std::uint16_t)rows.first_weight - NativeShorts{};
    const NativeShorts last = (std::uint16_t)rows.last_weight - NativeShorts{};
    std::size_t i = 0;
    for (; i + columns <= n; i += columns) {
        NativeShorts sums[2];
        sum_rows(rows.inner, rows.n_inner, i, sums);
        if (rows.carry) {
            std::uint16_t carry[columns];
            for (std::size_t j = 0; j < columns; ++j) carry[j] = (std::uint16_t)rows.carry[i + j];
            sums[0] += load_shorts(carry);
            sums[1] += load_shorts(carry + native_shorts);
        }
        IMGMINE_UNROLL
        for (std::size_t half = 0; half < 2; ++half) {
            const std::size_t at = i + half * native_shorts;
            const NativeShorts total = sums[half] * inner + load_shorts(rows.first + at) * first +
                                       load_shorts(rows.last + at) * last;
            store_native(out + at, total ^ bias);
        }
    }
    return i;
}

template <bool whole>
IMGMINE_INLINE std::size_t weigh_wide(const AreaRows& rows, const AreaSumsView& out,
                                      std::size_t n) {
    std::size_t i = 0;
    for (; i + columns <= n; i += columns) {
        NativeShorts sums[2];
        sum_rows(rows.inner, rows.n_inner, i, sums);
        std::uint16_t values[columns];
        store_native(values, sums[0]);
        store_native(values + native_shorts, sums[1]);
        std::uint32_t totals[columns];
        for (std::size_t j = 0; j < columns; ++j) totals[j] = values[j];
        if (rows.carry)
            for (std::size_t j = 0; j < columns; ++j) totals[j] += rows.carry[i + j];
        for (std::size_t j = 0; j < columns; ++j)
            totals[j] = totals[j] * rows.inner_weight + rows.first[i + j] * rows.first_weight +
                        rows.last[i + j] * rows.last_weight;
        if (whole) {
            std::memcpy(out.whole + i, totals, sizeof totals);
            continue;
        }
        for (std::size_t j = 0; j < columns; ++j)
            out.low[i + j] = (std::int16_t)(totals[j] ^ 0x8000);
        for (std::size_t j = 0; j < columns; ++j) out.high[i + j] = (std::int16_t)(totals[j] >> 16);
    }
    return i;
}

/// A weighted sum of rows, exact.
void weigh_rows_u8(const AreaRows& rows, const AreaSumsView& sums, std::size_t n) {
    std::size_t i = 0;
    if (sums.whole)
        i = weigh_wide<true>(rows, sums, n);
    else if (sums.high)
        i = weigh_wide<false>(rows, sums, n);
    else
        i = weigh_narrow(rows, sums.low, n);
    for (; i < n; ++i) weigh_column(rows, sums, i);
}

// ---- columns of sums ----------------------------------------------------------------------------

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)
constexpr bool permutes_bytes = true;

/// Four registers whose lanes hold four parts of a sum each become one: the sum of register k's
/// lane l stands in lane l at k.
IMGMINE_INLINE __m512i sums_of_lanes(const __m512i* v) {
    const __m512i ab =
        _mm512_add_epi32(_mm512_unpacklo_epi32(v[0], v[1]), _mm512_unpackhi_epi32(v[0], v[1]));
    const __m512i cd =
        _mm512_add_epi32(_mm512_unpacklo_epi32(v[2], v[3]), _mm512_unpackhi_epi32(v[2], v[3]));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

IMGMINE_INLINE __m256i rounded_half(__m256i low, __m256i high, const AreaWindows& windows) {
    __m512d sum = _mm512_add_pd(_mm512_cvtepi32_pd(low), _mm512_set1_pd(windows.bias));
    sum = _mm512_add_pd(sum, _mm512_mul_pd(_mm512_cvtepi32_pd(high), _mm512_set1_pd(65536.0)));
    return _mm512_cvttpd_epi32(_mm512_mul_pd(sum, _mm512_set1_pd(windows.inverse)));
}

/// The means, as sixteen bytes.
IMGMINE_INLINE __m128i rounded(__m512i low, __m512i high, const AreaWindows& windows) {
    const __m256i first =
        rounded_half(_mm512_castsi512_si256(low), _mm512_castsi512_si256(high), windows);
    const __m256i second = rounded_half(_mm512_extracti64x4_epi64(low, 1),
                                        _mm512_extracti64x4_epi64(high, 1), windows);
    return _mm512_cvtepi32_epi8(_mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1));
}

/// For each pixel the channels of eight old ones go to a lane each.
template <std::size_t channels>
IMGMINE_INLINE __m512i pixel_sums(const std::int16_t* in, const AreaWindows& windows,
                                  const std::int16_t* weights, std::size_t x, __m512i to_lanes) {
    const __mmask32 mask = channels == 4 ? ~0u : (1u << (8 * channels)) - 1;
    __m512i pixels[4];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 4; ++i) {
        const std::int16_t* from = in + windows.start[x + i];
        pixels[i] = _mm512_setzero_si512();
        for (std::size_t k = 0; k < windows.n_chunks; ++k, weights += 8) {
            const __m512i words = _mm512_permutexvar_epi8(
                to_lanes, _mm512_maskz_loadu_epi16(mask, from + windows.offset[k]));
            const __m128i eight = _mm_loadu_si128((const __m128i*)weights);
            pixels[i] = _mm512_dpwssd_epi32(pixels[i], words, _mm512_broadcast_i32x4(eight));
        }
    }
    return sums_of_lanes(pixels);
}

template <std::size_t channels>
void mean_pixels(const AreaSumsView& sums, const AreaWindows& windows, std::uint8_t* out) {
    std::uint8_t order[64];
    for (std::size_t i = 0; i < 64; ++i) {
        const std::size_t channel = i / 16 < channels ? i / 16 : 0;
        order[i] = (std::uint8_t)(2 * (i % 16 / 2 * channels + channel) + i % 2);
    }
    const __m512i to_lanes = _mm512_loadu_si512(order);
    const __m128i to_pixels =
        channels == 3 ? _mm_setr_epi8(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, 12, 13, 14, 15)
                      : _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const std::int16_t* weights = windows.weights;
    for (std::size_t x = 0; x < windows.n_pixels; x += 4, out += 4 * channels) {
        const __m512i low = pixel_sums<channels>(sums.low, windows, weights, x, to_lanes);
        __m512i high = _mm512_setzero_si512();
        if (sums.high) high = pixel_sums<channels>(sums.high, windows, weights, x, to_lanes);
        weights += 4 * windows.n_chunks * 8;
        _mm_storeu_si128((__m128i*)out, _mm_shuffle_epi8(rounded(low, high, windows), to_pixels));
    }
}

/// Sixteen gray pixels, four to a register.
IMGMINE_INLINE __m512i gray_sums(const std::int16_t* in, const AreaWindows& windows,
                                 const std::int16_t* weights, std::size_t x) {
    __m512i pixels[4] = {};
    for (std::size_t k = 0; k < windows.n_chunks; ++k) IMGMINE_UNROLL
    for (std::size_t i = 0; i < 4; ++i, weights += 32) {
        const std::int32_t* start = windows.start + x + i;
        const auto lane = [&](std::size_t l) {
            return _mm512_broadcast_i32x4(
                _mm_loadu_si128((const __m128i*)(in + start[4 * l] + windows.offset[k])));
        };
        __m512i words = lane(0);
        words = _mm512_mask_mov_epi32(words, 0x00f0, lane(1));
        words = _mm512_mask_mov_epi32(words, 0x0f00, lane(2));
        words = _mm512_mask_mov_epi32(words, 0xf000, lane(3));
        pixels[i] = _mm512_dpwssd_epi32(pixels[i], words, _mm512_loadu_si512(weights));
    }
    return sums_of_lanes(pixels);
}

void mean_gray(const AreaSumsView& sums, const AreaWindows& windows, std::uint8_t* out) {
    const std::int16_t* weights = windows.weights;
    for (std::size_t x = 0; x < windows.n_pixels; x += 16, out += 16) {
        const __m512i low = gray_sums(sums.low, windows, weights, x);
        __m512i high = _mm512_setzero_si512();
        if (sums.high) high = gray_sums(sums.high, windows, weights, x);
        weights += windows.n_chunks * 128;
        _mm_storeu_si128((__m128i*)out, rounded(low, high, windows));
    }
}

/// The rounded means; writes whole registers, as far as 16 bytes past the end.
void mean_windows_u8(const AreaSumsView& sums, const AreaWindows& windows, std::uint8_t* out) {
    if (windows.channels == 1)
        mean_gray(sums, windows, out);
    else if (windows.channels == 3)
        mean_pixels<3>(sums, windows, out);
    else
        mean_pixels<4>(sums, windows, out);
}
#else
constexpr bool permutes_bytes = false;

void mean_windows_u8(const AreaSumsView&, const AreaWindows&, std::uint8_t*) {}
#endif

}  // namespace
extern const AreaKernels IMGMINE_TABLE(area_kernels);
const AreaKernels IMGMINE_TABLE(area_kernels) = {
    .permutes_bytes = permutes_bytes,
    .add_rows_u8 = add_rows_u8,
    .weigh_rows_u8 = weigh_rows_u8,
    .mean_windows_u8 = mean_windows_u8,
};

}  // namespace imgmine
