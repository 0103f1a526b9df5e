#include "classify/naive_bayes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/math_log.hpp"
#include "base/parallel.hpp"
#include "classify/class_moments.hpp"
#include "kernels/bayes.hpp"
#include "kernels/linear.hpp"

namespace imgmine {
namespace {

template <class T>
const LinearLoops<T>& linear_loops() {
    const LinearKernels& k = linear_kernels();
    if constexpr (sizeof(T) == 1)
        return k.u8;
    else if constexpr (sizeof(T) == 4)
        return k.f32;
    else
        return k.f64;
}

/// Zeros that begin at a cache line: a row that does not takes a third more time.
struct AlignedDoubles {
    std::vector<double> memory;
    double* data;

    explicit AlignedDoubles(std::size_t n) : memory(n + line), data(memory.data()) {
        while (reinterpret_cast<std::uintptr_t>(data) % (line * sizeof(double))) ++data;
    }
    AlignedDoubles(AlignedDoubles&&) = default;

    static constexpr std::size_t line = 8;
};

/// Calls body(first, last) for ranges of columns: their sums know nothing of each other, so that
/// threads need no sums of their own.
template <class Body>
void for_columns(std::ptrdiff_t n_rows, std::ptrdiff_t size, const Body& body) {
    constexpr std::ptrdiff_t tile = 64;  // whole cache lines of any type
    parallel_for((size + tile - 1) / tile, row_grain(tile * n_rows, 0.3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     body(first * tile, std::min(size, last * tile));
                 });
}

}  // namespace

template <class T>
void class_moments(const RowsView<T>& rows, const ClassRows& classes, double* means,
                   double* squares) {
    std::fill_n(means, classes.n_classes * rows.size, 0.0);
    std::fill_n(squares, classes.n_classes * rows.size, 0.0);
    for_columns(rows.n_rows, rows.size, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        moments_of_columns(rows, classes, first, last, means, squares);
    });
}

template <class T>
void class_sums(const RowsView<T>& rows, const ClassRows& classes, const double* threshold,
                double* sums) {
    std::fill_n(sums, classes.n_classes * rows.size, 0.0);
    for_columns(rows.n_rows, rows.size, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        const auto n = static_cast<std::size_t>(last - first);
        std::vector<std::uint8_t> bits(threshold ? n : 0);
        for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i) {
            const double weight = classes.weights ? classes.weights[i] : 1;
            double* out = sums + classes.codes[i] * rows.size + first;
            if (threshold) {
                bayes_loops<T>().above(rows.row(i) + first, *threshold, n, bits.data());
                linear_kernels().u8.add(bits.data(), weight, out, n);
            } else {
                linear_loops<T>().add(rows.row(i) + first, weight, out, n);
            }
        }
    });
}

template <class T>
void class_sums(const SparseView<T>& rows, const ClassRows& classes, const double* threshold,
                double* sums) {
    std::fill_n(sums, classes.n_classes * rows.size, 0.0);
    const std::ptrdiff_t per_class =
        rows.starts[rows.n_rows] / std::max<std::ptrdiff_t>(classes.n_classes, 1);
    parallel_for(classes.n_classes, row_grain(per_class, 1.0),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i) {
                         const std::ptrdiff_t code = classes.codes[i];
                         if (code < first || code >= last) continue;
                         const double weight = classes.weights ? classes.weights[i] : 1;
                         double* out = sums + code * rows.size;
                         for (std::int64_t j = rows.starts[i]; j < rows.starts[i + 1]; ++j) {
                             const auto value = static_cast<double>(rows.values[j]);
                             if (!threshold)
                                 out[rows.columns[j]] += weight * value;
                             else if (value > *threshold)
                                 out[rows.columns[j]] += weight;
                         }
                     }
                 });
}

template <class T>
void gaussian_scores(const RowsView<T>& rows, const double* means, const double* weights,
                     const double* offsets, std::ptrdiff_t n_classes, double* out) {
    constexpr auto group = static_cast<std::ptrdiff_t>(BayesKernels::n_rows);
    const auto n = static_cast<std::size_t>(rows.size);
    const std::size_t padded =
        (n + BayesKernels::lanes - 1) / BayesKernels::lanes * BayesKernels::lanes;
    const auto with_zeros = [&](const double* values) {
        AlignedDoubles result(static_cast<std::size_t>(n_classes) * padded);
        for (std::ptrdiff_t c = 0; c < n_classes; ++c)
            std::copy_n(values + c * rows.size, n,
                        result.data + static_cast<std::size_t>(c) * padded);
        return result;
    };
    const AlignedDoubles padded_means = with_zeros(means), scales = with_zeros(weights);
    const std::ptrdiff_t work = std::max<std::ptrdiff_t>(rows.size * n_classes, 1);
    parallel_for(rows.n_rows, row_grain(work, 0.1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        const AlignedDoubles some(static_cast<std::size_t>(group) * padded);
        double sums[group];
        for (std::ptrdiff_t i = first; i < last; i += group) {
            const std::ptrdiff_t count = std::min(group, last - i);
            for (std::ptrdiff_t r = 0; r < count; ++r)
                bayes_loops<T>().widen(rows.row(i + r), n,
                                       some.data + static_cast<std::size_t>(r) * padded);
            for (std::ptrdiff_t c = 0; c < n_classes; ++c) {
                const std::size_t at = static_cast<std::size_t>(c) * padded;
                bayes_kernels().weighted_squares(some.data, padded_means.data + at,
                                                 scales.data + at, padded, sums);
                for (std::ptrdiff_t r = 0; r < count; ++r)
                    out[(i + r) * n_classes + c] = offsets[c] - sums[r];
            }
        }
    });
}

template <class T>
void threshold_scores(const RowsView<T>& rows, double threshold, const double* weights,
                      const double* offsets, std::ptrdiff_t n_classes, double* out) {
    const auto n = static_cast<std::size_t>(rows.size);
    const std::ptrdiff_t work = std::max<std::ptrdiff_t>(rows.size * n_classes, 1);
    parallel_for(rows.n_rows, row_grain(work, 0.1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<std::uint8_t> bits(n);
        for (std::ptrdiff_t i = first; i < last; ++i) {
            bayes_loops<T>().above(rows.row(i), threshold, n, bits.data());
            for (std::ptrdiff_t c = 0; c < n_classes; ++c)
                out[i * n_classes + c] =
                    offsets[c] + linear_kernels().u8.dot(bits.data(), weights + c * rows.size, n);
        }
    });
}

template <class T>
void sparse_scores(const SparseView<T>& rows, const double* threshold, const double* weights,
                   const double* offsets, std::ptrdiff_t n_classes, double* out) {
    const std::ptrdiff_t per_row =
        rows.starts[rows.n_rows] / std::max<std::ptrdiff_t>(rows.n_rows, 1) + 1;
    const auto n = static_cast<std::size_t>(n_classes);
    // Side by side for each column: a value adds to all classes at once.
    std::vector<double> by_column(n * static_cast<std::size_t>(rows.size));
    for (std::size_t c = 0; c < n; ++c)
        for (std::size_t j = 0; j < static_cast<std::size_t>(rows.size); ++j)
            by_column[j * n + c] = weights[c * static_cast<std::size_t>(rows.size) + j];
    parallel_for(rows.n_rows, row_grain(per_row * n_classes, 0.5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t i = first; i < last; ++i) {
                         double* scores = out + i * n_classes;
                         std::copy_n(offsets, n, scores);
                         for (std::int64_t j = rows.starts[i]; j < rows.starts[i + 1]; ++j) {
                             auto value = static_cast<double>(rows.values[j]);
                             if (threshold) value = value > *threshold ? 1 : 0;
                             const double* column =
                                 by_column.data() + static_cast<std::size_t>(rows.columns[j]) * n;
                             for (std::size_t c = 0; c < n; ++c) scores[c] += value * column[c];
                         }
                     }
                 });
}

void take_logs(double* values, std::ptrdiff_t n) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    // Below the normal numbers exactly enlarged ones stand in.
    constexpr double least = std::numeric_limits<double>::min(), log_2_64 = 44.361419555836498;
    for (std::ptrdiff_t i = 0; i < n; ++i) {
        const double x = values[i];
        values[i] = !(x > 0)    ? -infinity
                    : x < least ? log_same_bits(x * 0x1p64) - log_2_64
                                : log_same_bits(x);
    }
}

void take_exps(double* values, std::ptrdiff_t n) {
    for (std::ptrdiff_t i = 0; i < n; ++i)
        values[i] = values[i] > -700 ? exp_same_bits(values[i]) : values[i] <= -700 ? 0 : values[i];
}

void normalize_logs(double* scores, std::ptrdiff_t n_rows, std::ptrdiff_t n_classes) {
    parallel_for(n_rows, row_grain(n_classes, 20), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<double> shares(static_cast<std::size_t>(n_classes));
        for (std::ptrdiff_t i = first; i < last; ++i) {
            double* row = scores + i * n_classes;
            const double most = *std::max_element(row, row + n_classes);
            for (std::size_t c = 0; c < shares.size(); ++c) shares[c] = row[c] - most;
            take_exps(shares.data(), n_classes);
            double total = 0;
            for (const double share : shares) total += share;
            const double log_total = log_same_bits(total);
            for (std::ptrdiff_t c = 0; c < n_classes; ++c) row[c] = (row[c] - most) - log_total;
        }
    });
}

#define IMGMINE_INSTANTIATE(T)                                                                     \
    template void class_moments(const RowsView<T>&, const ClassRows&, double*, double*);           \
    template void class_sums(const RowsView<T>&, const ClassRows&, const double*, double*);        \
    template void class_sums(const SparseView<T>&, const ClassRows&, const double*, double*);      \
    template void gaussian_scores(const RowsView<T>&, const double*, const double*, const double*, \
                                  std::ptrdiff_t, double*);                                        \
    template void threshold_scores(const RowsView<T>&, double, const double*, const double*,       \
                                   std::ptrdiff_t, double*);                                       \
    template void sparse_scores(const SparseView<T>&, const double*, const double*, const double*, \
                                std::ptrdiff_t, double*);

IMGMINE_INSTANTIATE(float)
IMGMINE_INSTANTIATE(double)
IMGMINE_INSTANTIATE(std::uint8_t)
#undef IMGMINE_INSTANTIATE

}  // namespace imgmine
