#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "classify/linear_rows.hpp"

namespace imgmine {

enum class HingeLoss { hinge, squared_hinge };
/// dual: coordinate descent; primal: Newton's method, for the squared hinge; automatic: the one
/// that is expected to be faster and that keeps to the memory.
enum class LinearSvcSolver { automatic, dual, primal };

struct LinearSvcOptions {
    HingeLoss loss = HingeLoss::squared_hinge;
    LinearSvcSolver solver = LinearSvcSolver::automatic;
    double intercept_scaling = 1;  ///< value of the constant feature; 0: no intercept
    double tol = 1e-4;             ///< largest gap to the dual objective, as a share of it
    int max_iter = 1000;           ///< passes over the samples, or Newton's steps
    std::uint64_t seed = 0;
};

/// How a problem's fit ended.
struct LinearSvcOutcome {
    int n_iter = 0;
    double gap = 0;  ///< (primal - dual objective) / primal objective
    bool converged = false;
};

/// Which samples are of which class, and what mistakes cost: problem p takes the samples of class
/// positive[p] against all others, their costs are costs[p] and other_costs[p], times
/// sample_weights unless that is null.
struct LinearSvcProblems {
    const std::int32_t* classes;
    std::vector<std::int32_t> positive;
    std::vector<double> costs, other_costs;
    const double* sample_weights = nullptr;
};

/// Fits linear support vector machines
///
///     min over w of  |w|^2 / 2 + sum over i of cost_i loss(1 - y_i w.x_i)
///
/// x_i being a row and the constant feature; `weights` (n_problems, size + 1), the constant
/// feature's last, are where it begins (zeros, or those of a fit before) and ends. By dual
/// coordinate descent with shrinking (Hsieh, Chang, Lin, Keerthi, Sundararajan, ICML 2008) or by
/// Newton's method in the primal (Keerthi, DeCoste, JMLR 2005; Lin, Weng, Keerthi, JMLR 2008).
/// The result does not depend on the number of threads.
template <class Rows>
std::vector<LinearSvcOutcome> fit_linear_svc(const Rows& rows, const LinearSvcProblems& problems,
                                             const LinearSvcOptions& options, double* weights);

/// One machine for all classes (Crammer and Singer, JMLR 2001): w_k.x of a sample's own class shall
/// exceed those of all others by 1. By dual coordinate descent (Keerthi, Sundararajan, Chang,
/// Hsieh, Lin, KDD 2008). `costs` are of each class, `weights` (n_classes, size + 1).
template <class Rows>
LinearSvcOutcome fit_crammer_singer(const Rows& rows, const std::int32_t* classes,
                                    const std::vector<double>& costs, const double* sample_weights,
                                    const LinearSvcOptions& options, double* weights);

/// Learns from some samples of a stream, by stochastic gradient descent in the order of the seed,
/// averaged over all steps (Xu, 2011): `weights` (n_problems, size + 1) are those of the last step,
/// `averages` the mean of all; `n_before` samples came before these. `C` is the cost of a sample of
/// weight 1.
template <class Rows>
void learn_more(const Rows& rows, const LinearSvcProblems& problems,
                const LinearSvcOptions& options, double C, double rate, std::int64_t n_before,
                double* weights, double* averages);

/// out (rows.n_rows, n_problems) = rows . weights + intercepts, summed as numbers of type Sum,
/// float or double.
template <class Sum, class Rows>
void linear_decision(const Rows& rows, const double* weights, const double* intercepts,
                     std::ptrdiff_t n_problems, double* out);

}  // namespace imgmine
