#include "kernels/integer_dots.hpp"

#include <cstring>
#include <type_traits>

#include "kernels/simd.hpp"
#include "kernels/simd_fold.hpp"

namespace imgmine {
namespace {

/// Sixteen sums, whatever the width of a register.
typedef std::int32_t Sums __attribute__((vector_size(64)));

/// Four bytes from p on; zeros behind the first n of them.
IMGMINE_INLINE std::int32_t four_bytes(const std::uint8_t* p, std::size_t n) {
    std::int32_t four = 0;
    if (n >= 4)
        std::memcpy(&four, p, 4);
    else
        copy_few((std::uint8_t*)&four, p, n);
    return four;
}

/// Adds, to each query's sum, the products of its four bytes and a row's four.
template <bool is_signed>
IMGMINE_INLINE Sums add_products(Sums total, const std::uint8_t* queries, std::int32_t row) {
#if defined(__AVX512VNNI__)
    const __m512i q = _mm512_loadu_si512(queries), b = _mm512_set1_epi32(row);
    return (Sums)(is_signed ? _mm512_dpbusd_epi32((__m512i)total, q, b)
                            : _mm512_dpbusd_epi32((__m512i)total, b, q));
#else
    for (int j = 0; j < 4; ++j) {
        const auto byte = (std::uint8_t)((std::uint32_t)row >> 8 * j);
        const int b = is_signed ? (int)(std::int8_t)byte : (int)byte;
        for (std::size_t q = 0; q < panel_queries; ++q) {
            const std::uint8_t flipped = queries[4 * q + (std::size_t)j];
            const int a = is_signed ? (int)flipped : (int)(std::int8_t)flipped;
            total[q] = (std::int32_t)((std::uint32_t)total[q] + (std::uint32_t)(a * b));
        }
    }
    return total;
#endif
}

IMGMINE_INLINE std::uint32_t not_less(const Sums& a, const std::int32_t* limits) {
#if defined(__AVX512F__)
    return _mm512_cmpge_epi32_mask((__m512i)a, _mm512_loadu_si512(limits));
#else
    std::uint32_t bits = 0;
    for (std::size_t q = 0; q < panel_queries; ++q) bits |= (std::uint32_t)(a[q] >= limits[q]) << q;
    return bits;
#endif
}

#if defined(__AVX512VNNI__)
constexpr std::size_t most_panels = 3, tile_rows = 8;
#else
constexpr std::size_t most_panels = 1, tile_rows = 1;
#endif

struct Tile {
    const std::uint8_t *panels, *rows;
    std::size_t row_stride, n;
    const std::int32_t *offsets, *limits;
    std::uint32_t query, row;
};

template <bool is_signed, std::size_t n_panels, std::size_t n_rows>
IMGMINE_INLINE Shortlisted* find_in_tile(const Tile& t, Shortlisted* found) {
    const std::size_t panel_size = (t.n + 3) / 4 * 64;
    Sums total[n_rows][n_panels];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t p = 0; p < n_panels; ++p) total[r][p] = Sums{} + t.offsets[r];
    for (std::size_t k = 0; k < t.n; k += 4) IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) {
        const std::int32_t row = four_bytes(t.rows + r * t.row_stride + k, t.n - k);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < n_panels; ++p)
            total[r][p] =
                add_products<is_signed>(total[r][p], t.panels + p * panel_size + k * 16, row);
    }
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t p = 0; p < n_panels; ++p) {
        std::uint32_t bits = not_less(total[r][p], t.limits + p * panel_queries);
        if (!bits) continue;
        std::int32_t values[panel_queries];
        std::memcpy(values, &total[r][p], sizeof values);
        for (; bits; bits &= bits - 1) {
            const auto q = (std::uint32_t)__builtin_ctz(bits);
            *found++ = {t.query + (std::uint32_t)(p * panel_queries) + q, t.row + (std::uint32_t)r,
                        values[q]};
        }
    }
    return found;
}

template <bool is_signed, std::size_t n_panels>
Shortlisted* find_in_panels(Tile t, std::size_t n_rows, Shortlisted* found) {
    std::size_t r = 0;
    for (; r + tile_rows <= n_rows; r += tile_rows) {
        found = find_in_tile<is_signed, n_panels, tile_rows>(t, found);
        t.rows += tile_rows * t.row_stride, t.offsets += tile_rows, t.row += tile_rows;
    }
    for (; r < n_rows; ++r, ++t.row, ++t.offsets, t.rows += t.row_stride)
        found = find_in_tile<is_signed, n_panels, 1>(t, found);
    return found;
}

/// The pairs whose row's offset and sum of products are not less than the query's limit.
template <bool is_signed>
std::size_t find(const std::uint8_t* panels, std::size_t n_panels, const std::uint8_t* rows,
                 std::size_t row_stride, std::size_t n_rows, std::size_t n,
                 const std::int32_t* offsets, const std::int32_t* limits, Shortlisted* found) {
    Shortlisted* end = found;
    for (std::size_t p = 0; p < n_panels;) {
        const Tile t{panels + p * ((n + 3) / 4 * 64),
                     rows,
                     row_stride,
                     n,
                     offsets,
                     limits + p * panel_queries,
                     (std::uint32_t)(p * panel_queries),
                     0};
        if (p + 3 <= n_panels && most_panels >= 3)
            end = find_in_panels<is_signed, (most_panels < 3 ? 1 : 3)>(t, n_rows, end), p += 3;
        else
            end = find_in_panels<is_signed, 1>(t, n_rows, end), p += 1;
    }
    return (std::size_t)(end - found);
}

/// What one query's values and a row's add to a sum: products, or squares of differences.
template <bool squares>
IMGMINE_INLINE std::int32_t term(std::int32_t a, std::int32_t b) {
    return squares ? (a - b) * (a - b) : a * b;
}

#if defined(__AVX512VNNI__)
template <class T, bool squares>
IMGMINE_INLINE __m512i add_terms(__m512i total, const std::int16_t* query, __m256i bytes) {
    const __m512i a = _mm512_loadu_si512(query);
    const __m512i b =
        std::is_signed_v<T> ? _mm512_cvtepi8_epi16(bytes) : _mm512_cvtepu8_epi16(bytes);
    const __m512i d = squares ? _mm512_sub_epi16(a, b) : a;
    return _mm512_dpwssd_epi32(total, d, squares ? d : b);
}
#endif

/// out[i] = the sum of terms of the query and row i. The query has zeros behind it, up to 32.
template <class T, bool squares>
void one(const std::int16_t* query, const std::uint8_t* rows, std::size_t row_stride,
         std::size_t n_rows, std::size_t n, std::int32_t* out) {
    std::size_t i = 0;
#if defined(__AVX512VNNI__)
    const auto rest = (__mmask32)((1ull << n % 32) - 1);
    for (; i + 16 <= n_rows; i += 16, rows += 16 * row_stride) {
        __m512 totals[16];
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < 16; ++r) {
            const std::uint8_t* row = rows + r * row_stride;
            __m512i total = _mm512_setzero_si512();
            std::size_t k = 0;
            for (; k + 32 <= n; k += 32) {
                if (k % 64 == 0) __builtin_prefetch(row + 16 * row_stride + k);
                total = add_terms<T, squares>(total, query + k,
                                              _mm256_loadu_si256((const __m256i*)(row + k)));
            }
            if (k < n)
                total =
                    add_terms<T, squares>(total, query + k, _mm256_maskz_loadu_epi8(rest, row + k));
            totals[r] = _mm512_castsi512_ps(total);
        }
        _mm512_storeu_ps((float*)(out + i), fold16<AddInts>(totals));
    }
#endif
    for (; i < n_rows; ++i, rows += row_stride) {
        std::int32_t total = 0;
        for (std::size_t k = 0; k < n; ++k) total += term<squares>(query[k], ((const T*)rows)[k]);
        out[i] = total;
    }
}

/// Each row's sum and sum of squares.
template <class T>
void measure(const std::uint8_t* rows, std::size_t row_stride, std::size_t n_rows, std::size_t n,
             std::int32_t* sums, std::int32_t* squares) {
    for (std::size_t i = 0; i < n_rows; ++i) {
        const T* row = (const T*)(rows + i * row_stride);
        std::int32_t total = 0, total_squares = 0;
        for (std::size_t k = 0; k < n; ++k) {
            const auto x = (std::int16_t)row[k];
            total += x;
            total_squares += (std::int32_t)x * (std::int32_t)x;
        }
        sums[i] = total;
        squares[i] = total_squares;
    }
}

}  // namespace
extern const IntegerDotsKernels IMGMINE_TABLE(integer_dots_kernels);
const IntegerDotsKernels IMGMINE_TABLE(integer_dots_kernels) = {
    .find_u8 = find<false>,
    .find_s8 = find<true>,
    .measure_u8 = measure<std::uint8_t>,
    .measure_s8 = measure<std::int8_t>,
    .squares_u8 = one<std::uint8_t, true>,
    .squares_s8 = one<std::int8_t, true>,
    .products_u8 = one<std::uint8_t, false>,
    .products_s8 = one<std::int8_t, false>,
};

}  // namespace imgmine
