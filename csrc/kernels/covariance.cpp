#include "kernels/covariance.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// Sums that are worked on at once: so many rows of so many registers, as there are registers for.
#if defined(__AVX512F__)
constexpr std::size_t tile_rows = 8, tile_columns = 3;
#elif defined(__AVX__)
constexpr std::size_t tile_rows = 4, tile_columns = 1;
#else
constexpr std::size_t tile_rows = 2, tile_columns = 1;
#endif

/// Products of values i to i + tile_rows of all rows with n_columns registers of values.
template <std::size_t n_columns>
IMGMINE_INLINE void add_tile(const PackedRows& rows, std::size_t i, std::size_t j, double* sums) {
    const float* left = rows.data + i / lanes * lanes * PackedRows::most + i % lanes;
    const float* right = rows.data + j * PackedRows::most;
    Floats total[tile_rows][n_columns];
    IMGMINE_UNROLL
    for (std::size_t t = 0; t < tile_rows; ++t) IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_columns; ++c) total[t][c] = broadcast(0.0f);
    for (std::size_t r = 0; r < PackedRows::most; ++r, left += lanes, right += lanes) {
        Floats b[n_columns];
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < n_columns; ++c)
            b[c] = load(right + c * lanes * PackedRows::most);
        IMGMINE_UNROLL
        for (std::size_t t = 0; t < tile_rows; ++t) {
            const NativeFloats a = left[t] - NativeFloats{};
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < n_columns; ++c) IMGMINE_UNROLL
            for (std::size_t p = 0; p < parts; ++p)
                total[t][c].part[p] = fma_native(a, b[c].part[p], total[t][c].part[p]);
        }
    }
    IMGMINE_UNROLL
    for (std::size_t t = 0; t < tile_rows; ++t) IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_columns; ++c) {
        double* const to = sums + (i + t) * rows.padded + j + c * lanes;
        alignas(64) float values[lanes];
        store(values, total[t][c]);
        store(to, load(to) + load_doubles(values));
    }
}

/// sums[i][j] += x[i] * x[j], summed over all rows x in float, for first <= i < last, which are
/// multiples of 16, and all j >= i, and some that are less.
void add_products(const PackedRows& rows, std::size_t first, std::size_t last, double* sums) {
    for (std::size_t i = first; i < last; i += tile_rows) {
        std::size_t j = i / lanes * lanes;
        for (; j + tile_columns * lanes <= rows.padded; j += tile_columns * lanes)
            add_tile<tile_columns>(rows, i, j, sums);
        for (; j < rows.padded; j += lanes) add_tile<1>(rows, i, j, sums);
    }
}

/// row -= v * ws + w * vs; products += next * row; returns row . nexts. Of n values, the row's last
/// one apart: that is only changed.
double reflect_row(double* row, std::size_t n, double v, double w, double next, const double* vs,
                   const double* ws, const double* nexts, double* products) {
    const Doubles minus_v = broadcast(-v), minus_w = broadcast(-w), factor = broadcast(next);
    Doubles total = broadcast(0.0);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Doubles x = load(row + i) + (minus_v * load(ws + i) + minus_w * load(vs + i));
        store(row + i, x);
        total = total + x * load(nexts + i);
        store(products + i, load(products + i) + factor * x);
    }
    double left = 0;
    for (; i < n; ++i) {
        row[i] = row[i] + (-v * ws[i] + -w * vs[i]);
        left += row[i] * nexts[i];
        products[i] += next * row[i];
    }
    row[n] = row[n] + (-v * ws[n] + -w * vs[n]);
    return sum(total) + left;
}

double dot(const double* a, const double* b, std::size_t n) {
    Doubles total = broadcast(0.0);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) total = total + load(a + i) * load(b + i);
    double left = 0;
    for (; i < n; ++i) left += a[i] * b[i];
    return sum(total) + left;
}

/// to[i] += factor * from[i]
void add_scaled(double* to, const double* from, double factor, std::size_t n) {
    const Doubles by = broadcast(factor);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store(to + i, load(to + i) + by * load(from + i));
    for (; i < n; ++i) to[i] += factor * from[i];
}

/// Turns rows of 64 values, each with the one before it, the last one first: turns[2 * t] and the
/// next one are the cosine and the sine for rows n - t - 1 and n - t.
void rotate(double* rows, std::size_t stride, const double* turns, std::size_t n) {
#if defined(__AVX512F__)
    constexpr std::size_t width = 4;
#else
    constexpr std::size_t width = 1;
#endif
    for (std::size_t column = 0; column < 64; column += width * lanes) {
        double* row = rows + n * stride + column;
        Doubles high[width];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < width; ++u) high[u] = load(row + u * lanes);
        const double* turn = turns;
        for (std::size_t t = 0; t < n; ++t, turn += 2, row -= stride) {
            const Doubles c = broadcast(turn[0]), s = broadcast(turn[1]),
                          minus_s = broadcast(-turn[1]);
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < width; ++u) {
                const Doubles low = load(row - stride + u * lanes);
                store(row + u * lanes, s * low + c * high[u]);
                high[u] = c * low + minus_s * high[u];
            }
        }
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < width; ++u) store(row + u * lanes, high[u]);
    }
}

}  // namespace
extern const CovarianceKernels IMGMINE_TABLE(covariance_kernels);
const CovarianceKernels IMGMINE_TABLE(covariance_kernels) = {
    .add_products = add_products,
    .reflect_row = reflect_row,
    .dot = dot,
    .add_scaled = add_scaled,
    .rotate = rotate,
};

}  // namespace imgmine
