#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "base/random.hpp"
#include "classify/linear_svc.hpp"

namespace imgmine {

/// Crammer and Singer's machine by dual coordinate descent, a sample's variables of all classes at
/// a time.
template <class Rows>
class CrammerSinger {
  public:
    CrammerSinger(const Rows& rows, const std::int32_t* classes, const std::vector<double>& costs,
                  const double* sample_weights, const LinearSvcOptions& options, double* weights)
        : rows_(rows),
          classes_(classes),
          costs_(costs),
          sample_weights_(sample_weights),
          options_(options),
          weights_(weights),
          line_(rows.size() + 1),
          n_(costs.size()),
          alpha_(rows.n_rows() * n_),
          norms_(squared_norms(rows)),
          gradient_(n_),
          sorted_(n_) {
        std::fill_n(weights_, n_ * line_, 0.0);
    }

    LinearSvcOutcome solve() {
        Random random(options_.seed);
        LinearSvcOutcome outcome;
        std::vector<std::uint32_t> order(rows_.n_rows());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
        auto active = static_cast<std::uint32_t>(order.size());
        double enough = 0.1, aside = INFINITY;
        while (outcome.n_iter < options_.max_iter) {
            ++outcome.n_iter;
            random.shuffle(order.data(), active);
            const double most = pass(order, active, aside);
            aside = most > 0 ? most : INFINITY;
            if (most > enough) continue;
            if (finish(outcome) || (active == order.size() && most == 0)) return outcome;
            enough = std::min(enough, most) / 2;
            active = static_cast<std::uint32_t>(order.size());
            aside = INFINITY;
        }
        finish(outcome);
        return outcome;
    }

  private:
    double cost(std::size_t i) const {
        const double cost = costs_[static_cast<std::size_t>(classes_[i])];
        return sample_weights_ ? cost * sample_weights_[i] : cost;
    }
    std::size_t own(std::size_t i) const { return static_cast<std::size_t>(classes_[i]); }

    /// Goes once through the active samples; returns the largest violation of optimality.
    double pass(std::vector<std::uint32_t>& order, std::uint32_t& active, double aside) {
        double most = 0;
        for (std::uint32_t s = 0; s < active; ++s) {
            const std::size_t i = order[s];
            if (cost(i) <= 0 || norms_[i] <= 0) continue;
            const double violation = look_at(i);
            if (violation < -aside) {  // far from the margin, and all its variables are 0
                std::swap(order[s--], order[--active]);
                continue;
            }
            most = std::max(most, violation);
            if (violation > 1e-12) step(i);
        }
        return most;
    }

    /// Sets the gradient; returns how far a variable that may grow is below one that may fall,
    /// which is negative where a sample's variables are all 0 and shall stay so.
    double look_at(std::size_t i) {
        const double* alpha = alpha_.data() + i * n_;
        double highest = -INFINITY, lowest = INFINITY;
        for (std::size_t k = 0; k < n_; ++k) {
            gradient_[k] = rows_.dot(i, weights_ + k * line_) + (k == own(i) ? 0 : 1);
            const bool may_grow = alpha[k] < (k == own(i) ? cost(i) : 0);
            if (may_grow) lowest = std::min(lowest, gradient_[k]);
            if (k != own(i) || alpha[k] > 0) highest = std::max(highest, gradient_[k]);
        }
        return highest - lowest;
    }

    /// The best values of a sample's variables, the others' being what they are.
    void step(std::size_t i) {
        double* alpha = alpha_.data() + i * n_;
        const double norm = norms_[i], most = cost(i);
        for (std::size_t k = 0; k < n_; ++k) {
            gradient_[k] -= norm * alpha[k];
            sorted_[k] = gradient_[k] + (k == own(i) ? norm * most : 0);
        }
        std::sort(sorted_.begin(), sorted_.end(), std::greater<>());
        double beta = sorted_[0] - norm * most;
        std::size_t r = 1;
        for (; r < n_ && beta < static_cast<double>(r) * sorted_[r]; ++r) beta += sorted_[r];
        beta /= static_cast<double>(r);
        for (std::size_t k = 0; k < n_; ++k) {
            const double value = std::min(k == own(i) ? most : 0.0, (beta - gradient_[k]) / norm);
            if (value != alpha[k]) rows_.add(i, value - alpha[k], weights_ + k * line_);
            alpha[k] = value;
        }
    }

    /// Sets the gap to the dual objective; returns whether it is small enough.
    bool finish(LinearSvcOutcome& outcome) {
        double square = 0, loss = 0, gain = 0;
        for (std::size_t j = 0; j < n_ * line_; ++j) square += weights_[j] * weights_[j];
        for (std::size_t i = 0; i < rows_.n_rows(); ++i) {
            if (cost(i) <= 0) continue;
            const double mine = rows_.dot(i, weights_ + own(i) * line_);
            double highest = mine;
            for (std::size_t k = 0; k < n_; ++k) {
                if (k == own(i)) continue;
                highest = std::max(highest, rows_.dot(i, weights_ + k * line_) + 1);
                gain -= alpha_[i * n_ + k];
            }
            loss += cost(i) * (highest - mine);
        }
        const double primal = square / 2 + loss;
        outcome.gap = primal > 0 ? std::max(0.0, (square + loss - gain) / primal) : 0;
        outcome.converged = outcome.gap <= options_.tol;
        return outcome.converged;
    }

    const Rows& rows_;
    const std::int32_t* classes_;
    const std::vector<double>& costs_;
    const double* sample_weights_;
    const LinearSvcOptions& options_;
    double* weights_;
    std::size_t line_, n_;
    std::vector<double> alpha_, norms_, gradient_, sorted_;
};

}  // namespace imgmine
