#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/kmeans_panels.hpp"
#include "cluster/samples.hpp"
#include "kernels/distance.hpp"

namespace imgmine {

/// What the rows of k clusters come to, on a grid: exact, and so the same in whatever order.
struct GridSums {
    std::vector<double> weights, sums;

    GridSums(std::size_t k, std::size_t size) : weights(k), sums(k * size) {}
    GridSums& operator+=(const GridSums& other) {
        add_to(weights, other.weights);
        add_to(sums, other.sums);
        return *this;
    }
};

/// Which center is nearest to each row: the first of those of the least distance, summed in double
/// from the values as they are. Products of floats tell which centers can be meant, and bounds
/// which rows cannot have changed (Hamerly 2010; by groups of centers, Ding et al. 2015).
template <class T>
class Assigner {
  public:
    Assigner(const Samples<T>& samples, const std::vector<double>& centers, Panels& panels,
             std::int32_t* labels, bool many_times)
        : samples_(samples),
          centers_(centers),
          panels_(panels),
          labels_(labels),
          bounded_(many_times && worth_bounds(samples.rows.size)) {
        const auto n = static_cast<std::size_t>(samples.n());
        if (many_times && panels.narrow() && n * (panels.size() + 1) <= most_kept) keep_columns();
        if (!bounded_) return;
        upper_.resize(n);
        squares_.resize(n);
        lower_.resize(n * panels.n_groups());
    }

    /// Of samples whose bounds are to take at most a tenth of their room.
    static std::size_t most_groups(std::ptrdiff_t size) {
        const auto tenth = static_cast<std::size_t>(size) * sizeof(T) / 10;
        return tenth < 16 ? 1 : tenth / 4 - 3;
    }
    static bool worth_bounds(std::ptrdiff_t size) {
        return size > static_cast<std::ptrdiff_t>(Panels::narrowest) &&
               size * static_cast<std::ptrdiff_t>(sizeof(T)) >= 120;
    }

    /// Labels all rows; adds those whose label is another than before to `sums`, and takes them
    /// from where they were, if there are sums. Returns how many they are.
    std::ptrdiff_t assign(GridSums* sums, double value_grid, double weight_grid);

    /// To be told how far each center has moved since.
    void moved(const std::vector<double>& distances);

    /// Of a row that was given to another cluster by others.
    void forget(std::ptrdiff_t i) {
        if (!bounded_) return;
        const std::size_t n_groups = panels_.n_groups(), at = static_cast<std::size_t>(i);
        upper_[at] = infinity;
        std::fill_n(lower_.begin() + static_cast<std::ptrdiff_t>(at * n_groups), n_groups, 0.0f);
    }

  private:
    static constexpr float infinity = std::numeric_limits<float>::infinity();
    static constexpr std::uint8_t unsought = 0, sought = 1;

    /// What is being found out about some rows.
    struct Work {
        std::vector<float> floats, first, second, group_first, group_second, squares;
        std::vector<std::int32_t> place, group_place;
        std::vector<const float*> pointers, group_pointers;
        std::vector<std::ptrdiff_t> rows;
        std::vector<std::size_t> members;
        std::vector<std::uint8_t> state;
        GridSums* sums;
        std::ptrdiff_t changed = 0;
    };

    static constexpr std::size_t most_kept = std::size_t{1} << 22;  // values: 16 MiB
    std::ptrdiff_t block_size() const;
    void keep_columns();
    float pack_columns(std::ptrdiff_t first, std::ptrdiff_t last, float* columns,
                       std::size_t stride) const;
    void make_room(Work& work) const;
    void assign_block(std::ptrdiff_t first, std::ptrdiff_t last, Work& work);
    void assign_narrow(std::ptrdiff_t first, std::ptrdiff_t last, Work& work);
    void select(std::ptrdiff_t first, std::ptrdiff_t last, Work& work);
    void seek(Work& work);
    void decide(std::size_t p, Work& work);
    std::int32_t decide_exactly(std::size_t p, float limit, float own, const Work& work,
                                double& square) const;
    std::int32_t found(std::size_t p, std::size_t g, const Work& work) const;
    void keep_bounds(std::size_t p, std::int32_t label, float score, float own, const Work& work);
    std::int32_t nearest_exactly(std::ptrdiff_t i) const;
    bool is_settled(std::ptrdiff_t i, const float* row);
    void relabel(std::ptrdiff_t i, std::int32_t label, Work& work);

    const Samples<T>& samples_;
    const std::vector<double>& centers_;
    Panels& panels_;
    std::int32_t* labels_;
    bool bounded_, fresh_ = true;
    double value_grid_ = 0, weight_grid_ = 0;
    std::vector<float> upper_, lower_, squares_, drifts_, group_drifts_, columns_;
    std::size_t column_stride_ = 0;
};

template <class T>
std::ptrdiff_t Assigner<T>::block_size() const {
    if (panels_.narrow()) return 512;  // a multiple of 64
    const auto fits = static_cast<std::ptrdiff_t>((1 << 17) / panels_.size()) / 12 * 12;
    return std::clamp<std::ptrdiff_t>(fits, 24, 252);
}

template <class T>
void Assigner<T>::make_room(Work& work) const {
    const auto block = static_cast<std::size_t>(block_size());
    const std::size_t all = block * panels_.n_groups();
    const bool direct = std::is_same_v<T, float> && !panels_.shift() && !samples_.unit;
    if (!direct || panels_.narrow()) work.floats.resize(block * panels_.size());
    for (auto* room : {&work.first, &work.second}) room->resize(all);
    for (auto* room : {&work.group_first, &work.group_second, &work.squares}) room->resize(block);
    work.place.resize(all);
    work.group_place.resize(block);
    work.pointers.resize(block);
    work.group_pointers.resize(block);
    work.rows.resize(block);
    work.members.resize(block);
    work.state.resize(all);
}

template <class T>
std::ptrdiff_t Assigner<T>::assign(GridSums* sums, double value_grid, double weight_grid) {
    value_grid_ = value_grid;
    weight_grid_ = weight_grid;
    std::mutex mutex;
    std::ptrdiff_t changed = 0;
    const auto cost = static_cast<std::ptrdiff_t>(panels_.size() * (fresh_ ? panels_.k() : 4));
    const std::ptrdiff_t block = block_size(), n_blocks = (samples_.n() + block - 1) / block;
    const std::ptrdiff_t grain = row_grain(cost * block, 0.05);
    parallel_for(n_blocks, grain, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        GridSums own(sums ? panels_.k() : 0, panels_.size());
        Work work;
        make_room(work);
        work.sums = sums ? &own : nullptr;
        for (std::ptrdiff_t i = from * block; i < std::min(to * block, samples_.n()); i += block)
            if (panels_.narrow())
                assign_narrow(i, std::min(i + block, samples_.n()), work);
            else
                assign_block(i, std::min(i + block, samples_.n()), work);
        const std::lock_guard lock(mutex);
        changed += work.changed;
        if (sums && work.changed) *sums += own;
    });
    fresh_ = false;
    return changed;
}

template <class T>
void Assigner<T>::moved(const std::vector<double>& distances) {
    drifts_.resize(distances.size());
    group_drifts_.assign(panels_.n_groups(), 0);
    if (!bounded_) return;
    for (std::size_t j = 0; j < distances.size(); ++j) {
        drifts_[j] = static_cast<float>(distances[j] * (1 + 1e-6));
        float& most = group_drifts_[panels_.group_of(j)];
        most = std::max(most, drifts_[j]);
    }
}

template <class T>
void Assigner<T>::relabel(std::ptrdiff_t i, std::int32_t label, Work& work) {
    const std::int32_t before = labels_[i];
    if (label == before) return;
    labels_[i] = label;
    ++work.changed;
    if (!work.sums) return;
    const double weight = samples_.weight(i);
    const double rounded = (weight + weight_grid_) - weight_grid_;
    const std::size_t size = panels_.size();
    const auto give = [&](std::int32_t to, double sign) {
        const auto j = static_cast<std::size_t>(to);
        work.sums->weights[j] += sign * rounded;
        samples_.add(i, sign * weight, value_grid_, work.sums->sums.data() + j * size);
    };
    give(label, 1);
    if (before >= 0) give(before, -1);
}

}  // namespace imgmine
