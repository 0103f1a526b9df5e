#include "kernels/assign.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// Rows, and registers of 16 centers, that are worked on at once: as many sums as there are
// registers for.
#if defined(__AVX512F__)
constexpr std::size_t tile_rows = 12, tile_columns = 2;
#elif defined(__AVX__)
constexpr std::size_t tile_rows = 6, tile_columns = 1;
#else
constexpr std::size_t tile_rows = 2, tile_columns = 1;
#endif

/// a * b + c, rounded once or twice, as is faster.
IMGMINE_INLINE NativeFloats add_product(NativeFloats a, NativeFloats b, NativeFloats c) {
#if defined(__FMA__) || defined(__aarch64__)
    return fma_native(a, b, c);
#else
    return a * b + c;
#endif
}

/// The two least scores of every sixteenth center, and the first column of the least.
struct Least {
    Floats first, second, column;

    IMGMINE_INLINE void take(const Floats& score, float at) {
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < parts; ++i) {
            const NativeFloats s = score.part[i], best = first.part[i];
            second.part[i] = min(second.part[i], max(best, s));
            column.part[i] = s < best ? at - NativeFloats{} : column.part[i];
            first.part[i] = min(best, s);
        }
    }
};

#if defined(__AVX512F__)
IMGMINE_INLINE void fold(const Least& least, std::size_t r, const TwoLeast& out) {
    const __m512 first = (__m512)least.first.part[0], second = (__m512)least.second.part[0];
    const float best = _mm512_reduce_min_ps(first);
    const __mmask16 where = _mm512_cmp_ps_mask(first, _mm512_set1_ps(best), _CMP_EQ_OQ);
    const auto lane = (std::size_t)__builtin_ctz((unsigned)where | 1u << 15);
    out.first[r] = best;
    out.second[r] =
        _mm512_reduce_min_ps(_mm512_mask_mov_ps(first, (__mmask16)(1u << lane), second));
    float columns[lanes];
    store(columns, least.column);
    out.place[r] = (std::int32_t)columns[lane] + (std::int32_t)lane;
}
#else
IMGMINE_INLINE void fold(const Least& least, std::size_t r, const TwoLeast& out) {
    float first[lanes], second[lanes], column[lanes];
    store(first, least.first);
    store(second, least.second);
    store(column, least.column);
    float best = first[0], next = second[0];
    std::size_t lane = 0;
    for (std::size_t i = 1; i < lanes; ++i) {
        const float worse = max(first[i], best);
        next = min(min(next, second[i]), worse);
        lane = first[i] < best ? i : lane;
        best = min(first[i], best);
    }
    out.first[r] = best;
    out.second[r] = next;
    out.place[r] = (std::int32_t)column[lane] + (std::int32_t)lane;
}
#endif

template <std::size_t n_rows, std::size_t n_columns>
IMGMINE_INLINE void tile(const float* const* rows, std::size_t size, const CenterGroup& group,
                         std::size_t column, Least* least) {
    Floats total[n_rows][n_columns];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_columns; ++c)
        total[r][c] = load(group.terms + column + c * lanes);
    const float* values = group.values + column;
    for (std::size_t i = 0; i < size; ++i, values += group.n) {
        Floats factor[n_columns];
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < n_columns; ++c) factor[c] = load(values + c * lanes);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) {
            const NativeFloats value = rows[r][i] - NativeFloats{};
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < n_columns; ++c) IMGMINE_UNROLL
            for (std::size_t p = 0; p < parts; ++p)
                total[r][c].part[p] = add_product(value, factor[c].part[p], total[r][c].part[p]);
        }
    }
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_columns; ++c)
        least[r].take(total[r][c], (float)(column + c * lanes));
}

template <std::size_t n_rows>
IMGMINE_INLINE void nearest_of(const float* const* rows, std::size_t first, std::size_t size,
                               const CenterGroup& group, const TwoLeast& out) {
    const float* row[n_rows];
    Least least[n_rows];
    for (std::size_t r = 0; r < n_rows; ++r) {
        row[r] = rows[first + r];
        least[r] = {broadcast(__builtin_inff()), broadcast(__builtin_inff()), broadcast(0.0f)};
    }
    std::size_t column = 0;
    for (; column + tile_columns * lanes <= group.n; column += tile_columns * lanes)
        tile<n_rows, tile_columns>(row, size, group, column, least);
    for (; column < group.n; column += lanes) tile<n_rows, 1>(row, size, group, column, least);
    for (std::size_t r = 0; r < n_rows; ++r) fold(least[r], first + r, out);
}

/// Finds the two nearest centers of a group for each row.
void nearest(const float* const* rows, std::size_t n, std::size_t size, const CenterGroup& group,
             const TwoLeast& out) {
    std::size_t first = 0;
    for (; first + tile_rows <= n; first += tile_rows)
        nearest_of<tile_rows>(rows, first, size, group, out);
    for (; tile_rows > 4 && first + 4 <= n; first += 4)
        nearest_of<4>(rows, first, size, group, out);
    for (; first < n; ++first) nearest_of<1>(rows, first, size, group, out);
}

constexpr std::size_t narrow_rows = 4;  // registers of sixteen rows that are worked on at once

template <std::size_t size>
void nearest_of_narrow(const float* columns, std::size_t stride, const CenterGroup& group,
                       const TwoLeast& out) {
    Least least[narrow_rows];
    Floats x[size][narrow_rows];
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < narrow_rows; ++u) {
        least[u] = {broadcast(__builtin_inff()), broadcast(__builtin_inff()), broadcast(0.0f)};
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < size; ++i) x[i][u] = load(columns + i * stride + u * lanes);
    }
    const float* values = group.values;
    for (std::size_t j = 0; j < group.n; ++j, values += size) {
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < narrow_rows; ++u) {
            Floats score = broadcast(group.terms[j]);
            IMGMINE_UNROLL
            for (std::size_t i = 0; i < size; ++i) IMGMINE_UNROLL
            for (std::size_t p = 0; p < parts; ++p)
                score.part[p] =
                    add_product(x[i][u].part[p], values[i] - NativeFloats{}, score.part[p]);
            least[u].take(score, (float)j);
        }
    }
    for (std::size_t u = 0; u < narrow_rows; ++u) {
        store(out.first + u * lanes, least[u].first);
        store(out.second + u * lanes, least[u].second);
        float place[lanes];
        store(place, least[u].column);
        for (std::size_t i = 0; i < lanes; ++i) out.place[u * lanes + i] = (std::int32_t)place[i];
    }
}

/// The same for rows of 1 to 8 values, which stand in columns `stride` apart: sixteen rows at once.
/// n is a multiple of 64.
void nearest_narrow(const float* columns, std::size_t stride, std::size_t n, std::size_t size,
                    const CenterGroup& group, const TwoLeast& out) {
    constexpr decltype(&nearest_of_narrow<1>) of_size[] = {
        nearest_of_narrow<1>, nearest_of_narrow<2>, nearest_of_narrow<3>, nearest_of_narrow<4>,
        nearest_of_narrow<5>, nearest_of_narrow<6>, nearest_of_narrow<7>, nearest_of_narrow<8>};
    const auto nearest_of = of_size[size - 1];
    for (std::size_t r = 0; r < n; r += narrow_rows * lanes)
        nearest_of(columns + r, stride, group, {out.first + r, out.second + r, out.place + r});
}

}  // namespace
extern const AssignKernels IMGMINE_TABLE(assign_kernels);
const AssignKernels IMGMINE_TABLE(assign_kernels) = {
    .nearest = nearest,
    .nearest_narrow = nearest_narrow,
};

}  // namespace imgmine
