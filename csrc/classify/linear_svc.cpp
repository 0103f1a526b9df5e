#include "classify/linear_svc.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "classify/crammer_singer.hpp"
#include "classify/linear_descent.hpp"
#include "classify/linear_newton.hpp"
#include "classify/linear_stream.hpp"

namespace imgmine {
namespace {

template <class Rows>
void check(const Rows& rows, const LinearSvcOptions& options) {
    require(rows.n_rows() < INT32_MAX, "X must have fewer than 2^31 rows");
    require(std::isfinite(options.tol) && options.tol > 0, "tol must be finite and positive");
    require(options.max_iter > 0, "max_iter must be positive");
}

/// Newton's method where a matrix of the features is little beside the samples.
template <class Rows>
bool in_primal(const Rows& rows, const LinearSvcOptions& options) {
    if (options.loss == HingeLoss::hinge) {
        require(options.solver != LinearSvcSolver::primal,
                "loss must be 'squared_hinge' where dual is False, got 'hinge'");
        return false;
    }
    if (options.solver != LinearSvcSolver::automatic)
        return options.solver == LinearSvcSolver::primal;
    return rows.n_rows() > rows.size() && normal_matrix_fits(rows);
}

Sides sides_of(const LinearSvcProblems& problems, std::size_t p) {
    return {problems.classes, problems.positive[p], problems.costs[p], problems.other_costs[p],
            problems.sample_weights};
}

/// Calls body(p) for each problem: side by side, or, where each takes much memory, one after the
/// other, and each may use all threads.
template <class Body>
void each_problem(std::size_t n, bool side_by_side, const Body& body) {
    const auto some = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t p = first; p < last; ++p) body(static_cast<std::size_t>(p));
    };
    const auto all = static_cast<std::ptrdiff_t>(n);
    if (side_by_side)
        parallel_for(all, 1, some);
    else
        some(0, all);
}

}  // namespace

template <class Rows>
std::vector<LinearSvcOutcome> fit_linear_svc(const Rows& rows, const LinearSvcProblems& problems,
                                             const LinearSvcOptions& options, double* weights) {
    check(rows, options);
    const std::size_t n_problems = problems.positive.size(), line = rows.size() + 1;
    std::vector<LinearSvcOutcome> outcomes(n_problems);
    if (in_primal(rows, options)) {
        const std::size_t bytes = NormalMatrix::bytes(line) + 16 * rows.n_rows();
        const auto threads = static_cast<std::size_t>(num_threads());
        const std::size_t most = rows.bytes() / 14;
        const bool side_by_side = n_problems >= threads && threads * bytes <= most;
        // Two at once are too many: the same on every machine, whatever its number of threads.
        std::unique_ptr<NormalMatrix> shared;
        if (2 * bytes > most && normal_matrix_fits(rows))
            shared = std::make_unique<NormalMatrix>(line);
        each_problem(n_problems, side_by_side, [&](std::size_t p) {
            const Sides sides = sides_of(problems, p);
            outcomes[p] = LinearNewton(rows, sides, options, weights + p * line, shared.get()).solve();
        });
        return outcomes;
    }
    const std::vector<double> norms = squared_norms(rows);
    each_problem(n_problems, true, [&](std::size_t p) {
        const Sides sides = sides_of(problems, p);
        outcomes[p] =
            LinearDescent(rows, norms, sides, options, weights + p * line).solve(options.seed + p);
    });
    return outcomes;
}

template <class Rows>
LinearSvcOutcome fit_crammer_singer(const Rows& rows, const std::int32_t* classes,
                                    const std::vector<double>& costs, const double* sample_weights,
                                    const LinearSvcOptions& options, double* weights) {
    check(rows, options);
    require(options.solver != LinearSvcSolver::primal,
            "dual must not be False where multi_class is 'crammer_singer'");
    return CrammerSinger(rows, classes, costs, sample_weights, options, weights).solve();
}

template <class Rows>
void learn_more(const Rows& rows, const LinearSvcProblems& problems,
                const LinearSvcOptions& options, double C, double rate, std::int64_t n_before,
                double* weights, double* averages) {
    check(rows, options);
    std::vector<std::uint32_t> order(rows.n_rows());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
    Random random(options.seed + static_cast<std::uint64_t>(n_before));
    random.shuffle(order.data(), static_cast<std::uint32_t>(order.size()));
    const std::size_t line = rows.size() + 1;
    each_problem(problems.positive.size(), true, [&](std::size_t p) {
        const Sides sides = sides_of(problems, p);
        LinearStream(rows, sides, options, C, rate, weights + p * line, averages + p * line)
            .learn(order, n_before);
    });
}

template <class Sum, class Rows>
void linear_decision(const Rows& rows, const double* weights, const double* intercepts,
                     std::ptrdiff_t n_problems, double* out) {
    constexpr std::size_t n_lines = 10, n_rows = 16;  // what stays in the nearest cache
    const auto n = static_cast<std::size_t>(n_problems);
    const WeightLines<Sum> lines(weights, n, rows.size());
    const auto some = [&](std::size_t first, std::size_t last, std::size_t p) {
        Sum sums[n_lines];
        const std::size_t count = std::min(n - p, n_lines);
        for (std::size_t i = first; i < last; ++i) {
            rows.decide(i, lines, p, count, sums);
            for (std::size_t q = 0; q < count; ++q)
                out[i * n + p + q] = static_cast<double>(sums[q]) + intercepts[p + q];
        }
    };
    const auto values = static_cast<std::ptrdiff_t>(rows.size()) * n_problems;
    const std::ptrdiff_t grain = row_grain(std::max<std::ptrdiff_t>(values, 1), 0.1);
    parallel_for(static_cast<std::ptrdiff_t>(rows.n_rows()), grain,
                 [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
                     const auto last = static_cast<std::size_t>(end);
                     for (auto i = static_cast<std::size_t>(begin); i < last; i += n_rows)
                         for (std::size_t p = 0; p < n; p += n_lines)
                             some(i, std::min(last, i + n_rows), p);
                 });
}

#define IMGMINE_INSTANTIATE(Rows)                                                                \
    template std::vector<LinearSvcOutcome> fit_linear_svc(const Rows&, const LinearSvcProblems&, \
                                                          const LinearSvcOptions&, double*);     \
    template LinearSvcOutcome fit_crammer_singer(const Rows&, const std::int32_t*,               \
                                                 const std::vector<double>&, const double*,      \
                                                 const LinearSvcOptions&, double*);              \
    template void learn_more(const Rows&, const LinearSvcProblems&, const LinearSvcOptions&,     \
                             double, double, std::int64_t, double*, double*);                    \
    template void linear_decision<float>(const Rows&, const double*, const double*,              \
                                         std::ptrdiff_t, double*);                               \
    template void linear_decision<double>(const Rows&, const double*, const double*,             \
                                          std::ptrdiff_t, double*);

IMGMINE_INSTANTIATE(DenseRows<float>)
IMGMINE_INSTANTIATE(DenseRows<double>)
IMGMINE_INSTANTIATE(DenseRows<std::uint8_t>)
IMGMINE_INSTANTIATE(DenseRows<Half>)
IMGMINE_INSTANTIATE(SparseRows<float>)
IMGMINE_INSTANTIATE(SparseRows<double>)
#undef IMGMINE_INSTANTIATE

}  // namespace imgmine
