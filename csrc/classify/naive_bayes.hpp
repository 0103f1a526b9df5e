#pragma once

#include <cstddef>
#include <cstdint>

#include "base/image.hpp"
#include "base/sparse.hpp"

// Sums over the rows of each class, and what each class says of a row. Rows are read where they
// lie; nothing depends on the number of threads.
namespace imgmine {

/// Which class each row is of, 0 <= codes[i] < n_classes, and how much it counts.
struct ClassRows {
    const std::int32_t* codes;
    const double* weights;  ///< null: all 1
    std::ptrdiff_t n_classes;
};

/// Weighted means of each class's rows and sums of squares about them, both (n_classes, size).
///
/// One pass: blocks of rows are summed as deviations from a row of the class itself, the heaviest,
/// which keeps the error within some units in the last place times the number of rows in a block;
/// blocks are joined as Chan, Golub and LeVeque do (1979).
template <class T>
void class_moments(const RowsView<T>& rows, const ClassRows& classes, double* means,
                   double* squares);

/// sums (n_classes, size) of weight times row; of rows as 0 and 1 where there is a threshold: 1 is
/// what is above it.
template <class T>
void class_sums(const RowsView<T>& rows, const ClassRows& classes, const double* threshold,
                double* sums);
template <class T>
void class_sums(const SparseView<T>& rows, const ClassRows& classes, const double* threshold,
                double* sums);

/// out (rows.n_rows, n_classes) = offsets[c] - sum of weights[c] (row - means[c])^2.
template <class T>
void gaussian_scores(const RowsView<T>& rows, const double* means, const double* weights,
                     const double* offsets, std::ptrdiff_t n_classes, double* out);

/// out (rows.n_rows, n_classes) = offsets[c] + sum of weights[c] over a row's values above
/// `threshold`.
template <class T>
void threshold_scores(const RowsView<T>& rows, double threshold, const double* weights,
                      const double* offsets, std::ptrdiff_t n_classes, double* out);

/// out (rows.n_rows, n_classes) = offsets[c] + row . weights[c], of 0 and 1 as in `class_sums`.
template <class T>
void sparse_scores(const SparseView<T>& rows, const double* threshold, const double* weights,
                   const double* offsets, std::ptrdiff_t n_classes, double* out);

/// Natural logarithms in place; of 0 minus infinity.
void take_logs(double* values, std::ptrdiff_t n);

/// Makes logarithms of probabilities, (n_rows, n_classes) in place, of scores that lack a constant.
void normalize_logs(double* scores, std::ptrdiff_t n_rows, std::ptrdiff_t n_classes);

/// e^x in place, 0 below -700.
void take_exps(double* values, std::ptrdiff_t n);

}  // namespace imgmine
