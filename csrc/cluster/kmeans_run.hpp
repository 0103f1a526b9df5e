#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "cluster/kmeans.hpp"
#include "cluster/kmeans_narrow.hpp"
#include "cluster/kmeans_wide.hpp"

namespace imgmine {

/// A center as it is kept: of length 1 for directions, and a float unless the rows are doubles.
template <class T>
void finish_center(double* center, std::size_t size, bool unit) {
    if (unit) {
        double square = 0;
        for (std::size_t i = 0; i < size; ++i) square += center[i] * center[i];
        const double length = std::sqrt(square);
        for (std::size_t i = 0; i < size && length > 0; ++i) center[i] /= length;
    }
    if constexpr (!std::is_same_v<T, double>)
        for (std::size_t i = 0; i < size; ++i)
            center[i] = static_cast<double>(static_cast<float>(center[i]));
}

/// One start of Lloyd's iteration.
template <class T>
class LloydRun {
  public:
    LloydRun(const Samples<T>& samples, const SampleMoments& moments, std::vector<double> centers,
             std::vector<double> shift, const KMeansOptions& options)
        : samples_(samples),
          options_(options),
          k_(static_cast<std::size_t>(options.k)),
          centers_(std::move(centers)),
          panels_(centers_, k_, std::move(shift), Assigner<T>::most_groups(samples.rows.size)),
          sums_(k_, samples.size()) {
        const auto n = static_cast<double>(samples.n());
        const double heaviest =
            samples.weights ? *std::max_element(samples.weights, samples.weights + samples.n()) : 1;
        value_grid_ = grid_for((samples.unit ? 1 : moments.most) * heaviest, n);
        weight_grid_ = grid_for(heaviest, n);
        enough_ = options.tol * moments.variance / static_cast<double>(samples.size());
        result_.labels.assign(static_cast<std::size_t>(samples.n()), -1);
    }

    KMeansResult run() {
        Assigner<T> assigner(samples_, centers_, panels_, result_.labels.data(), true);
        bool settled = false;
        while (result_.n_iter < options_.max_iter && !settled) {
            ++result_.n_iter;
            const bool changed = assigner.assign(&sums_, value_grid_, weight_grid_) > 0;
            const bool filled = fill_empty(assigner);
            const double moved = move(assigner);
            settled = !changed && !filled;
            if (moved <= enough_) break;
        }
        if (!settled) assigner.assign(nullptr, 0, 0);
        result_.inertia = inertia(samples_, centers_, result_.labels.data());
        result_.centers = std::move(centers_);
        return std::move(result_);
    }

    static double inertia(const Samples<T>& samples, const std::vector<double>& centers,
                          const std::int32_t* labels) {
        struct Total {
            double value = 0;
            Total& operator+=(const Total& other) {
                value += other.value;
                return *this;
            }
        };
        const std::size_t size = samples.size();
        return sum_in_blocks(
                   samples.n(), Total{},
                   [&](std::ptrdiff_t first, std::ptrdiff_t last, Total& total) {
                       for (std::ptrdiff_t i = first; i < last; ++i)
                           total.value +=
                               samples.weight(i) *
                               samples.squared_distance(
                                   i, centers.data() + static_cast<std::size_t>(labels[i]) * size);
                   })
            .value;
    }

  private:
    using Far = std::pair<double, std::ptrdiff_t>;  // less its square, row

    /// The rows that are farthest from their centers, the farthest first.
    std::vector<Far> farthest(std::size_t count) const {
        std::vector<Far> all;
        std::mutex mutex;
        const auto cost = static_cast<std::ptrdiff_t>(samples_.size());
        parallel_for(
            samples_.n(), row_grain(cost, 0.2), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                std::vector<Far> heap;
                for (std::ptrdiff_t i = first; i < last; ++i) {
                    const auto j =
                        static_cast<std::size_t>(result_.labels[static_cast<std::size_t>(i)]);
                    const Far far{
                        -samples_.squared_distance(i, centers_.data() + j * samples_.size()), i};
                    if (heap.size() == count && !(far < heap.front())) continue;
                    if (heap.size() == count)
                        std::pop_heap(heap.begin(), heap.end()), heap.pop_back();
                    heap.push_back(far);
                    std::push_heap(heap.begin(), heap.end());
                }
                const std::lock_guard lock(mutex);
                all.insert(all.end(), heap.begin(), heap.end());
            });
        std::sort(all.begin(), all.end());
        return all;
    }

    /// Gives every center that has no row the farthest row that is left.
    bool fill_empty(Assigner<T>& assigner) {
        std::vector<std::size_t> empty;
        for (std::size_t j = 0; j < k_; ++j)
            if (!(sums_.weights[j] > 0)) empty.push_back(j);
        if (empty.empty()) return false;
        bool filled = false;
        std::size_t next = 0;
        for (const Far& far : farthest(empty.size())) {
            if (next == empty.size() || !(far.first < 0)) break;
            const auto at = static_cast<std::size_t>(far.second);
            const auto from = static_cast<std::size_t>(result_.labels[at]), to = empty[next];
            const double weight = samples_.weight(far.second);
            const double rounded = (weight + weight_grid_) - weight_grid_;
            if (!(sums_.weights[from] > rounded)) continue;  // it would only move the hole
            const std::size_t size = samples_.size();
            samples_.add(far.second, -weight, value_grid_, sums_.sums.data() + from * size);
            samples_.add(far.second, weight, value_grid_, sums_.sums.data() + to * size);
            sums_.weights[from] -= rounded;
            sums_.weights[to] += rounded;
            result_.labels[at] = static_cast<std::int32_t>(to);
            assigner.forget(far.second);
            filled = true;
            ++next;
        }
        return filled;
    }

    /// Moves the centers to their rows' means; returns the square of how far they went.
    double move(Assigner<T>& assigner) {
        const std::size_t size = samples_.size();
        std::vector<double> moved(k_), center(size);
        double total = 0;
        for (std::size_t j = 0; j < k_; ++j) {
            if (!(sums_.weights[j] > 0)) continue;
            double* const old = centers_.data() + j * size;
            for (std::size_t i = 0; i < size; ++i)
                center[i] = sums_.sums[j * size + i] / sums_.weights[j];
            finish_center<T>(center.data(), size, samples_.unit);
            double square = 0;
            for (std::size_t i = 0; i < size; ++i) {
                const double by = center[i] - old[i];
                square += by * by;
                old[i] = center[i];
            }
            total += square;
            moved[j] = std::sqrt(square);
        }
        panels_.set(centers_);
        assigner.moved(moved);
        return total;
    }

    const Samples<T>& samples_;
    const KMeansOptions& options_;
    std::size_t k_;
    std::vector<double> centers_;
    Panels panels_;
    GridSums sums_;
    double value_grid_ = 0, weight_grid_ = 0, enough_ = 0;
    KMeansResult result_;
};

}  // namespace imgmine
