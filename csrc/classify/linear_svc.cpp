#include "classify/linear_svc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "kernels/linear.hpp"

namespace imgmine {
namespace {

template <class T>
const LinearLoops<T>& loops() {
    if constexpr (std::is_same_v<T, float>)
        return linear_kernels().f32;
    else if constexpr (std::is_same_v<T, double>)
        return linear_kernels().f64;
    else
        return linear_kernels().u8;
}

/// |x_i|^2 of each row with its constant feature.
template <class T>
std::vector<double> squared_norms(const RowsView<T>& rows, double constant) {
    const auto n = static_cast<std::size_t>(rows.size);
    std::vector<double> norms, copy(n);
    for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i) {
        std::copy_n(rows.row(i), n, copy.begin());
        norms.push_back(loops<T>().dot(rows.row(i), copy.data(), n) + constant * constant);
    }
    return norms;
}

/// One two-class problem: its dual variables, and the weights they stand for.
template <class T>
class Problem {
  public:
    Problem(const RowsView<T>& rows, const std::vector<double>& norms, std::vector<double> costs,
            std::vector<std::int8_t> signs, const LinearSvcOptions& options, double* weights)
        : rows_(rows),
          norms_(norms),
          costs_(std::move(costs)),
          signs_(std::move(signs)),
          options_(options),
          alpha_(signs_.size(), 0.0),
          weights_(weights) {}

    bool solve(std::uint64_t seed, int& n_iter) {
        Random random(seed);
        std::vector<std::uint32_t> order(signs_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
        auto active = static_cast<std::uint32_t>(order.size());
        Bounds shrink;  // gradients of the last pass: variables that stay outside are put aside
        for (n_iter = 1; n_iter <= options_.max_iter; ++n_iter) {
            random.shuffle(order.data(), active);
            const Bounds seen = pass(order, active, shrink);
            if (seen.high - seen.low <= options_.tol) {
                if (active == order.size()) return true;
                active = static_cast<std::uint32_t>(order.size());  // look at all once more
                shrink = Bounds{};
                continue;
            }
            shrink.high = seen.high > 0 ? seen.high : infinity;
            shrink.low = seen.low < 0 ? seen.low : -infinity;
        }
        n_iter = options_.max_iter;
        return false;
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();
    struct Bounds {
        double low = -infinity, high = infinity;
    };

    double upper(std::size_t i) const {
        return options_.loss == HingeLoss::hinge ? costs_[i] : infinity;
    }
    double diagonal(std::size_t i) const {
        return options_.loss == HingeLoss::hinge ? 0 : 0.5 / costs_[i];
    }

    double gradient(std::size_t i) const {
        const auto n = static_cast<std::size_t>(rows_.size);
        const double margin =
            loops<T>().dot(rows_.row(static_cast<std::ptrdiff_t>(i)), weights_, n) +
            weights_[n] * options_.intercept_scaling;
        return signs_[i] * margin - 1 + diagonal(i) * alpha_[i];
    }

    void step(std::size_t i, double g) {
        const double before = alpha_[i];
        const double curvature = norms_[i] + diagonal(i);
        // A row of zeros without an intercept has no curvature: its best value is a bound.
        alpha_[i] = curvature > 0 ? std::clamp(before - g / curvature, 0.0, upper(i)) : upper(i);
        const double change = (alpha_[i] - before) * signs_[i];
        const auto n = static_cast<std::size_t>(rows_.size);
        loops<T>().add(rows_.row(static_cast<std::ptrdiff_t>(i)), change, weights_, n);
        weights_[n] += change * options_.intercept_scaling;
    }

    /// Goes once through the active variables; returns the range of their projected gradients.
    Bounds pass(std::vector<std::uint32_t>& order, std::uint32_t& active, const Bounds& shrink) {
        Bounds seen{infinity, -infinity};
        for (std::uint32_t s = 0; s < active; ++s) {
            const std::size_t i = order[s];
            if (costs_[i] <= 0) continue;  // weight 0: not there
            const double g = gradient(i);
            double projected = g;
            if (alpha_[i] == 0) {
                if (g > shrink.high) {
                    std::swap(order[s--], order[--active]);
                    continue;
                }
                projected = std::min(g, 0.0);
            } else if (alpha_[i] == upper(i)) {
                if (g < shrink.low) {
                    std::swap(order[s--], order[--active]);
                    continue;
                }
                projected = std::max(g, 0.0);
            }
            seen.high = std::max(seen.high, projected);
            seen.low = std::min(seen.low, projected);
            if (std::abs(projected) > 1e-12) step(i, g);
        }
        if (seen.low > seen.high) seen = {0, 0};  // nothing was left to look at
        return seen;
    }

    const RowsView<T>& rows_;
    const std::vector<double>& norms_;
    std::vector<double> costs_;
    std::vector<std::int8_t> signs_;
    const LinearSvcOptions& options_;
    std::vector<double> alpha_;
    double* weights_;
};

}  // namespace

template <class T>
LinearSvcResult fit_linear_svc(const RowsView<T>& rows, const std::int32_t* classes,
                               const std::vector<std::int32_t>& positive,
                               const std::vector<double>& costs,
                               const std::vector<double>& other_costs, const double* sample_weights,
                               const LinearSvcOptions& options) {
    require(rows.n_rows < INT32_MAX, "X must have fewer than 2^31 rows");
    require(std::isfinite(options.tol) && options.tol > 0, "tol must be finite and positive");
    require(options.max_iter > 0, "max_iter must be positive");
    const auto n_problems = static_cast<std::ptrdiff_t>(positive.size());
    const std::ptrdiff_t line = rows.size + 1;
    LinearSvcResult result{std::vector<double>(static_cast<std::size_t>(n_problems * line)),
                           std::vector<int>(positive.size()), std::vector<bool>(positive.size())};
    const std::vector<double> norms = squared_norms(rows, options.intercept_scaling);
    std::vector<char> converged(positive.size());  // vector<bool> is not for several threads

    parallel_for(n_problems, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t p = first; p < last; ++p) {
            const auto at = static_cast<std::size_t>(p);
            std::vector<double> sample_costs;
            std::vector<std::int8_t> signs;
            for (std::ptrdiff_t i = 0; i < rows.n_rows; ++i) {
                const bool is_positive = classes[i] == positive[at];
                signs.push_back(is_positive ? 1 : -1);
                sample_costs.push_back((is_positive ? costs[at] : other_costs[at]) *
                                       sample_weights[i]);
            }
            Problem<T> problem(rows, norms, std::move(sample_costs), std::move(signs), options,
                               result.weights.data() + p * line);
            converged[at] =
                problem.solve(options.seed + static_cast<std::uint64_t>(p), result.n_iter[at]);
        }
    });
    for (std::size_t p = 0; p < converged.size(); ++p) result.converged[p] = converged[p] != 0;
    return result;
}

template <class T>
void linear_decision(const RowsView<T>& rows, const double* weights, const double* intercepts,
                     std::ptrdiff_t n_problems, double* out) {
    const auto n = static_cast<std::size_t>(rows.size);
    const std::ptrdiff_t grain =
        row_grain(std::max<std::ptrdiff_t>(rows.size * n_problems, 1), 0.1);
    parallel_for(rows.n_rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i)
            for (std::ptrdiff_t p = 0; p < n_problems; ++p)
                out[i * n_problems + p] =
                    loops<T>().dot(rows.row(i), weights + p * rows.size, n) + intercepts[p];
    });
}

#define IMGMINE_INSTANTIATE(T)                                                      \
    template LinearSvcResult fit_linear_svc(                                        \
        const RowsView<T>&, const std::int32_t*, const std::vector<std::int32_t>&,  \
        const std::vector<double>&, const std::vector<double>&, const double*,      \
        const LinearSvcOptions&);                                                   \
    template void linear_decision(const RowsView<T>&, const double*, const double*, \
                                  std::ptrdiff_t, double*);

IMGMINE_INSTANTIATE(float)
IMGMINE_INSTANTIATE(double)
IMGMINE_INSTANTIATE(std::uint8_t)
#undef IMGMINE_INSTANTIATE

}  // namespace imgmine
