#include "kernels/shortlist.hpp"

#include <limits>

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// Sums here only decide which rows are looked at closely: they need not be the same on every level.
IMGMINE_INLINE Floats multiply_add(const Floats& a, const Floats& b, const Floats& c) {
#if defined(__FMA__) || defined(__aarch64__)
    return fma(a, b, c);
#else
    return a * b + c;
#endif
}

/// At most a little more or less than 1 / x: 2^-14 of it.
IMGMINE_INLINE Floats about_one_over(Floats x) {
#if defined(__AVX512F__)
    x.part[0] = (NativeFloats)_mm512_rcp14_ps((__m512)x.part[0]);
    return x;
#else
    return broadcast(1.0f) / x;
#endif
}

/// A bit for each lane where a is not less than b, or either is NaN.
IMGMINE_INLINE std::uint32_t not_less(const Floats& a, const Floats& b) {
#if defined(__AVX512F__)
    return _mm512_cmp_ps_mask((__m512)a.part[0], (__m512)b.part[0], _CMP_NLT_UQ);
#else
    std::uint32_t bits = 0;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) {
        const auto less = a.part[i] < b.part[i];
#if defined(__AVX__)
        const auto some = (std::uint32_t)_mm256_movemask_ps((__m256)less);
#elif defined(__x86_64__)
        const auto some = (std::uint32_t)_mm_movemask_ps((__m128)less);
#else
        std::uint32_t some = 0;
        for (std::size_t k = 0; k < native_lanes; ++k) some |= (std::uint32_t)(less[k] & 1) << k;
#endif
        bits |= some << (i * native_lanes);
    }
    return ~bits & 0xffffu;
#endif
}

struct DotStep {
    const Floats& a;
    explicit DotStep(const Floats& query) : a(query) {}
    IMGMINE_INLINE Floats add(const Floats& b, const Floats& total) const {
        return multiply_add(a, b, total);
    }
};
/// Takes a^2 / (a + b) off.
struct Chi2Step {
    const Floats& a;
    Floats minus_square;
    explicit IMGMINE_INLINE Chi2Step(const Floats& query)
        : a(query), minus_square(broadcast(0.0f) - query * query) {}
    IMGMINE_INLINE Floats add(const Floats& b, const Floats& total) const {
        return multiply_add(minus_square, about_one_over(a + b), total);
    }
};

// Sums that fit into the registers.
#if defined(__AVX512F__)
constexpr std::size_t most_panels = 3, tile_rows = 8;
#elif defined(__AVX__) || defined(__aarch64__)
constexpr std::size_t most_panels = 1, tile_rows = 5;
#else
constexpr std::size_t most_panels = 1, tile_rows = 2;
#endif

/// Where a tile's panels, rows, limits and results are.
struct Tile {
    const float* panels;
    const float* rows;
    std::size_t row_stride, n;
    const float *offsets, *limits;
    std::uint32_t query, row;
};

template <class Step, std::size_t n_panels, std::size_t n_rows>
IMGMINE_INLINE Shortlisted* find_in_tile(const Tile& t, Shortlisted* found) {
    Floats total[n_rows][n_panels];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t p = 0; p < n_panels; ++p) total[r][p] = broadcast(t.offsets[r]);
    for (std::size_t k = 0; k < t.n; ++k) IMGMINE_UNROLL
    for (std::size_t p = 0; p < n_panels; ++p) {
        const Floats query = load(t.panels + (p * t.n + k) * panel_queries);
        const Step step(query);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r)
            total[r][p] = step.add(broadcast(t.rows[r * t.row_stride + k]), total[r][p]);
    }
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t p = 0; p < n_panels; ++p) {
        std::uint32_t bits = not_less(total[r][p], load(t.limits + p * panel_queries));
        for (; bits; bits &= bits - 1)
            *found++ = {
                t.query + (std::uint32_t)(p * panel_queries) + (std::uint32_t)__builtin_ctz(bits),
                t.row + (std::uint32_t)r, 0};
    }
    return found;
}

template <class Step, std::size_t n_panels>
Shortlisted* find_in_panels(Tile t, std::size_t n_rows, Shortlisted* found) {
    std::size_t r = 0;
    for (; r + tile_rows <= n_rows; r += tile_rows) {
        found = find_in_tile<Step, n_panels, tile_rows>(t, found);
        t.rows += tile_rows * t.row_stride, t.offsets += tile_rows, t.row += tile_rows;
    }
    for (; r < n_rows; ++r, ++t.row, ++t.offsets, t.rows += t.row_stride)
        found = find_in_tile<Step, n_panels, 1>(t, found);
    return found;
}

/// The pairs for which the row's offset and the sum of what a step adds is not less than the
/// query's limit, and those where that is NaN; how many. `found` has room for all pairs.
template <class Step>
IMGMINE_INLINE std::size_t find(const float* panels, std::size_t n_panels, const float* rows,
                                std::size_t row_stride, std::size_t n_rows, std::size_t n,
                                const float* offsets, const float* limits, Shortlisted* found) {
    Shortlisted* end = found;
    for (std::size_t p = 0; p < n_panels;) {
        const Tile t{panels + p * n * panel_queries,
                     rows,
                     row_stride,
                     n,
                     offsets,
                     limits + p * panel_queries,
                     (std::uint32_t)(p * panel_queries),
                     0};
        if (p + 3 <= n_panels && most_panels >= 3)
            end = find_in_panels<Step, (most_panels < 3 ? 1 : 3)>(t, n_rows, end), p += 3;
        else if (p + 2 <= n_panels && most_panels >= 2)
            end = find_in_panels<Step, (most_panels < 2 ? 1 : 2)>(t, n_rows, end), p += 2;
        else
            end = find_in_panels<Step, 1>(t, n_rows, end), p += 1;
    }
    return (std::size_t)(end - found);
}

std::size_t dots(const float* panels, std::size_t n_panels, const float* rows,
                 std::size_t row_stride, std::size_t n_rows, std::size_t n, const float* offsets,
                 const float* limits, Shortlisted* found) {
    return find<DotStep>(panels, n_panels, rows, row_stride, n_rows, n, offsets, limits, found);
}

std::size_t chi2s(const float* panels, std::size_t n_panels, const float* rows,
                  std::size_t row_stride, std::size_t n_rows, std::size_t n, const float* offsets,
                  const float* limits, Shortlisted* found) {
    return find<Chi2Step>(panels, n_panels, rows, row_stride, n_rows, n, offsets, limits, found);
}

/// Where values are at most `limit` or NaN; how many.
std::size_t not_above(const float* values, std::size_t n, float limit, std::uint32_t* at) {
    std::size_t i = 0, n_found = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::uint32_t bits = not_less(broadcast(limit), load(values + i)); bits;
             bits &= bits - 1)
            at[n_found++] = (std::uint32_t)(i + (std::size_t)__builtin_ctz(bits));
    for (; i < n; ++i)
        if (!(values[i] > limit)) at[n_found++] = (std::uint32_t)i;
    return n_found;
}

/// out[i] is about the sum of squares of row i.
void squared_lengths(const float* rows, std::size_t row_stride, std::size_t n_rows, std::size_t n,
                     float* out) {
    for (std::size_t i = 0; i < n_rows; ++i, rows += row_stride) {
        Floats total[2] = {broadcast(0.0f), broadcast(0.0f)};
        std::size_t k = 0;
        for (; k + 2 * lanes <= n; k += 2 * lanes) {
            const Floats a = load(rows + k), b = load(rows + k + lanes);
            total[0] = multiply_add(a, a, total[0]);
            total[1] = multiply_add(b, b, total[1]);
        }
        float rest = 0;
        for (; k < n; ++k) rest += rows[k] * rows[k];
        out[i] = sum(total[0] + total[1]) + rest;
    }
}

/// out[i] is about the sum of row i, NaN if any value is negative or not finite.
void sums(const float* rows, std::size_t row_stride, std::size_t n_rows, std::size_t n,
          float* out) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t i = 0; i < n_rows; ++i, rows += row_stride) {
        Floats total = broadcast(0.0f), least = broadcast(0.0f);
        std::size_t k = 0;
        for (; k + lanes <= n; k += lanes) {
            const Floats a = load(rows + k);
            total = total + a;
            least = min(a, least);
        }
        float rest = 0;
        for (; k < n; ++k) {
            rest += rows[k];
            if (!(rows[k] >= 0)) rest = nan;
        }
        const float all = sum(total) + rest;
        out[i] = sum(least) == 0 && all <= std::numeric_limits<float>::max() ? all : nan;
    }
}

void widen_half(const Half* row, std::size_t n, float* out) {
    std::size_t i = 0;
#if defined(__AVX512F__)
    for (; i + 16 <= n; i += 16)
        _mm512_storeu_ps(out + i, _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)(row + i))));
#elif defined(__F16C__)
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)(row + i))));
#endif
    for (; i < n; ++i) out[i] = to_float(row[i]);
}

void widen_u8(const std::uint8_t* row, std::size_t n, float* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = (float)row[i];
}

void widen_s8(const std::int8_t* row, std::size_t n, float* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = (float)row[i];
}

}  // namespace
extern const ShortlistKernels IMGMINE_TABLE(shortlist_kernels);
const ShortlistKernels IMGMINE_TABLE(shortlist_kernels) = {
    .dots = dots,
    .chi2s = chi2s,
    .not_above = not_above,
    .squared_lengths = squared_lengths,
    .sums = sums,
    .widen_half = widen_half,
    .widen_u8 = widen_u8,
    .widen_s8 = widen_s8,
};

}  // namespace imgmine
