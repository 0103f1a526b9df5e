#include "kernels/conv.hpp"

#include "kernels/simd_pairs.hpp"
#include "kernels/simd_tile.hpp"

namespace imgmine {
namespace {

// Outputs that are summed at once: as many rows, columns and vectors of filters as leave their sums
// in registers. Each value of the image is used for all vectors, each vector for all outputs.
#if defined(__AVX512F__)
constexpr std::size_t most_columns = 6, most_vectors = 2, most_sums = 12;
constexpr std::size_t most_windows = 3;
#elif defined(__AVX__)
constexpr std::size_t most_columns = 6, most_vectors = 1, most_sums = 6;
constexpr std::size_t most_windows = 1;
#elif defined(__aarch64__)
constexpr std::size_t most_columns = 5, most_vectors = 1, most_sums = 5;
constexpr std::size_t most_windows = 1;
#else
constexpr std::size_t most_columns = 2, most_vectors = 1, most_sums = 2;
constexpr std::size_t most_windows = 1;
#endif

/// The sums of rows x columns outputs and n_vectors of filters: the bias, then the products in the
/// order of the kernel's values.
template <class Product, std::size_t rows, std::size_t columns, std::size_t n_vectors>
IMGMINE_INLINE void sum_tile(const ConvSums& s, const float* x, const float* weights,
                             const float* bias, Floats (&total)[rows * columns][n_vectors]) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < rows * columns; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v)
        total[i][v] = Product::begin(load(bias + v * lanes));
    const std::size_t step = s.step;
    for (std::size_t i = 0; i < s.n_runs; ++i) {
        const float* from[rows];
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < rows; ++r) from[r] = x + r * s.row_step + i * s.row_pitch;
        const float* w_of = weights + i * s.run_pitch * ConvSums::panel;
        for (std::size_t k = 0; k < s.run; ++k, w_of += ConvSums::panel) {
            Floats w[n_vectors];
            IMGMINE_UNROLL
            for (std::size_t v = 0; v < n_vectors; ++v) w[v] = load(w_of + v * lanes);
            IMGMINE_UNROLL
            for (std::size_t r = 0; r < rows; ++r) {
                IMGMINE_UNROLL
                for (std::size_t c = 0; c < columns; ++c)
                    add_products<Product>(from[r] + c * step, w, total[r * columns + c]);
                ++from[r];
            }
        }
    }
}

/// 0 where negative, the limit where above; NaN stays.
IMGMINE_INLINE Floats clipped(const Floats& v, float limit) {
    const NativeFloats most = limit - NativeFloats{};
    Floats out;
    IMGMINE_UNROLL
    for (std::size_t p = 0; p < parts; ++p) out.part[p] = min(most, max(NativeFloats{}, v.part[p]));
    return out;
}

/// Where a tile stands.
struct Place {
    std::size_t row, column, filter;
};

template <class Product, std::size_t rows, std::size_t columns, std::size_t n_vectors>
IMGMINE_INLINE void forward_tile(const ConvSums& s, const Place& at, const float* weights,
                                 float* y) {
    Floats total[rows * columns][n_vectors];
    sum_tile<Product, rows, columns>(s, s.x + at.row * s.row_step + at.column * s.step, weights,
                                     s.bias + at.filter, total);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < rows * columns; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        const std::size_t filter = at.filter + v * lanes;
        const std::size_t to =
            (at.row + i / columns) * s.y_row + (at.column + i % columns) * s.y_step + filter;
        store_up_to(y + to, s.relu ? clipped(total[i][v], s.limit) : total[i][v],
                    s.filters - filter);
    }
}

/// body(place, vectors, weights): filter by filter, as many vectors at once as there are registers
/// for and filters left.
template <class Body>
IMGMINE_INLINE void for_vectors(const ConvSums& s, const Body& body) {
    const std::size_t panel_size = s.panel_values * ConvSums::panel;
    for (std::size_t f = 0; f < s.filters; f += most_vectors * lanes) {
        const float* weights = s.weights + f / ConvSums::panel * panel_size + f % ConvSums::panel;
        if (most_vectors > 1 && s.filters - f > lanes)
            body(Count<most_vectors>{}, f, weights);
        else
            body(Count<1>{}, f, weights);
    }
}

/// y (rows, columns, filters), at the steps that are given.
template <class Product>
void forward(const ConvSums& s, float* y) {
    for_vectors(s, [&](auto n_vectors, std::size_t filter, const float* weights) {
        Pieces(s.columns, most_columns).each([&](std::size_t column, std::size_t count) {
            with_count<1, most_columns>(count, [&](auto columns) {
                constexpr std::size_t most = most_sums / decltype(columns)::value;
                Pieces(s.rows, most > 3 ? 3 : most).each([&](std::size_t row, std::size_t height) {
                    with_count<1, (most > 3 ? 3 : most)>(height, [&](auto rows) {
                        forward_tile<Product, decltype(rows)::value, decltype(columns)::value,
                                     decltype(n_vectors)::value>(s, {row, column, filter}, weights,
                                                                 y);
                    });
                });
            });
        });
    });
}

/// The first lanes of 32-bit integers up to 255, as bytes.
IMGMINE_INLINE void store_bytes(std::uint8_t* p, const NativeInts (&v)[parts], std::size_t n) {
#if defined(__AVX512F__)
    if (n >= lanes) {
        _mm_storeu_si128((__m128i*)p, _mm512_cvtepi32_epi8((__m512i)v[0]));
        return;
    }
#endif
    std::int32_t values[lanes];
    std::memcpy(values, v, sizeof values);
    for (std::size_t i = 0; i < lanes && i < n; ++i) p[i] = (std::uint8_t)values[i];
}

/// The largest of four and 0, and which it was: the first of equals, 4 where none is above 0. What
/// follows a NaN is taken for larger.
IMGMINE_INLINE void pool(const NativeFloats (&four)[4], NativeFloats& largest, NativeInts& which) {
    largest = NativeFloats{};
    which = 4 - NativeInts{};
    IMGMINE_UNROLL
    for (int q = 0; q < 4; ++q) {
#if defined(__AVX512F__)
        const __mmask16 above = _mm512_cmp_ps_mask((__m512)four[q], (__m512)largest, _CMP_NLE_UQ);
        largest = (NativeFloats)_mm512_mask_mov_ps((__m512)largest, above, (__m512)four[q]);
        which = (NativeInts)_mm512_mask_mov_epi32((__m512i)which, above, _mm512_set1_epi32(q));
#else
        const NativeInts above = ~(NativeInts)(four[q] <= largest);
        largest = (NativeFloats)(((NativeInts)four[q] & above) | ((NativeInts)largest & ~above));
        which = ((q - NativeInts{}) & above) | (which & ~above);
#endif
    }
}

template <class Product, std::size_t n_windows, std::size_t n_vectors>
IMGMINE_INLINE void pooled_tile(const ConvSums& s, const Place& at, const float* weights,
                                float* pooled, std::uint8_t* choice) {
    constexpr std::size_t columns = 2 * n_windows;
    Floats total[2 * columns][n_vectors];
    sum_tile<Product, 2, columns>(s, s.x + 2 * at.row * s.row_step + 2 * at.column * s.step,
                                  weights, s.bias + at.filter, total);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_windows; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) {
        const std::size_t filter = at.filter + v * lanes, left = s.filters - filter;
        const std::size_t to = (at.row * s.columns + at.column + i) * s.filters + filter;
        Floats largest;
        NativeInts which[parts];
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < parts; ++p)
            pool({total[2 * i][v].part[p], total[2 * i + 1][v].part[p],
                  total[columns + 2 * i][v].part[p], total[columns + 2 * i + 1][v].part[p]},
                 largest.part[p], which[p]);
        store_up_to(pooled + to, largest, left);
        if (choice) store_bytes(choice + to, which, left);
    }
}

/// pooled and choice (rows, columns, filters), of windows of 2 x 2 outputs; choice may be null.
template <class Product>
void forward_pooled(const ConvSums& s, float* pooled, std::uint8_t* choice) {
    for_vectors(s, [&](auto n_vectors, std::size_t filter, const float* weights) {
        Pieces(s.columns, most_windows).each([&](std::size_t column, std::size_t count) {
            with_count<1, most_windows>(count, [&](auto windows) {
                for (std::size_t row = 0; row < s.rows; ++row)
                    pooled_tile<Product, decltype(windows)::value, decltype(n_vectors)::value>(
                        s, {row, column, filter}, weights, pooled, choice);
            });
        });
    });
}

void forward_pairs(const ConvSums& s, float* y) {
#if defined(__AVX512F__)
    if (__builtin_cpu_supports("avx512bf16")) return forward<PairInstruction>(s, y);
#endif
    forward<Pairs>(s, y);
}

void forward_pooled_pairs(const ConvSums& s, float* pooled, std::uint8_t* choice) {
#if defined(__AVX512F__)
    if (__builtin_cpu_supports("avx512bf16"))
        return forward_pooled<PairInstruction>(s, pooled, choice);
#endif
    forward_pooled<Pairs>(s, pooled, choice);
}

/// Multiply-adds that wait for nothing, to see how many a core can do. Returns how many they were.
std::size_t multiply_adds(std::size_t rounds, float* sink) {
    Floats w[most_vectors], total[most_sums][most_vectors];
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < most_vectors; ++v) w[v] = broadcast(*sink + (float)v);
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < most_sums; ++i) IMGMINE_UNROLL
    for (std::size_t v = 0; v < most_vectors; ++v)
        total[i][v] = broadcast((float)(i * most_vectors + v));
    const float x = *sink;
    for (std::size_t r = 0; r < rounds; ++r) IMGMINE_UNROLL
    for (std::size_t i = 0; i < most_sums; ++i) add_scaled(x, w, total[i]);
    for (std::size_t i = 0; i < most_sums; ++i)
        *sink += sum(total[i][0]) + sum(total[i][most_vectors - 1]);
    return rounds * most_sums * most_vectors * lanes;
}

/// The upper 16 bits of floats, rounded to nearest, ties to even; subnormal ones become 0.
void to_bfloat16(const float* from, std::size_t n, std::uint16_t* to) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        std::int32_t rounded[lanes];
        for (std::size_t p = 0; p < lanes; p += native_ints)
            store_native(rounded + p, bfloat16_bits(load_native<NativeInts>(from + i + p)));
        for (std::size_t k = 0; k < lanes; ++k) to[i + k] = (std::uint16_t)rounded[k];
    }
    for (; i < n; ++i) {
        std::int32_t bits;
        std::memcpy(&bits, from + i, sizeof bits);
        to[i] = (std::uint16_t)bfloat16_bits(bits - NativeInts{})[0];
    }
}

}  // namespace
extern const ConvKernels IMGMINE_TABLE(conv_kernels);
const ConvKernels IMGMINE_TABLE(conv_kernels) = {
    .forward = forward<Singles>,
    .forward_pooled = forward_pooled<Singles>,
    .forward_pairs = forward_pairs,
    .forward_pooled_pairs = forward_pooled_pairs,
    .to_bfloat16 = to_bfloat16,
    .multiply_adds = multiply_adds,
};

}  // namespace imgmine
