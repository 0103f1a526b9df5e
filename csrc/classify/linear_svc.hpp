#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

enum class HingeLoss { hinge, squared_hinge };

struct LinearSvcOptions {
    HingeLoss loss = HingeLoss::squared_hinge;
    double intercept_scaling = 1;  ///< value of the constant feature; 0: no intercept
    double tol = 1e-4;             ///< largest violation of optimality at the end
    int max_iter = 1000;           ///< passes over the samples
    std::uint64_t seed = 0;
};

/// A two-class problem for each line of coefficients, trained apart from the others.
struct LinearSvcResult {
    std::vector<double> weights;  ///< n_problems x (size + 1), the constant feature's weight last
    std::vector<int> n_iter;      ///< passes each problem took
    std::vector<bool> converged;
};

/// Fits linear support vector machines by dual coordinate descent (Hsieh, Chang, Lin, Keerthi,
/// Sundararajan, ICML 2008) with shrinking:
///
///     min over w of  |w|^2 / 2 + sum over i of cost_i loss(1 - y_i w.x_i)
///
/// x_i being a row and the constant feature. Problem p takes the samples whose class is
/// `positive[p]` against all others; their costs are costs[p] and other_costs[p], times
/// sample_weights. The classes are worked on in parallel and the result does not depend on the
/// number of threads. Rows are read where they lie, in any of three types.
template <class T>
LinearSvcResult fit_linear_svc(const RowsView<T>& rows, const std::int32_t* classes,
                               const std::vector<std::int32_t>& positive,
                               const std::vector<double>& costs,
                               const std::vector<double>& other_costs, const double* sample_weights,
                               const LinearSvcOptions& options);

/// out (rows.n_rows, n_problems) = rows . weights + intercepts.
template <class T>
void linear_decision(const RowsView<T>& rows, const double* weights, const double* intercepts,
                     std::ptrdiff_t n_problems, double* out);

}  // namespace imgmine
