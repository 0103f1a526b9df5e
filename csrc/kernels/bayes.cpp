#include "kernels/bayes.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

static_assert(BayesKernels::lanes == lanes);

IMGMINE_INLINE Doubles minus(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] -= b.part[i];
    return a;
}

template <bool weighted, class T>
IMGMINE_INLINE void add_some_deviations(const T* const* rows, const double* weights,
                                        std::size_t n_rows, const double* shift, std::size_t n,
                                        double* sums, double* squares) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Doubles origin = load(shift + i);
        Doubles sum = load(sums + i), square = load(squares + i);
        for (std::size_t r = 0; r < n_rows; ++r) {
            const Doubles d = minus(load_doubles(rows[r] + i), origin);
            const Doubles share = weighted ? d * broadcast(weights[r]) : d;
            sum = sum + share;
            square = square + share * d;
        }
        store(sums + i, sum);
        store(squares + i, square);
    }
    for (; i < n; ++i)
        for (std::size_t r = 0; r < n_rows; ++r) {
            const double d = (double)rows[r][i] - shift[i];
            const double share = weighted ? d * weights[r] : d;
            sums[i] += share;
            squares[i] += share * d;
        }
}

/// Adds d and d^2, each times the row's weight, d being what the rows differ by from `shift`.
///
/// `weights` may be null: all 1. Each value's sum runs over the rows in their order.
template <class T>
void add_deviations(const T* const* rows, const double* weights, std::size_t n_rows,
                    const double* shift, std::size_t n, double* sums, double* squares) {
    constexpr std::size_t group = 8;  // rows per visit to the sums
    for (std::size_t first = 0; first < n_rows; first += group) {
        const std::size_t count = n_rows - first < group ? n_rows - first : group;
        if (weights)
            add_some_deviations<true>(rows + first, weights + first, count, shift, n, sums,
                                      squares);
        else if (count == group)
            add_some_deviations<false>(rows + first, weights, group, shift, n, sums, squares);
        else
            add_some_deviations<false>(rows + first, weights, count, shift, n, sums, squares);
    }
}

/// The row as doubles.
template <class T>
void widen(const T* row, std::size_t n, double* out) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store(out + i, load_doubles(row + i));
    for (; i < n; ++i) out[i] = (double)row[i];
}

/// 1 where the row is above the threshold, else 0.
template <class T>
void above(const T* row, double threshold, std::size_t n, std::uint8_t* out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = (double)row[i] > threshold;
}

/// Sums of four times sixteen values, each in the order of sum() of simd.hpp.
IMGMINE_INLINE void sum_each(const Doubles* totals, double* out) {
    constexpr std::size_t n = BayesKernels::n_rows, half = lanes / 2;
    double x[n][half];
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n; ++r) IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts / 2; ++i) {
        const NativeDoubles both = totals[r].part[i] + totals[r].part[i + double_parts / 2];
        std::memcpy(x[r] + i * native_doubles, &both, sizeof both);
    }
    for (std::size_t r = 0; r < n; ++r)
        out[r] = ((x[r][0] + x[r][4]) + (x[r][2] + x[r][6])) +
                 ((x[r][1] + x[r][5]) + (x[r][3] + x[r][7]));
}

/// out[r] = sum of weights[i] (rows[r][i] - means[i])^2 for four rows, `padded` values apart.
void weighted_squares(const double* rows, const double* means, const double* weights,
                      std::size_t padded, double* out) {
    constexpr std::size_t n = BayesKernels::n_rows;
    Doubles total[n] = {};
    for (std::size_t i = 0; i < padded; i += lanes) {
        const Doubles mean = load(means + i), weight = load(weights + i);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n; ++r) {
            const Doubles d = minus(load(rows + r * padded + i), mean);
            total[r] = total[r] + d * d * weight;
        }
    }
    sum_each(total, out);
}

template <class T>
constexpr BayesLoops<T> loops_of() {
    return {add_deviations<T>, widen<T>, above<T>};
}

}  // namespace
extern const BayesKernels IMGMINE_TABLE(bayes_kernels);
const BayesKernels IMGMINE_TABLE(bayes_kernels) = {
    .f32 = loops_of<float>(),
    .f64 = loops_of<double>(),
    .u8 = loops_of<std::uint8_t>(),
    .weighted_squares = weighted_squares,
};

}  // namespace imgmine
