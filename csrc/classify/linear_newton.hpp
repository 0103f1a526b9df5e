#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "base/aligned.hpp"
#include "classify/linear_svc.hpp"
#include "classify/normal_matrix.hpp"

namespace imgmine {

/// Whether half a matrix of the features' size is little beside the rows themselves.
template <class Rows>
bool normal_matrix_fits(const Rows& rows) {
    constexpr std::size_t always = std::size_t{1} << 20;
    const std::size_t bytes = NormalMatrix::bytes(rows.size() + 1);
    return bytes <= always || bytes <= rows.bytes() / 15;
}

/// One two-class problem of the squared hinge, in the primal: Newton's steps with exact line
/// search. A step is found by conjugate gradients; their preconditioner is the Cholesky factor of
/// the Hessian matrix of some of the samples. It begins with every 16th sample, then every 4th:
/// most steps are made where they cost little.
///
/// The samples' dual variables 2 c_i max(0, 1 - y_i w.x_i) make the gap to the dual objective
/// |gradient|^2 / 2.
///
/// Problems of the same rows may take turns with one matrix: each begins with the factor that the
/// last one has left.
template <class Rows>
class LinearNewton {
  public:
    LinearNewton(const Rows& rows, const Sides& sides, const LinearSvcOptions& options,
                 double* weights, NormalMatrix* shared = nullptr)
        : rows_(rows),
          sides_(sides),
          options_(options),
          size_(rows.size() + 1),
          weights_(weights),
          padded_((size_ + 15) / 16 * 16),
          gradient_(padded_),
          step_(padded_),
          residual_(padded_),
          direction_(padded_),
          image_(padded_),
          solved_(padded_),
          singles_(padded_),
          matrix_(shared) {
        const std::size_t vectors = rows.bytes() / 64 / (size_ * sizeof(double));
        n_blocks_ = std::clamp<std::size_t>(vectors, 1, 16);
        sums_.resize(n_blocks_ * padded_);
        if (matrix_ || !normal_matrix_fits(rows)) return;
        own_matrix_ = std::make_unique<NormalMatrix>(size_);
        matrix_ = own_matrix_.get();
    }

    LinearSvcOutcome solve() {
        LinearSvcOutcome outcome;
        for (const std::size_t every : {16, 4, 1}) {
            const std::size_t n = (rows_.n_rows() + every - 1) / every;
            if (every > 1 && n < std::max<std::size_t>(4 * size_, 256)) continue;
            begin_level(every, n);
            const double tol = every > 1 ? std::max(1e-3, options_.tol) : options_.tol;
            descend(tol, outcome);
        }
        return outcome;
    }

  private:
    double cost(std::size_t j) const {
        return sides_.cost(j * every_) * static_cast<double>(every_);
    }
    double sign(std::size_t j) const { return sides_.sign(j * every_); }

    void begin_level(std::size_t every, std::size_t n) {
        every_ = every;
        margins_.resize(n);
        slopes_.resize(n);
        single_ = true;
        find_margins();
    }

    template <class Body>
    void each_row(const Body& body) const {
        const auto grain = static_cast<std::ptrdiff_t>(1 + 200000 / size_);
        parallel_for(static_cast<std::ptrdiff_t>(margins_.size()), grain,
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         for (std::ptrdiff_t j = first; j < last; ++j)
                             body(static_cast<std::size_t>(j));
                     });
    }

    /// Calls body(j, row . weights) for each sample, in single precision.
    template <class Body>
    void each_product(const double* weights, const Body& body) {
        std::copy_n(weights, size_, singles_.begin());
        const auto n = static_cast<std::ptrdiff_t>(margins_.size());
        const auto grain = static_cast<std::ptrdiff_t>(1 + 400000 / size_);
        parallel_for(n, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t j = first; j < last; j += 4) {
                std::size_t at[4];
                for (std::ptrdiff_t r = 0; r < 4; ++r)  // the last one again where there are fewer
                    at[r] = static_cast<std::size_t>(std::min(j + r, last - 1)) * every_;
                for (std::ptrdiff_t r = j + 8; r < std::min(j + 12, last); ++r)
                    rows_.prefetch(static_cast<std::size_t>(r) * every_);
                float products[4];
                rows_.dot(at, singles_.data(), products);
                for (std::ptrdiff_t r = 0; r < std::min<std::ptrdiff_t>(4, last - j); ++r)
                    body(static_cast<std::size_t>(j + r), products[r]);
            }
        });
    }

    /// out += what add(first, last, sums) adds to sums for the active samples first to last, in
    /// blocks whose number alone says where they begin.
    template <class W, class Add>
    void sum_active(const Add& add, double* out) {
        const std::size_t n = active_.size();
        const std::size_t blocks = std::clamp<std::size_t>(n / 256, 1, n_blocks_);
        std::fill(sums_.begin(), sums_.end(), 0.0);
        W* sums = reinterpret_cast<W*>(sums_.data());
        const bool small = n * size_ < 200000;
        parallel_for(static_cast<std::ptrdiff_t>(blocks), small ? 16 : 1,
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         for (auto b = static_cast<std::size_t>(first);
                              b < static_cast<std::size_t>(last); ++b)
                             add(b * n / blocks, (b + 1) * n / blocks, sums + b * padded_);
                     });
        for (std::size_t b = 0; b < blocks; ++b)
            for (std::size_t i = 0; i < size_; ++i)
                out[i] += static_cast<double>(sums[b * padded_ + i]);
    }

    /// out += sum over the active samples of factor(j) x_j.
    template <class Factor>
    void add_active(const Factor& factor, double* out) {
        sum_active<double>(
            [&](std::size_t first, std::size_t last, double* sums) {
                for (std::size_t k = first; k < last; ++k)
                    rows_.add(active_[k] * every_, factor(active_[k]), sums);
            },
            out);
    }

    /// The same in single precision; `factors` finds those of four samples from their rows.
    template <class Factors>
    void add_active_fours(const Factors& factors, double* out) {
        sum_active<float>(
            [&](std::size_t first, std::size_t last, float* sums) {
                for (std::size_t k = first; k < last; k += 4) {
                    std::size_t at[4];
                    for (std::size_t r = 0; r < 4; ++r)
                        at[r] = active_[std::min(k + r, last - 1)] * every_;
                    for (std::size_t r = k + 4; r < std::min(k + 8, last); ++r)
                        rows_.prefetch(active_[r] * every_);
                    float found[4] = {};
                    factors(at, found);
                    std::fill(found + std::min<std::size_t>(4, last - k), found + 4, 0.0f);
                    rows_.add(at, found, sums);
                }
            },
            out);
    }

    /// Finds the samples with a loss, the objective and its gradient.
    double evaluate() {
        active_.clear();
        double loss = 0;
        for (std::size_t j = 0; j < margins_.size(); ++j) {
            const double short_of = 1 - sign(j) * margins_[j];
            const double c = cost(j);
            if (short_of <= 0 || c <= 0) continue;
            loss += c * short_of * short_of;
            active_.push_back(static_cast<std::uint32_t>(j));
        }
        std::copy_n(weights_, size_, gradient_.begin());
        const auto factor = [&](std::size_t j) { return 2 * cost(j) * (margins_[j] - sign(j)); };
        if (single_)
            add_active_fours(
                [&](const auto& at, float* found) {
                    for (std::size_t r = 0; r < 4; ++r)
                        found[r] = static_cast<float>(factor(at[r] / every_));
                },
                gradient_.data());
        else
            add_active(factor, gradient_.data());
        return dot(weights_, weights_) / 2 + loss;
    }

    void descend(double tol, LinearSvcOutcome& outcome) {
        double last = INFINITY, least_gap = INFINITY;
        for (;; ++outcome.n_iter) {
            const double objective = evaluate();
            const double gap = dot(gradient_.data(), gradient_.data()) / 2;
            outcome.gap = objective > 0 ? gap / objective : 0;
            outcome.converged = outcome.gap <= tol;
            if (outcome.n_iter >= options_.max_iter) return;
            // Near the end the gap still closes when the objective has no digits left to show it.
            const bool stalls = !(objective < last) && !(gap < least_gap);
            if (outcome.converged || stalls) {
                if (!single_ || every_ > 1) return;  // or rounding hides what is left
                single_ = false;                     // what has been gathered may be a bit off
                last = least_gap = INFINITY;
                find_margins();
                continue;
            }
            last = std::min(last, objective);
            least_gap = std::min(least_gap, gap);
            find_step();
            find_slopes();
            const double length = step_length();
            for (std::size_t i = 0; i < size_; ++i) weights_[i] += length * step_[i];
            if (single_)
                for (std::size_t j = 0; j < margins_.size(); ++j)
                    margins_[j] += length * static_cast<double>(slopes_[j]);
            else
                find_margins();  // whatever the slopes were rounded to
        }
    }

    void find_margins() {
        const bool zero = std::all_of(weights_, weights_ + size_, [](double w) { return w == 0; });
        if (zero)
            std::fill(margins_.begin(), margins_.end(), 0.0);
        else if (single_)
            each_product(weights_, [&](std::size_t j, float product) {
                margins_[j] = static_cast<double>(product);
            });
        else
            each_row([&](std::size_t j) { margins_[j] = rows_.dot(j * every_, weights_); });
    }

    void find_slopes() {
        if (single_)
            each_product(step_.data(), [&](std::size_t j, float product) { slopes_[j] = product; });
        else
            each_row([&](std::size_t j) {
                slopes_[j] = static_cast<float>(rows_.dot(j * every_, step_.data()));
            });
    }

    double dot(const double* a, const double* b) const {
        double total = 0;
        for (std::size_t i = 0; i < size_; ++i) total += a[i] * b[i];
        return total;
    }

    /// Conjugate gradients for H step = -gradient, as far as is worth it.
    void find_step() {
        refresh_factor();
        std::fill(step_.begin(), step_.end(), 0.0);
        for (std::size_t i = 0; i < size_; ++i) residual_[i] = -gradient_[i];
        precondition();
        direction_ = solved_;
        double size = dot(residual_.data(), solved_.data());
        const double enough = size * accuracy * accuracy;
        for (int iteration = 0; iteration < 100 && size > enough; ++iteration) {
            ++since_factor_;
            multiply_by_hessian();
            const double length = size / dot(direction_.data(), image_.data());
            for (std::size_t i = 0; i < size_; ++i) {
                step_[i] += length * direction_[i];
                residual_[i] -= length * image_[i];
            }
            precondition();
            const double next = dot(residual_.data(), solved_.data());
            for (std::size_t i = 0; i < size_; ++i)
                direction_[i] = solved_[i] + next / size * direction_[i];
            size = next;
        }
    }

    void multiply_by_hessian() {
        std::copy(direction_.begin(), direction_.end(), image_.begin());
        if (!single_)
            return add_active(
                [&](std::size_t j) {
                    return 2 * cost(j) * rows_.dot(j * every_, direction_.data());
                },
                image_.data());
        std::copy(direction_.begin(), direction_.end(), singles_.begin());
        add_active_fours(
            [&](const auto& at, float* found) {
                rows_.dot(at, singles_.data(), found);
                for (std::size_t r = 0; r < 4; ++r)
                    found[r] *= static_cast<float>(2 * cost(at[r] / every_));
            },
            image_.data());
    }

    void precondition() {
        if (matrix_) return matrix_->solve(residual_.data(), solved_.data());
        for (std::size_t i = 0; i < size_; ++i) solved_[i] = residual_[i] / diagonal_[i];
    }

    /// Renews the preconditioner when the conjugate gradients have cost as much as that would.
    void refresh_factor() {
        if (!matrix_) return refresh_diagonal();
        // Few for the first step, which is far from the end.
        const std::size_t rows_wanted = matrix_->is_factored() ? 2 * padded_ : padded_;
        const std::size_t skip = std::max<std::size_t>(1, active_.size() / rows_wanted);
        const std::size_t taken = active_.size() / skip;
        const std::size_t worth = 8 + taken * padded_ / 16 / (active_.size() + 1);
        if (matrix_->is_factored() && since_factor_ < worth) return;
        since_factor_ = 0;
        const double unit = active_.empty() ? 1 : cost(active_[0]);
        matrix_->begin(1 / (2 * unit * static_cast<double>(skip)));
        matrix_->add_rows((active_.size() + skip - 1) / skip, [&](std::size_t r, double* out) {
            const std::size_t j = active_[r * skip];
            rows_.pack(j * every_, std::sqrt(cost(j) / unit), out, NormalMatrix::stripe_size,
                       padded_ / 16);
        });
        matrix_->factor();
    }

    void refresh_diagonal() {
        diagonal_.assign(size_, 1.0);
        for (const std::size_t j : active_) {
            const double factor = 2 * cost(j);
            rows_.each(j * every_, [&](std::size_t column, double value) {
                diagonal_[column] += factor * value * value;
            });
        }
    }

    /// Where the objective is least along the step: its derivative rises in straight pieces.
    double step_length() const {
        const double weights_step = dot(weights_, step_.data());
        const double step_step = dot(step_.data(), step_.data());
        const double first = std::abs(dot(gradient_.data(), step_.data()));
        double low = 0, high = INFINITY, t = 1;
        for (int iteration = 0; iteration < 50; ++iteration) {
            double slope = weights_step + t * step_step, rise = step_step;
            for (std::size_t j = 0; j < margins_.size(); ++j) {
                const double along = static_cast<double>(slopes_[j]), y = sign(j);
                const double short_of = 1 - y * (margins_[j] + t * along);
                if (short_of <= 0) continue;
                const double c = 2 * cost(j);
                slope -= c * short_of * y * along;
                rise += c * along * along;
            }
            if (std::abs(slope) <= 0.01 * first || slope == 0) break;
            (slope < 0 ? low : high) = t;
            double next = t - slope / rise;
            if (!(next > low && next < high)) next = std::isinf(high) ? 2 * t : (low + high) / 2;
            if (std::abs(next - t) <= 1e-3 * t) return next;
            t = next;
        }
        return t;
    }

    static constexpr double accuracy = 0.05;  ///< of a step, beside the one before

    const Rows& rows_;
    const Sides& sides_;
    const LinearSvcOptions& options_;
    std::size_t size_;
    double* weights_;
    std::size_t padded_, n_blocks_ = 1, every_ = 1, since_factor_ = 0;
    std::vector<double> margins_;
    std::vector<float> slopes_;  ///< of the margins, along the step
    bool single_ = true;         ///< whether steps are found in single precision
    std::vector<std::uint32_t> active_;
    AlignedVector<double> gradient_, step_, residual_, direction_, image_, solved_, sums_;
    std::vector<double> diagonal_;
    AlignedVector<float> singles_;  ///< a vector in single precision
    std::unique_ptr<NormalMatrix> own_matrix_;
    NormalMatrix* matrix_;
};

}  // namespace imgmine
