#include "kernels/cluster.hpp"

#include "kernels/simd_power.hpp"

namespace imgmine {
namespace {

// Rows, and registers of 16 clusters, that are worked on at once: as many sums as there are
// registers for. Each sum goes through a row's values in order, whatever the tile it fell into.
#if defined(__AVX512F__)
constexpr std::size_t tile_rows = 6, tile_columns = 2;
#elif defined(__AVX__)
constexpr std::size_t tile_rows = 4, tile_columns = 1;
#else
constexpr std::size_t tile_rows = 2, tile_columns = 1;
#endif

struct ProductStep {
    const float* matrix;
    template <std::size_t n_rows, std::size_t n_columns>
    IMGMINE_INLINE void add(const float* const* rows, std::size_t i, std::size_t at,
                            Floats (&total)[n_rows][n_columns]) const {
        Floats factor[n_columns];
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < n_columns; ++c) factor[c] = load(matrix + at + c * lanes);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) {
            const Floats value = broadcast(rows[r][i]);
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < n_columns; ++c)
                total[r][c] = total[r][c] + value * factor[c];
        }
    }
};

struct MinusScaledDistanceStep {
    const float* scales;
    const float* shifts;
    template <std::size_t n_rows, std::size_t n_columns>
    IMGMINE_INLINE void add(const float* const* rows, std::size_t i, std::size_t at,
                            Floats (&total)[n_rows][n_columns]) const {
        Floats scale[n_columns], shift[n_columns];
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < n_columns; ++c) {
            scale[c] = load(scales + at + c * lanes);
            shift[c] = load(shifts + at + c * lanes);
        }
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) {
            const Floats value = broadcast(rows[r][i]);
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < n_columns; ++c) {
                const Floats d = value * scale[c] - shift[c];
                total[r][c] = total[r][c] - d * d;
            }
        }
    }
};

template <std::size_t n_rows, std::size_t n_columns, class Step, class Take>
IMGMINE_INLINE void tile(const ClusterRows& rows, std::size_t first, const float* offsets,
                         const Step& step, std::size_t padded, std::size_t column,
                         const Take& take) {
    const float* row[n_rows];
    Floats total[n_rows][n_columns];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) {
        row[r] = rows.data + (first + r) * rows.stride;
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < n_columns; ++c)
            total[r][c] = load(offsets + column + c * lanes);
    }
    for (std::size_t i = 0; i < rows.size; ++i) step.add(row, i, i * padded + column, total);
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
    for (std::size_t c = 0; c < n_columns; ++c) take(r, column + c * lanes, total[r][c]);
}

/// Calls take(row of the tile, first of 16 columns, offsets + the steps' sum) in rising order of
/// the columns.
template <std::size_t n_rows, class Step, class Take>
IMGMINE_INLINE void tiles(const ClusterRows& rows, std::size_t first, const float* offsets,
                          const Step& step, std::size_t padded, const Take& take) {
    std::size_t column = 0;
    for (; column + tile_columns * lanes <= padded; column += tile_columns * lanes)
        tile<n_rows, tile_columns>(rows, first, offsets, step, padded, column, take);
    for (; column < padded; column += lanes)
        tile<n_rows, 1>(rows, first, offsets, step, padded, column, take);
}

template <class Step>
IMGMINE_INLINE void all_sums(const ClusterRows& rows, const float* offsets, const Step& step,
                             std::size_t padded, float* out) {
    std::size_t first = 0;
    const auto take = [&](std::size_t r, std::size_t column, const Floats& v) {
        store(out + (first + r) * padded + column, v);
    };
    for (; first + tile_rows <= rows.n; first += tile_rows)
        tiles<tile_rows>(rows, first, offsets, step, padded, take);
    for (; first < rows.n; ++first) tiles<1>(rows, first, offsets, step, padded, take);
}

/// out (n, padded) = offsets + rows . matrix (size, padded)
void multiply(const ClusterRows& rows, const float* offsets, const float* matrix,
              std::size_t padded, float* out) {
    all_sums(rows, offsets, ProductStep{matrix}, padded, out);
}

/// For each row the densities of k normal distributions, as multiples of the largest: the squares
/// of value * scale - shift are subtracted from `logs`, to the base 2. `most` is the largest
/// logarithm, `totals` the sum of what is put out. `logs` are -infinity behind the k-th.
void posteriors(const ClusterRows& rows, const float* logs, const float* scales,
                const float* shifts, std::size_t padded, float* out, float* most, float* totals) {
    all_sums(rows, logs, MinusScaledDistanceStep{scales, shifts}, padded, out);
    for (std::size_t r = 0; r < rows.n; ++r, out += padded) {
        Floats highest = broadcast(-__builtin_inff());
        for (std::size_t j = 0; j < padded; j += lanes) highest = max(load(out + j), highest);
        float values[lanes];
        store(values, highest);
        float top = values[0];
        for (std::size_t i = 1; i < lanes; ++i) top = values[i] > top ? values[i] : top;
        const Floats shift = broadcast(top), lowest = broadcast(-125.0f);  // a normal number
        Floats total = broadcast(0.0f);
        for (std::size_t j = 0; j < padded; j += lanes) {
            Floats x = max(load(out + j) - shift, lowest);
            IMGMINE_UNROLL
            for (std::size_t i = 0; i < parts; ++i) x.part[i] = exp2_native(x.part[i]);
            store(out + j, x);
            total = total + x;
        }
        most[r] = top;
        totals[r] = sum(total);
    }
}

/// sums += weight * row; squares += weight * row^2
void add_moments(const float* row, double weight, std::size_t n, double* sums, double* squares) {
    const Doubles factor = broadcast(weight);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Doubles x = load_doubles(row + i), weighted = factor * x;
        store(sums + i, load(sums + i) + weighted);
        store(squares + i, load(squares + i) + weighted * x);
    }
    for (; i < n; ++i) {
        const double x = row[i], weighted = weight * x;
        sums[i] += weighted;
        squares[i] += weighted * x;
    }
}

}  // namespace
extern const ClusterKernels IMGMINE_TABLE(cluster_kernels);
const ClusterKernels IMGMINE_TABLE(cluster_kernels) = {
    .multiply = multiply,
    .posteriors = posteriors,
    .add_moments = add_moments,
};

}  // namespace imgmine
