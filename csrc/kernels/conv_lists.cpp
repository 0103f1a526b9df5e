#include "kernels/conv_backward.hpp"
#include "kernels/simd_integers.hpp"
#include "kernels/simd_tile.hpp"

// Which gradients are not zero, and other preparations of the loops in conv_backward.cpp.
namespace imgmine {
namespace {

IMGMINE_INLINE std::size_t at_most(std::size_t n, std::size_t most) {
    return n < most ? n : most;
}

#if defined(__AVX512VBMI2__)
/// Which of 32 values from i on are not zero.
IMGMINE_INLINE std::uint32_t not_zero(const ConvGradients& g, std::size_t row, std::size_t i) {
    const float* const p = g.values + row * g.filters + i;
    const std::size_t n = at_most(g.filters - i, 32);
    const std::uint32_t inside = n == 32 ? ~0u : (1u << n) - 1;
    const __m512 low = _mm512_maskz_loadu_ps((__mmask16)inside, p),
                 high = _mm512_maskz_loadu_ps((__mmask16)(inside >> 16), p + 16);
    const __m512 zero = _mm512_setzero_ps();
    return (std::uint32_t)_mm512_cmp_ps_mask(low, zero, _CMP_NEQ_UQ) |
           (std::uint32_t)_mm512_cmp_ps_mask(high, zero, _CMP_NEQ_UQ) << 16;
}

/// Which of those 32 choices are q.
IMGMINE_INLINE std::uint32_t chosen(const ConvGradients& g, std::size_t row, std::size_t i, int q) {
    const std::size_t n = at_most(g.filters - i, 32);
    const std::uint32_t inside = n == 32 ? ~0u : (1u << n) - 1;
    const __m256i v = _mm256_maskz_loadu_epi8(inside, g.choice + row * g.filters + i);
    return _mm256_mask_cmpeq_epi8_mask(inside, v, _mm256_set1_epi8((char)q));
}

/// Appends first + i for each set bit i; overwrites 32 places. Returns how many.
IMGMINE_INLINE std::size_t append(std::uint16_t* to, std::uint32_t bits, std::size_t first) {
    alignas(64) static constexpr std::uint16_t count[32] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};
    const __m512i all = _mm512_add_epi16(_mm512_load_si512(count), _mm512_set1_epi16((short)first));
    _mm512_storeu_si512(to, _mm512_maskz_compress_epi16(bits, all));
    return (std::size_t)__builtin_popcount(bits);
}

/// One output's filters whose gradients are not zero; of a window's, those of its output q.
IMGMINE_INLINE std::size_t list_filters(const ConvGradients& g, std::size_t row, int q,
                                        std::uint16_t* filters) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < g.filters; i += 32) {
        std::uint32_t bits = not_zero(g, row, i);
        if (g.choice) bits &= chosen(g, row, i, q);
        n += append(filters + n, bits, i);
    }
    return n;
}

/// 32 outputs of 32 filters.
IMGMINE_INLINE void list_block(const ConvGradients& g, std::size_t row, std::size_t filter,
                               std::uint16_t* outputs, std::size_t most, std::uint32_t* counts) {
    alignas(64) std::uint16_t low[32] = {}, high[32] = {};
    for (std::size_t i = 0; i < 32 && row + i < g.n; ++i) {
        std::uint32_t bits = not_zero(g, row + i, filter);
        if (g.choice) bits &= ~chosen(g, row + i, filter, 4);
        low[i] = (std::uint16_t)bits;
        high[i] = (std::uint16_t)(bits >> 16);
    }
    const __m512i halves[2] = {_mm512_load_si512(low), _mm512_load_si512(high)};
    for (std::size_t f = 0; f < 32 && filter + f < g.filters; ++f) {
        const __m512i bit = _mm512_set1_epi16((short)(1u << f % 16));
        std::uint32_t& count = counts[filter + f];
        count += (std::uint32_t)append(outputs + (filter + f) * most + count,
                                       _mm512_test_epi16_mask(halves[f / 16], bit), row);
    }
}

/// outputs[f], (filters, most): the outputs, or windows, whose gradient of filter f is not zero.
/// 32 places behind the last are overwritten: `most` is at least n + 32.
void by_filter(const ConvGradients& g, std::uint16_t* outputs, std::size_t most,
               std::uint32_t* counts) {
    for (std::size_t f = 0; f < g.filters; ++f) counts[f] = 0;
    for (std::size_t row = 0; row < g.n; row += 32)
        for (std::size_t f = 0; f < g.filters; f += 32)
            list_block(g, row, f, outputs, most, counts);
}
#else
IMGMINE_INLINE std::size_t list_filters(const ConvGradients& g, std::size_t row, int q,
                                        std::uint16_t* filters) {
    const float* const values = g.values + row * g.filters;
    std::size_t n = 0;
    for (std::size_t f = 0; f < g.filters; ++f) {
        filters[n] = (std::uint16_t)f;
        n += values[f] != 0 && (!g.choice || g.choice[row * g.filters + f] == q);
    }
    return n;
}

void by_filter(const ConvGradients& g, std::uint16_t* outputs, std::size_t most,
               std::uint32_t* counts) {
    for (std::size_t f = 0; f < g.filters; ++f) counts[f] = 0;
    for (std::size_t row = 0; row < g.n; ++row)
        for (std::size_t f = 0; f < g.filters; ++f) {
            const std::size_t i = row * g.filters + f;
            outputs[f * most + counts[f]] = (std::uint16_t)row;
            counts[f] += g.values[i] != 0 && (!g.choice || g.choice[i] != 4);
        }
}
#endif

/// The filters of each output whose gradients are not zero, one list after the other from *ends on,
/// and where each ends. Of windows: of a row of them, first the upper outputs, then the lower ones.
/// Up to 32 places behind the last are overwritten.
void by_output(const ConvGradients& g, std::uint16_t* filters, std::uint32_t* ends) {
    std::size_t n = *ends++;
    if (!g.choice) {
        for (std::size_t row = 0; row < g.n; ++row)
            *ends++ = (std::uint32_t)(n += list_filters(g, row, 0, filters + n));
        return;
    }
    for (int q = 0; q < 4; q += 2)
        for (std::size_t row = 0; row < g.n; ++row)
            for (int right = 0; right < 2; ++right)
                *ends++ = (std::uint32_t)(n += list_filters(g, row, q + right, filters + n));
}

/// places[i][f] = windows[i] + four[choice], anything where there is none.
void place_windows(const ConvGradients& g, const std::uint32_t* windows, const std::uint32_t* four,
                   std::uint32_t* places) {
    for (std::size_t i = 0; i < g.n; ++i, places += g.filters) {
        const std::uint8_t* const choice = g.choice + i * g.filters;
        std::size_t f = 0;
#if defined(__AVX512F__)
        const __m512i table =
            _mm512_add_epi32(_mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i*)four)),
                             _mm512_set1_epi32((int)windows[i]));
        for (; f + lanes <= g.filters; f += lanes) {
            const __m512i which =
                _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)(choice + f)));
            _mm512_storeu_si512(places + f, _mm512_permutexvar_epi32(which, table));
        }
#endif
        for (; f < g.filters; ++f) places[f] = windows[i] + four[choice[f] & 3];
    }
}

/// The gradients of the two rows of outputs that g.n windows in a row belong to: zeros but where
/// they come from.
void unpool(const ConvGradients& g, float* upper, float* lower) {
    for (std::size_t i = 0; i < g.n; ++i)
        for (int q = 0; q < 4; ++q) {
            float* const to = (q < 2 ? upper : lower) + (2 * i + (std::size_t)q % 2) * g.filters;
            const float* const from = g.values + i * g.filters;
            const std::uint8_t* const choice = g.choice + i * g.filters;
            std::size_t f = 0;
#if defined(__AVX512F__)
            for (; f + lanes <= g.filters; f += lanes) {
                const __mmask16 here = _mm_cmpeq_epi8_mask(
                    _mm_loadu_si128((const __m128i*)(choice + f)), _mm_set1_epi8((char)q));
                _mm512_storeu_ps(to + f, _mm512_maskz_loadu_ps(here, from + f));
            }
#endif
            for (; f < g.filters; ++f) to[f] = choice[f] == q ? from[f] : 0.0f;
        }
}

/// The first n <= 16 gradients of an output from filter f on, or all 16: zeros where there is none.
IMGMINE_INLINE Floats load_gradients(const ConvGradients& g, std::size_t at, std::size_t n) {
    const Floats v = load_up_to(g.values + at, n);
    if (!g.choice) return v;
#if defined(__AVX512F__)
    const __mmask16 inside = (__mmask16)((1u << n) - 1);
    const __m128i choice = _mm_maskz_loadu_epi8(inside, g.choice + at);
    const __mmask16 exists = _mm_cmpneq_epi8_mask(choice, _mm_set1_epi8(4));
    return {{(NativeFloats)_mm512_maskz_mov_ps(exists, (__m512)v.part[0])}};
#else
    float values[lanes];
    store(values, v);
    for (std::size_t k = 0; k < n; ++k) values[k] = g.choice[at + k] == 4 ? 0.0f : values[k];
    return load(values);
#endif
}

/// Some vectors of filters.
template <std::size_t n_vectors>
IMGMINE_INLINE void add_up_vectors(const ConvGradients& g, std::size_t f, float* sums) {
    Floats total[n_vectors];
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) total[v] = broadcast(0.0f);
    const auto left = [&](std::size_t v) { return at_most(g.filters - f - v * lanes, lanes); };
    for (std::size_t i = 0; i < g.n; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v)
        total[v] = total[v] + load_gradients(g, i * g.filters + f + v * lanes, left(v));
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        float* const to = sums + f + v * lanes;
        store_up_to(to, load_up_to(to, left(v)) + total[v], left(v));
    }
}

/// sums[f] += the sum over outputs in order; over windows, of those that come from an output.
void add_up(const ConvGradients& g, float* sums) {
    std::size_t f = 0;
    for (; f + 4 * lanes <= g.filters; f += 4 * lanes) add_up_vectors<4>(g, f, sums);
    for (; f + 2 * lanes <= g.filters; f += 2 * lanes) add_up_vectors<2>(g, f, sums);
    for (; f < g.filters; f += lanes) add_up_vectors<1>(g, f, sums);
}

#if defined(__AVX512F__)
/// 16 x 16 values: four rounds that each interleave the first half of the rows with the second.
IMGMINE_INLINE void transpose_square(__m512 (&v)[16]) {
    IMGMINE_UNROLL
    for (int round = 0; round < 4; ++round) {
        __m512 w[16];
        const __m512i low =
            _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
        IMGMINE_UNROLL
        for (int i = 0; i < 8; ++i) {
            w[2 * i] = _mm512_permutex2var_ps(v[i], low, v[i + 8]);
            w[2 * i + 1] = _mm512_permutex2var_ps(v[i], high, v[i + 8]);
        }
        IMGMINE_UNROLL
        for (int i = 0; i < 16; ++i) v[i] = w[i];
    }
}
#endif

/// to[column][row] = or += from[row][column].
template <bool adds>
IMGMINE_INLINE void transpose_any(const float* from, std::size_t pitch, std::size_t rows,
                                  std::size_t columns, float* to, std::size_t to_pitch) {
    for (std::size_t y = 0; y < rows; y += lanes)
        for (std::size_t x = 0; x < columns; x += lanes) {
            const std::size_t h = at_most(rows - y, lanes), w = at_most(columns - x, lanes);
#if defined(__AVX512F__)
            const __mmask16 in = (__mmask16)((1u << w) - 1), out = (__mmask16)((1u << h) - 1);
            __m512 v[16];
            for (std::size_t i = 0; i < lanes; ++i)
                v[i] = i < h ? _mm512_maskz_loadu_ps(in, from + (y + i) * pitch + x)
                             : _mm512_setzero_ps();
            transpose_square(v);
            for (std::size_t i = 0; i < w; ++i) {
                float* const p = to + (x + i) * to_pitch + y;
                _mm512_mask_storeu_ps(
                    p, out, adds ? _mm512_add_ps(_mm512_maskz_loadu_ps(out, p), v[i]) : v[i]);
            }
#else
            for (std::size_t i = 0; i < w; ++i)
                for (std::size_t j = 0; j < h; ++j) {
                    float& value = to[(x + i) * to_pitch + y + j];
                    const float other = from[(y + j) * pitch + x + i];
                    value = adds ? value + other : other;
                }
#endif
        }
}

void transpose(const float* from, std::size_t pitch, std::size_t rows, std::size_t columns,
               float* to, std::size_t to_pitch) {
    transpose_any<false>(from, pitch, rows, columns, to, to_pitch);
}

void add_transposed(const float* from, std::size_t pitch, std::size_t rows, std::size_t columns,
                    float* to, std::size_t to_pitch) {
    transpose_any<true>(from, pitch, rows, columns, to, to_pitch);
}

}  // namespace
extern const ConvListKernels IMGMINE_TABLE(conv_list_kernels);
const ConvListKernels IMGMINE_TABLE(conv_list_kernels) = {
    .by_output = by_output,
    .by_filter = by_filter,
    .place_windows = place_windows,
    .unpool = unpool,
    .add_up = add_up,
    .transpose = transpose,
    .add_transposed = add_transposed,
};

}  // namespace imgmine
