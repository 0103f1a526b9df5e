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

/// Adds d and d^2, each times the row's weight, d being what the rows differ by from `shift`.
///
/// `weights` may be null: all 1. Each value's sum runs over the rows in their order.
template <class T>
void add_deviations(const T* const* rows, const double* weights, std::size_t n_rows,
                    const double* shift, std::size_t n, double* sums, double* squares) {
    constexpr std::size_t group = 8;  // rows per visit to the sums
    for (std::size_t first = 0; first < n_rows; first += group) {
        const std::size_t last = first + group < n_rows ? first + group : n_rows;
        std::size_t i = 0;
        for (; i + lanes <= n; i += lanes) {
            const Doubles origin = load(shift + i);
            Doubles sum = load(sums + i), square = load(squares + i);
            for (std::size_t r = first; r < last; ++r) {
                const Doubles d = minus(load_doubles(rows[r] + i), origin);
                const Doubles weighted = weights ? d * broadcast(weights[r]) : d;
                sum = sum + weighted;
                square = square + weighted * d;
            }
            store(sums + i, sum);
            store(squares + i, square);
        }
        for (; i < n; ++i)
            for (std::size_t r = first; r < last; ++r) {
                const double d = (double)rows[r][i] - shift[i];
                const double weighted = weights ? d * weights[r] : d;
                sums[i] += weighted;
                squares[i] += weighted * d;
            }
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
    IMGMINE_UNROLL
    for (std::size_t r = 0; r < n; ++r) out[r] = sum(total[r]);
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
