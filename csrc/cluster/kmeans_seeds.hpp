#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "cluster/samples.hpp"
#include "kernels/distance.hpp"

namespace imgmine {

/// A number in [0, 1).
inline double fraction(Random& random) {
    return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

/// Chooses some rows far from each other, of the rows of a sample.
template <class T>
class Seeds {
  public:
    Seeds(const Samples<T>& samples, std::vector<std::int64_t> among, const double* shift,
          Random& random)
        : samples_(samples),
          among_(std::move(among)),
          shift_(shift),
          random_(random),
          distances_(among_.size(), std::numeric_limits<float>::infinity()),
          shares_(among_.size()) {}

    std::vector<std::int64_t> choose(std::size_t k) {
        std::vector<std::int64_t> chosen;
        std::size_t n_trials = 2;
        for (std::size_t e = k; e > 2; e = e * 10 / 27) ++n_trials;  // 2 + log k
        for (std::size_t i = 0; i < among_.size(); ++i) shares_[i] = samples_.weight(among_[i]);
        meet({draw()});
        chosen.push_back(last_);
        while (chosen.size() < k) {
            for (std::size_t i = 0; i < among_.size(); ++i)
                shares_[i] = static_cast<double>(distances_[i]) * samples_.weight(among_[i]);
            std::vector<std::size_t> trials;
            for (std::size_t t = 0; t < n_trials; ++t) trials.push_back(draw());
            meet(trials);
            chosen.push_back(last_);
        }
        return chosen;
    }

  private:
    /// One of the rows, each as likely as its share.
    std::size_t draw() {
        double total = 0;
        for (const double share : shares_) total += share;
        double left = fraction(random_) * total;
        std::size_t at = 0;
        while (at + 1 < shares_.size() && !(left < shares_[at])) left -= shares_[at++];
        return at;
    }

    std::vector<float> floats_of(std::int64_t row) const {
        std::vector<float> out(samples_.size());
        sample_loops<T>().to_floats(samples_.rows.row(row), shift_, samples_.scale(row),
                                    samples_.size(), out.data());
        return out;
    }

    /// Takes the trial that leaves the least distances.
    void meet(const std::vector<std::size_t>& trials) {
        const std::size_t size = samples_.size(), n_trials = trials.size();
        std::vector<float> candidates;
        for (const std::size_t t : trials) {
            const std::vector<float> row = floats_of(among_[t]);
            candidates.insert(candidates.end(), row.begin(), row.end());
        }
        std::vector<float> found(among_.size() * n_trials);
        const auto n = static_cast<std::ptrdiff_t>(among_.size());
        const auto cost = static_cast<std::ptrdiff_t>(size * n_trials);
        parallel_for(n, row_grain(cost, 0.1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<float> rows(few * size);
            for (std::ptrdiff_t i = first; i < last; i += few)
                compare(static_cast<std::size_t>(i),
                        static_cast<std::size_t>(std::min<std::ptrdiff_t>(few, last - i)), rows,
                        candidates, found.data() + static_cast<std::size_t>(i) * n_trials);
        });
        std::vector<double> totals(n_trials);
        for (std::size_t i = 0; i < among_.size(); ++i)
            for (std::size_t t = 0; t < n_trials; ++t)
                totals[t] +=
                    static_cast<double>(found[i * n_trials + t]) * samples_.weight(among_[i]);
        const auto best = static_cast<std::size_t>(std::min_element(totals.begin(), totals.end()) -
                                                   totals.begin());
        for (std::size_t i = 0; i < among_.size(); ++i) distances_[i] = found[i * n_trials + best];
        last_ = among_[trials[best]];
    }

    /// The squares of some rows' distances from the nearest center, were each candidate one.
    void compare(std::size_t first, std::size_t n, std::vector<float>& rows,
                 const std::vector<float>& candidates, float* out) const {
        const std::size_t size = samples_.size(), n_trials = candidates.size() / size;
        for (std::size_t r = 0; r < n; ++r) {
            const std::int64_t at = among_[first + r];
            sample_loops<T>().to_floats(samples_.rows.row(at), shift_, samples_.scale(at), size,
                                        rows.data() + r * size);
        }
        distance_kernels().squared_l2s(rows.data(), n, size, candidates.data(), n_trials, size,
                                       size, out, n_trials);
        for (std::size_t r = 0; r < n; ++r)
            for (std::size_t t = 0; t < n_trials; ++t)
                out[r * n_trials + t] = std::min(out[r * n_trials + t], distances_[first + r]);
    }

    static constexpr std::ptrdiff_t few = 32;
    const Samples<T>& samples_;
    std::vector<std::int64_t> among_;
    const double* shift_;
    Random& random_;
    std::vector<float> distances_;
    std::vector<double> shares_;
    std::int64_t last_ = 0;
};

}  // namespace imgmine
