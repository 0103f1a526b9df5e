#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.hpp"
#include "cluster/kmeans_run.hpp"
#include "cluster/kmeans_seeds.hpp"

namespace imgmine {

/// Centers that move by a batch of rows at a time, each by as much as the rows of the batch are
/// among all that it has ever had (Sculley 2010).
template <class T>
class Batches {
  public:
    Batches(const Samples<T>& samples, const KMeansOptions& options, std::vector<double>& centers,
            std::vector<double>& counts)
        : samples_(samples),
          options_(options),
          centers_(centers),
          counts_(counts),
          random_(options.seed ^ 0xbf58476d1ce4e5b9u) {}

    /// All rows, as one batch.
    void take_all() {
        std::vector<std::int64_t> rows(static_cast<std::size_t>(samples_.n()));
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::int64_t>(i);
        take(rows);
    }

    /// Batches of any rows until the centers rest, or the batches' inertia falls no more: as
    /// scikit-learn decides. Returns the passes over all rows that were begun.
    int run(double variance) {
        const std::ptrdiff_t n = samples_.n(), batch = std::min(options_.batch_size, n);
        const std::ptrdiff_t n_steps = (options_.max_iter * n + batch - 1) / batch;
        std::vector<std::int64_t> rows(static_cast<std::size_t>(batch));
        const double alpha =
            std::min(2.0 * static_cast<double>(batch) / static_cast<double>(n + 1), 1.0);
        const double enough = options_.tol * variance;
        double average = 0, least = std::numeric_limits<double>::infinity();
        std::ptrdiff_t step = 0;
        int without = 0;
        while (step < n_steps) {
            for (auto& row : rows) row = draw(n);
            const std::vector<double> before = centers_;
            const double inertia = take(rows) / static_cast<double>(batch);
            fill_poor(rows, step);
            if (++step == 1) continue;  // of the first centers
            average = step == 2 ? inertia : average * (1 - alpha) + inertia * alpha;
            double moved = 0;
            for (std::size_t at = 0; at < before.size(); ++at)
                moved += (centers_[at] - before[at]) * (centers_[at] - before[at]);
            if (options_.tol > 0 && moved <= enough) break;
            without = average < least ? 0 : without + 1;
            least = std::min(least, average);
            if (without >= options_.max_no_improvement) break;
        }
        return static_cast<int>((step * batch + n - 1) / n);
    }

  private:
    std::int64_t draw(std::ptrdiff_t n) {
        return std::min<std::int64_t>(
            static_cast<std::int64_t>(fraction(random_) * static_cast<double>(n)), n - 1);
    }

    /// Moves the centers by some rows; returns their inertia before.
    double take(const std::vector<std::int64_t>& at) {
        const std::size_t size = samples_.size(), k = counts_.size();
        // Copied: the assigner wants rows side by side.
        const auto n = static_cast<std::ptrdiff_t>(at.size());
        std::vector<T> values(at.size() * size);
        std::vector<double> weights(samples_.weights ? at.size() : 0);
        for (std::size_t i = 0; i < at.size(); ++i) {
            std::copy_n(samples_.rows.row(at[i]), size, values.data() + i * size);
            if (samples_.weights) weights[i] = samples_.weights[at[i]];
        }
        const Samples<T> batch{{values.data(), n, samples_.rows.size, samples_.rows.size},
                               samples_.weights ? weights.data() : nullptr,
                               samples_.unit};
        labels_.assign(at.size(), -1);
        kmeans_labels(batch.rows, centers_, options_of(batch, k), labels_.data(), nullptr);
        const double inertia = LloydRun<T>::inertia(batch, centers_, labels_.data());
        std::vector<double> sums(k * size), weight(k);
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            const auto j = static_cast<std::size_t>(labels_[static_cast<std::size_t>(i)]);
            weight[j] += batch.weight(i);
            batch.add(i, batch.weight(i), 0, sums.data() + j * size);
        }
        for (std::size_t j = 0; j < k; ++j) {
            if (!(weight[j] > 0)) continue;
            double* const center = centers_.data() + j * size;
            const double all = counts_[j] + weight[j];
            for (std::size_t i = 0; i < size; ++i)
                center[i] = (center[i] * counts_[j] + sums[j * size + i]) / all;
            finish_center<T>(center, size, samples_.unit);
            counts_[j] = all;
        }
        return inertia;
    }

    KMeansOptions options_of(const Samples<T>& batch, std::size_t k) const {
        KMeansOptions options;
        options.k = static_cast<std::ptrdiff_t>(k);
        options.weights = batch.weights;
        options.spherical = batch.unit;
        return options;
    }

    /// Puts centers of few rows on rows of the batch, now and then: every time that each center
    /// could have had ten more rows.
    void fill_poor(const std::vector<std::int64_t>& rows, std::ptrdiff_t step) {
        since_ += static_cast<std::ptrdiff_t>(rows.size());
        const bool bare = std::find(counts_.begin(), counts_.end(), 0.0) != counts_.end();
        if (options_.reassignment_ratio <= 0 || (!bare && since_ < 10 * options_.k)) return;
        since_ = 0;
        const double most = *std::max_element(counts_.begin(), counts_.end());
        double least = most;
        std::vector<std::size_t> poor;
        for (std::size_t j = 0; j < counts_.size(); ++j) {
            if (counts_[j] < options_.reassignment_ratio * most)
                poor.push_back(j);
            else
                least = std::min(least, counts_[j]);
        }
        if (step == 0 && !bare) return;
        poor.resize(std::min(poor.size(), rows.size() / 2));
        const std::size_t size = samples_.size();
        for (const std::size_t j : poor) {
            const T* row = samples_.rows.row(
                rows[static_cast<std::size_t>(draw(static_cast<std::ptrdiff_t>(rows.size())))]);
            for (std::size_t i = 0; i < size; ++i)
                centers_[j * size + i] = static_cast<double>(row[i]);
            finish_center<T>(centers_.data() + j * size, size, samples_.unit);
            counts_[j] = least;
        }
    }

    const Samples<T>& samples_;
    const KMeansOptions& options_;
    std::vector<double>&centers_, &counts_;
    Random random_;
    std::vector<std::int32_t> labels_;
    std::ptrdiff_t since_ = 0;
};

}  // namespace imgmine
