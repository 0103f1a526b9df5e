#include "kernels/neighbors.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// Rows, and registers of 16 columns, that are worked on at once: as many sums as there are
// registers for.
#if defined(__AVX512F__)
constexpr std::size_t tile_rows = 6, tile_columns = 4, exact_rows = 4;
#elif defined(__AVX__)
constexpr std::size_t tile_rows = 6, tile_columns = 1, exact_rows = 2;
#else
constexpr std::size_t tile_rows = 2, tile_columns = 1, exact_rows = 1;
#endif

/// a * b + c, rounded once where that is fast and twice elsewhere: for estimates alone.
IMGMINE_INLINE NativeFloats multiply_add(NativeFloats a, NativeFloats b, NativeFloats c) {
#if defined(__AVX512F__) || defined(__FMA__) || defined(__aarch64__)
    return fma_native(a, b, c);
#else
    return a * b + c;
#endif
}

struct ProductStep {
    static IMGMINE_INLINE NativeFloats add(NativeFloats total, NativeFloats a, NativeFloats b) {
        return multiply_add(a, b, total);
    }
};

struct MinusL1Step {
    static IMGMINE_INLINE NativeFloats add(NativeFloats total, NativeFloats a, NativeFloats b) {
        typedef std::int32_t Ints __attribute__((vector_size(sizeof(NativeFloats))));
        return total - (NativeFloats)((Ints)(a - b) & 0x7fffffff);
    }
};

template <std::size_t n_rows, class Step>
IMGMINE_INLINE void estimate_rows(const float* rows, std::size_t size, const float* block,
                                  const float* offsets, float* out) {
    for (std::size_t column = 0; column < neighbor_columns; column += tile_columns * lanes) {
        Floats total[n_rows][tile_columns];
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t c = 0; c < tile_columns; ++c)
            total[r][c] = load(offsets + column + c * lanes);
        for (std::size_t i = 0; i < size; ++i) {
            Floats values[tile_columns];
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < tile_columns; ++c)
                values[c] = load(block + i * neighbor_columns + column + c * lanes);
            IMGMINE_UNROLL
            for (std::size_t r = 0; r < n_rows; ++r) {
                const NativeFloats value = rows[r * size + i] - NativeFloats{};
                IMGMINE_UNROLL
                for (std::size_t c = 0; c < tile_columns; ++c) IMGMINE_UNROLL
                for (std::size_t p = 0; p < parts; ++p)
                    total[r][c].part[p] = Step::add(total[r][c].part[p], value, values[c].part[p]);
            }
        }
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t c = 0; c < tile_columns; ++c)
            store(out + r * neighbor_columns + column + c * lanes, total[r][c]);
    }
}

template <class Step>
IMGMINE_INLINE void estimate(const float* rows, std::size_t n, std::size_t size, const float* block,
                             const float* offsets, float* out) {
    std::size_t r = 0;
    for (; r + tile_rows <= n; r += tile_rows)
        estimate_rows<tile_rows, Step>(rows + r * size, size, block, offsets,
                                       out + r * neighbor_columns);
    for (; r < n; ++r)
        estimate_rows<1, Step>(rows + r * size, size, block, offsets, out + r * neighbor_columns);
}

/// out (n, neighbor_columns) = offsets + rows . block. Levels may differ in the last bits.
void products(const float* rows, std::size_t n, std::size_t size, const float* block,
              const float* offsets, float* out) {
    estimate<ProductStep>(rows, n, size, block, offsets, out);
}

/// out (n, neighbor_columns) = offsets - sum |row - block|
void minus_l1s(const float* rows, std::size_t n, std::size_t size, const float* block,
               const float* offsets, float* out) {
    estimate<MinusL1Step>(rows, n, size, block, offsets, out);
}

/// The places, in rising order, of those of neighbor_columns values that are not below the limit.
std::size_t at_least(const float* values, float limit, std::uint8_t* places) {
    std::size_t n = 0;
#if defined(__AVX512F__)
    for (std::size_t i = 0; i < neighbor_columns; i += 16) {
        unsigned mask =
            _mm512_cmp_ps_mask(_mm512_loadu_ps(values + i), _mm512_set1_ps(limit), _CMP_GE_OQ);
        for (; mask; mask &= mask - 1) places[n++] = (std::uint8_t)(i + __builtin_ctz(mask));
    }
#elif defined(__AVX__)
    for (std::size_t i = 0; i < neighbor_columns; i += 8) {
        auto mask = (unsigned)_mm256_movemask_ps(
            _mm256_cmp_ps(_mm256_loadu_ps(values + i), _mm256_set1_ps(limit), _CMP_GE_OQ));
        for (; mask; mask &= mask - 1) places[n++] = (std::uint8_t)(i + __builtin_ctz(mask));
    }
#else
    for (std::size_t i = 0; i < neighbor_columns; ++i)
        if (values[i] >= limit) places[n++] = (std::uint8_t)i;
#endif
    return n;
}

struct SquaredL2 {
    static IMGMINE_INLINE NativeDoubles add(NativeDoubles total, NativeDoubles a, NativeDoubles b) {
        const NativeDoubles d = a - b;
        return total + d * d;
    }
};

struct L1 {
    static IMGMINE_INLINE NativeDoubles add(NativeDoubles total, NativeDoubles a, NativeDoubles b) {
        const NativeDoubles d = a - b, minus = -d;
        return total + (d > minus ? d : minus);
    }
};

template <class Step>
IMGMINE_INLINE double distance(const double* a, const double* b, std::size_t n) {
    Doubles total = broadcast(0.0);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) IMGMINE_UNROLL
    for (std::size_t p = 0; p < double_parts; ++p)
        total.part[p] = Step::add(total.part[p], load(a + i).part[p], load(b + i).part[p]);
    if (i < n) {
        const Doubles x = load_first_doubles(a + i, n - i), y = load_first_doubles(b + i, n - i);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < double_parts; ++p)
            total.part[p] = Step::add(total.part[p], x.part[p], y.part[p]);
    }
    return sum(total);
}

/// Sum of (a - b)^2.
double squared_l2(const double* a, const double* b, std::size_t n) {
    return distance<SquaredL2>(a, b, n);
}

/// Sum of |a - b|.
double l1(const double* a, const double* b, std::size_t n) {
    return distance<L1>(a, b, n);
}

template <std::size_t n_rows, class Step>
IMGMINE_INLINE void distances_of(const double* rows, std::size_t size, const double* block,
                                 std::size_t n_columns, double* out) {
    for (std::size_t column = 0; column < n_columns; column += lanes) {
        NativeDoubles total[n_rows][double_parts] = {};
        for (std::size_t i = 0; i < size; ++i) {
            const Doubles values = load(block + i * neighbor_columns + column);
            IMGMINE_UNROLL
            for (std::size_t r = 0; r < n_rows; ++r) {
                const NativeDoubles value = rows[r * size + i] - NativeDoubles{};
                IMGMINE_UNROLL
                for (std::size_t p = 0; p < double_parts; ++p)
                    total[r][p] = Step::add(total[r][p], value, values.part[p]);
            }
        }
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t p = 0; p < double_parts; ++p)
            std::memcpy(out + r * neighbor_columns + column + p * native_doubles, &total[r][p],
                        sizeof(NativeDoubles));
    }
}

template <class Step>
IMGMINE_INLINE void distances(const double* rows, std::size_t n, std::size_t size,
                              const double* block, std::size_t n_columns, double* out) {
    std::size_t r = 0;
    for (; r + exact_rows <= n; r += exact_rows)
        distances_of<exact_rows, Step>(rows + r * size, size, block, n_columns,
                                       out + r * neighbor_columns);
    for (; r < n; ++r)
        distances_of<1, Step>(rows + r * size, size, block, n_columns, out + r * neighbor_columns);
}

/// out (n, neighbor_columns) = squares of the rows' Euclidean distances from the first n_columns of
/// the block, added up value by value.
void squared_l2s(const double* rows, std::size_t n, std::size_t size, const double* block,
                 std::size_t n_columns, double* out) {
    distances<SquaredL2>(rows, n, size, block, n_columns, out);
}

/// The same of city-block distances.
void l1s(const double* rows, std::size_t n, std::size_t size, const double* block,
         std::size_t n_columns, double* out) {
    distances<L1>(rows, n, size, block, n_columns, out);
}

IMGMINE_INLINE NativeDoubles roots(NativeDoubles x) {
#if defined(__AVX512F__)
    return (NativeDoubles)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX__)
    return (NativeDoubles)_mm256_sqrt_pd((__m256d)x);
#elif defined(__x86_64__)
    return (NativeDoubles)_mm_sqrt_pd((__m128d)x);
#else
    return (NativeDoubles)vsqrtq_f64((float64x2_t)x);
#endif
}

template <bool of_roots>
IMGMINE_INLINE double total_of(const double* values, std::size_t n) {
    Doubles total = broadcast(0.0);
    for (std::size_t i = 0; i < n; i += lanes) {
        const Doubles x = i + lanes <= n ? load(values + i) : load_first_doubles(values + i, n - i);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < double_parts; ++p)
            total.part[p] += of_roots ? roots(x.part[p]) : x.part[p];
    }
    return imgmine::sum(total);
}

/// Sum of the values.
double sum_of(const double* values, std::size_t n) {
    return total_of<false>(values, n);
}

/// Sum of the values' square roots.
double sum_of_roots(const double* values, std::size_t n) {
    return total_of<true>(values, n);
}

}  // namespace
extern const NeighborKernels IMGMINE_TABLE(neighbor_kernels);
const NeighborKernels IMGMINE_TABLE(neighbor_kernels) = {
    .products = products,
    .minus_l1s = minus_l1s,
    .at_least = at_least,
    .squared_l2 = squared_l2,
    .l1 = l1,
    .squared_l2s = squared_l2s,
    .l1s = l1s,
    .sum = sum_of,
    .sum_of_roots = sum_of_roots,
};

}  // namespace imgmine
