#include "kernels/samples.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE Doubles operator-(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] -= b.part[i];
    return a;
}

/// Sums body(values of the row from i) over the row, sixteen at a time, zeros behind the last;
/// body is given a function that loads from any row.
template <class Body>
IMGMINE_INLINE double sum_of(std::size_t n, const Body& body) {
    Doubles total[2] = {broadcast(0.0), broadcast(0.0)};
    std::size_t i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) IMGMINE_UNROLL
    for (std::size_t u = 0; u < 2; ++u)
        total[u] =
            total[u] + body([at = i + u * lanes](const auto* p) { return load_doubles(p + at); });
    for (; i + lanes <= n; i += lanes)
        total[0] = total[0] + body([i](const auto* p) { return load_doubles(p + i); });
    if (i < n)
        total[1] =
            total[1] + body([i, n](const auto* p) { return load_first_doubles(p + i, n - i); });
    return sum(total[0] + total[1]);
}

/// out[i] = (row[i] - shift[i]) * scale, of which `shift` may be missing.
template <class T>
void to_floats(const T* row, const double* shift, double scale, std::size_t n, float* out) {
    if (shift)
        for (std::size_t i = 0; i < n; ++i) out[i] = (float)(((double)row[i] - shift[i]) * scale);
    else if (scale == 1)
        for (std::size_t i = 0; i < n; ++i) out[i] = (float)row[i];
    else
        for (std::size_t i = 0; i < n; ++i) out[i] = (float)((double)row[i] * scale);
}

template <class T>
double square(const T* row, std::size_t n) {
    return sum_of(n, [row](const auto& load_at) {
        const Doubles x = load_at(row);
        return x * x;
    });
}

/// The square of the distance of scale * row from a center.
template <class T>
double squared_distance(const T* row, double scale, const double* center, std::size_t n) {
    const Doubles factor = broadcast(scale);
    return sum_of(n, [row, center, &factor](const auto& load_at) {
        const Doubles d = load_at(row) * factor - load_at(center);
        return d * d;
    });
}

/// sums[i] += factor * row[i], rounded to multiples of a power of two, which `grid` is 1.5 * 2^52
/// times: while they are small enough for each sum to be such a multiple, too, no order of adding
/// changes it, and what was added can be taken away.
template <class T>
void add(const T* row, double factor, double grid, std::size_t n, double* sums) {
    const Doubles by = broadcast(factor), round = broadcast(grid);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        store(sums + i, load(sums + i) + ((by * load_doubles(row + i) + round) - round));
    for (; i < n; ++i) sums[i] += (factor * (double)row[i] + grid) - grid;
}

/// Adds rows less `pivot`, and their squares; returns the largest absolute value of the rows.
template <class T>
double add_moments(const T* rows, std::size_t stride, std::size_t n_rows, std::size_t n,
                   const double* pivot, double* sums, double* squares) {
    Doubles most = broadcast(0.0);
    const auto visit = [&](std::size_t i, const auto& load_at, const Doubles& center,
                           Doubles& total, Doubles& square_total) {
        for (std::size_t r = 0; r < n_rows; ++r) {
            const Doubles x = load_at(rows + r * stride + i), d = x - center;
            total = total + d;
            square_total = square_total + d * d;
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < double_parts; ++p)
                most.part[p] = max(max(x.part[p], -x.part[p]), most.part[p]);
        }
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        Doubles total = load(sums + i), square_total = load(squares + i);
        visit(i, [](const T* p) { return load_doubles(p); }, load(pivot + i), total, square_total);
        store(sums + i, total);
        store(squares + i, square_total);
    }
    if (i < n) {
        const std::size_t left = n - i;
        Doubles total = load_first_doubles(sums + i, left);
        Doubles square_total = load_first_doubles(squares + i, left);
        visit(
            i, [left](const T* p) { return load_first_doubles(p, left); },
            load_first_doubles(pivot + i, left), total, square_total);
        double values[2][lanes];
        store(values[0], total);
        store(values[1], square_total);
        copy_few(sums + i, values[0], left);
        copy_few(squares + i, values[1], left);
    }
    double values[lanes], result = 0;
    store(values, most);
    for (const double x : values) result = x > result ? x : result;
    return result;
}

template <class T>
constexpr SampleLoops<T> loops = {to_floats<T>, square<T>, squared_distance<T>, add<T>,
                                  add_moments<T>};

}  // namespace
extern const SampleKernels IMGMINE_TABLE(sample_kernels);
const SampleKernels IMGMINE_TABLE(sample_kernels) = {
    .f32 = loops<float>,
    .f64 = loops<double>,
    .u8 = loops<std::uint8_t>,
};

}  // namespace imgmine
