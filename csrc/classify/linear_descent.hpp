#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"
#include "classify/linear_svc.hpp"

namespace imgmine {

/// One two-class problem by dual coordinate descent: its dual variables, and the weights they stand
/// for.
template <class Rows>
class LinearDescent {
  public:
    LinearDescent(const Rows& rows, const std::vector<double>& norms, const Sides& sides,
                  const LinearSvcOptions& options, double* weights)
        : rows_(rows),
          norms_(norms),
          sides_(sides),
          options_(options),
          squared_(options.loss == HingeLoss::squared_hinge),
          alpha_(rows.n_rows(), 0.0),
          weights_(weights) {
        begin();
    }

    LinearSvcOutcome solve(std::uint64_t seed) {
        Random random(seed);
        LinearSvcOutcome outcome;
        std::vector<std::uint32_t> order(alpha_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
        auto active = static_cast<std::uint32_t>(order.size());
        Bounds shrink;  // gradients of the last pass: variables that stay outside are put aside
        double enough = 0.1;  // range of gradients at which the gap is looked at
        while (outcome.n_iter < options_.max_iter) {
            ++outcome.n_iter;
            random.shuffle(order.data(), active);
            const Bounds seen = pass(order, active, shrink);
            if (seen.high - seen.low <= enough) {
                outcome.gap = gap();
                outcome.converged = outcome.gap <= options_.tol;
                const bool all = active == order.size();
                if (outcome.converged || (all && seen.high == seen.low)) return outcome;
                enough = std::min(enough / 2, (seen.high - seen.low) / 2);
                active = static_cast<std::uint32_t>(order.size());  // look at all once more
                shrink = Bounds{};
                continue;
            }
            shrink.high = seen.high > 0 ? seen.high : infinity;
            shrink.low = seen.low < 0 ? seen.low : -infinity;
        }
        outcome.gap = gap();
        outcome.converged = outcome.gap <= options_.tol;
        return outcome;
    }

  private:
    static constexpr double infinity = std::numeric_limits<double>::infinity();
    struct Bounds {
        double low = -infinity, high = infinity;
    };

    double upper(double cost) const { return squared_ ? infinity : cost; }
    double diagonal(double cost) const { return squared_ ? 0.5 / cost : 0; }

    /// Dual variables near those of the weights that a fit before has left.
    void begin() {
        const std::size_t size = rows_.size() + 1;
        const std::vector<double> before(weights_, weights_ + size);
        if (std::all_of(before.begin(), before.end(), [](double w) { return w == 0; })) return;
        std::fill_n(weights_, size, 0.0);
        for (std::size_t i = 0; i < alpha_.size(); ++i) {
            const double cost = sides_.cost(i), y = sides_.sign(i);
            const double short_of = 1 - y * rows_.dot(i, before.data());
            if (short_of <= 0 || cost <= 0) continue;
            alpha_[i] = squared_ ? 2 * cost * short_of : cost;
            rows_.add(i, alpha_[i] * y, weights_);
        }
    }

    void step(std::size_t i, double g, double cost) {
        const double before = alpha_[i];
        const double curvature = norms_[i] + diagonal(cost);
        // A row of zeros without an intercept has no curvature: its best value is a bound.
        alpha_[i] =
            curvature > 0 ? std::clamp(before - g / curvature, 0.0, upper(cost)) : upper(cost);
        if (alpha_[i] != before) rows_.add(i, (alpha_[i] - before) * sides_.sign(i), weights_);
    }

    /// Goes once through the active variables; returns the range of their projected gradients.
    Bounds pass(std::vector<std::uint32_t>& order, std::uint32_t& active, const Bounds& shrink) {
        Bounds seen{infinity, -infinity};
        for (std::uint32_t s = 0; s < active; ++s) {
            const std::size_t i = order[s];
            const double cost = sides_.cost(i);
            if (cost <= 0) continue;  // weight 0: not there
            const double g =
                sides_.sign(i) * rows_.dot(i, weights_) - 1 + diagonal(cost) * alpha_[i];
            double projected = g;
            if (alpha_[i] == 0) {
                if (g > shrink.high) {
                    std::swap(order[s--], order[--active]);
                    continue;
                }
                projected = std::min(g, 0.0);
            } else if (alpha_[i] == upper(cost)) {
                if (g < shrink.low) {
                    std::swap(order[s--], order[--active]);
                    continue;
                }
                projected = std::max(g, 0.0);
            }
            seen.high = std::max(seen.high, projected);
            seen.low = std::min(seen.low, projected);
            if (std::abs(projected) > 1e-12) step(i, g, cost);
        }
        if (seen.low > seen.high) seen = {0, 0};  // nothing was left to look at
        return seen;
    }

    /// (primal - dual objective) / primal objective.
    double gap() const {
        double square = 0, loss = 0, gain = 0;
        for (std::size_t i = 0; i <= rows_.size(); ++i) square += weights_[i] * weights_[i];
        for (std::size_t i = 0; i < alpha_.size(); ++i) {
            const double cost = sides_.cost(i);
            if (cost <= 0) continue;
            const double short_of = std::max(0.0, 1 - sides_.sign(i) * rows_.dot(i, weights_));
            loss += cost * (squared_ ? short_of * short_of : short_of);
            gain += alpha_[i] - diagonal(cost) * alpha_[i] * alpha_[i] / 2;
        }
        const double primal = square / 2 + loss;
        return primal > 0 ? std::max(0.0, (square + loss - gain) / primal) : 0;
    }

    const Rows& rows_;
    const std::vector<double>& norms_;
    const Sides& sides_;
    const LinearSvcOptions& options_;
    bool squared_;
    std::vector<double> alpha_;
    double* weights_;
};

}  // namespace imgmine
