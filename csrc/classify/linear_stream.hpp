#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.hpp"
#include "classify/linear_svc.hpp"

namespace imgmine {

/// A two-class problem of a stream: averaged stochastic gradient descent. Later steps count more
/// for the average, as their number does (Lacoste-Julien, Schmidt, Bach 2012).
template <class Rows>
class LinearStream {
  public:
    LinearStream(const Rows& rows, const Sides& sides, const LinearSvcOptions& options, double C,
                 double rate, double* weights, double* averages)
        : rows_(rows),
          sides_(sides),
          squared_(options.loss == HingeLoss::squared_hinge),
          C_(C),
          rate_(rate),
          weights_(weights),
          averages_(averages) {}

    void learn(const std::vector<std::uint32_t>& order, std::int64_t n_before) {
        constexpr std::size_t group = 8;  // samples between averages
        for (std::size_t s = 0; s < order.size(); s += group) {
            const double seen = static_cast<double>(n_before) + static_cast<double>(s);
            const double rate = rate_ / std::sqrt(1 + seen / slow);
            const std::size_t end = std::min(s + group, order.size());
            for (std::size_t k = s; k < end; ++k) step(order[k], rate);
            const double n = static_cast<double>(end - s);
            // |w|^2 / (2 C n) is a sample's part of the penalty, n being all that were seen.
            const double keep = 1 - std::min(0.5, rate * n / (C_ * (seen + 100)));
            const double share = std::min(1.0, 2 * n / (seen + n + 1));
            for (std::size_t i = 0; i <= rows_.size(); ++i) {
                weights_[i] *= keep;
                averages_[i] += share * (weights_[i] - averages_[i]);
            }
        }
    }

  private:
    static constexpr double slow = 3000;  ///< samples after which steps become shorter

    void step(std::size_t i, double rate) {
        const double cost = sides_.cost(i) / C_, y = sides_.sign(i);
        const double short_of = 1 - y * rows_.dot(i, weights_);
        if (short_of <= 0 || cost <= 0) return;
        rows_.add(i, y * rate * cost * (squared_ ? 2 * short_of : 1.0), weights_);
    }

    const Rows& rows_;
    const Sides& sides_;
    bool squared_;
    double C_, rate_;
    double *weights_, *averages_;
};

}  // namespace imgmine
