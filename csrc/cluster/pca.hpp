#pragma once

#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Directions in which rows vary most.
struct Pca {
    std::vector<float> mean;        ///< size
    std::vector<float> components;  ///< (n_components, size), length 1 and at right angles
    std::vector<double> variances;  ///< along each component, falling
    double total_variance = 0;      ///< along all directions, those left out as well
};

/// The first eigenvectors of the rows' covariance matrix, by Householder's reflections and QL. It
/// is summed over 256 rows less their mean in float, over all rows in double, and always in the
/// same order: the same bits on every CPU and with any number of threads. The largest value of each
/// component is positive. Variances are of n - 1 degrees of freedom.
template <class T>
Pca fit_pca(const RowsView<T>& rows, std::ptrdiff_t n_components);

/// out (rows.n_rows, k) = (rows - mean) . components (k, size)^T
void project(const RowsView<float>& rows, const float* mean, const float* components,
             std::ptrdiff_t k, float* out);

}  // namespace imgmine
