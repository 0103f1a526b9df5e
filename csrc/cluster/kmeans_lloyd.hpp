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
             std::int32_t* labels, bool keeps_bounds)
        : samples_(samples), centers_(centers), panels_(panels), labels_(labels),
          bounded_(keeps_bounds && !panels.narrow()) {
        const auto n = static_cast<std::size_t>(samples.n());
        if (keeps_bounds && panels.narrow() && n * (panels.size() + 1) <= most_kept) keep_columns();
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
        return size > static_cast<std::ptrdiff_t>(Panels::narrowest) && size * static_cast<std::ptrdiff_t>(sizeof(T)) >= 120;
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
    void pack_columns(std::ptrdiff_t first, std::ptrdiff_t last, float* columns,
                      std::size_t stride, float* squares) const;
    void make_room(Work& work) const;
    void assign_block(std::ptrdiff_t first, std::ptrdiff_t last, Work& work);
    void assign_narrow(std::ptrdiff_t first, std::ptrdiff_t last, Work& work);
    void select(std::ptrdiff_t first, std::ptrdiff_t last, Work& work);
    void seek(Work& work);
    void decide(std::size_t p, Work& work);
    std::int32_t decide_exactly(std::size_t p, float limit, float own, const Work& work,
                                double& square) const;
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
    parallel_for(samples_.n(), row_grain(cost, 0.05), [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        GridSums own(sums ? panels_.k() : 0, panels_.size());
        Work work;
        make_room(work);
        work.sums = sums ? &own : nullptr;
        const std::ptrdiff_t block = block_size();
        for (std::ptrdiff_t i = from; i < to; i += block)
            if (panels_.narrow())
                assign_narrow(i, std::min(i + block, to), work);
            else
                assign_block(i, std::min(i + block, to), work);
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

/// Moves a row's bounds as far as the centers have moved: is its own center still the nearest?
template <class T>
bool Assigner<T>::is_settled(std::ptrdiff_t i, const float* row) {
    const auto at = static_cast<std::size_t>(i);
    const std::size_t n_groups = panels_.n_groups(), size = panels_.size();
    const float* lower = lower_.data() + at * n_groups;
    const float nearest = *std::min_element(lower, lower + n_groups);
    if (upper_[at] < nearest) return true;
    if (!row || n_groups < 2) return false;
    float square;
    const float* center = panels_.center(static_cast<std::size_t>(labels_[i]));
    distance_kernels().squared_l2s(row, 1, size, center, 1, size, size, &square, 1);
    upper_[at] = std::sqrt(square + panels_.error_of(squares_[at])) * 1.000001f;
    return upper_[at] < nearest;
}

/// Lists the rows whose label is not certain, as floats.
template <class T>
void Assigner<T>::select(std::ptrdiff_t first, std::ptrdiff_t last, Work& work) {
    const std::size_t n_groups = panels_.n_groups(), size = panels_.size();
    std::size_t n = 0;
    work.rows.resize(static_cast<std::size_t>(block_size()));
    for (std::ptrdiff_t i = first; i < last; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (bounded_ && !fresh_) {
            upper_[at] = (upper_[at] + drifts_[static_cast<std::size_t>(labels_[i])]) * 1.0000002f;
            float* lower = lower_.data() + at * n_groups;
            for (std::size_t g = 0; g < n_groups; ++g)
                lower[g] = std::max(lower[g] - group_drifts_[g], 0.0f) * 0.9999998f;
            if (is_settled(i, nullptr)) continue;
        }
        const float* row = nullptr;
        if constexpr (std::is_same_v<T, float>)
            if (work.floats.empty()) row = samples_.rows.row(i);
        if (!row) {
            float* to = work.floats.data() + n * size;
            sample_loops<T>().to_floats(samples_.rows.row(i), panels_.shift(), samples_.scale(i),
                                        size, to);
            row = to;
        }
        float square = 0;
        if (bounded_ && !fresh_) {
            if (is_settled(i, row)) continue;
            square = squares_[at];
        } else {
            square = static_cast<float>(sample_loops<float>().square(row, size));
            if (bounded_) squares_[at] = square;
        }
        work.squares[n] = square;
        work.pointers[n] = row;
        work.rows[n++] = i;
    }
    work.rows.resize(n);
}

/// Compares rows with the groups in which their nearest center may be.
template <class T>
void Assigner<T>::seek(Work& work) {
    const std::size_t n_groups = panels_.n_groups(), n = work.rows.size();
    for (std::size_t g = 0; g < n_groups; ++g) {
        std::size_t count = 0;
        for (std::size_t p = 0; p < n; ++p) {
            const auto at = static_cast<std::size_t>(work.rows[p]);
            const bool needed = !bounded_ || fresh_ || !(upper_[at] < lower_[at * n_groups + g]);
            work.state[p * n_groups + g] = needed ? sought : unsought;
            work.members[count] = p;
            work.group_pointers[count] = work.pointers[p];
            count += needed;
        }
        assign_kernels().nearest(
            work.group_pointers.data(), count, panels_.size(), panels_.group(g),
            {work.group_first.data(), work.group_second.data(), work.group_place.data()});
        for (std::size_t m = 0; m < count; ++m) {
            const std::size_t at = work.members[m] * n_groups + g;
            work.first[at] = work.group_first[m];
            work.second[at] = work.group_second[m];
            work.place[at] = work.group_place[m];
        }
    }
}

/// The nearest of all centers that can be meant: `own` is the score of the row's former center, if
/// its group was not looked at.
template <class T>
std::int32_t Assigner<T>::decide_exactly(std::size_t p, float limit, float own, const Work& work,
                                         double& square) const {
    const std::size_t n_groups = panels_.n_groups(), size = panels_.size();
    const std::ptrdiff_t i = work.rows[p];
    std::size_t best = Panels::nobody;
    square = std::numeric_limits<double>::infinity();
    const auto meet = [&](std::size_t j) {
        if (j == Panels::nobody) return;
        const double d = samples_.squared_distance(i, centers_.data() + j * size);
        if (best == Panels::nobody || d < square || (d == square && j < best)) best = j, square = d;
    };
    if (!(own > limit) && own < infinity) meet(static_cast<std::size_t>(labels_[i]));
    for (std::size_t g = 0; g < n_groups; ++g) {
        const std::size_t at = p * n_groups + g;
        if (work.state[at] == unsought || work.first[at] > limit) continue;
        if (work.second[at] > limit)
            meet(panels_.center_at(g, static_cast<std::size_t>(work.place[at])));
        else
            for (std::size_t lane = 0; lane < panels_.group_size(); ++lane)
                meet(panels_.center_at(g, lane));
    }
    return static_cast<std::int32_t>(best);
}

template <class T>
void Assigner<T>::decide(std::size_t p, Work& work) {
    const std::size_t n_groups = panels_.n_groups(), base = p * n_groups;
    const std::ptrdiff_t i = work.rows[p];
    const float square = work.squares[p], error = panels_.error_of(square);
    const bool known = bounded_ && !fresh_;
    const auto row = static_cast<std::size_t>(i);
    const std::size_t own_group = known ? panels_.group_of(static_cast<std::size_t>(labels_[i])) : 0;
    const bool own_unsought = known && work.state[base + own_group] == unsought;
    const float own_upper = own_unsought ? upper_[row] : infinity;
    const float own = own_unsought ? own_upper * own_upper - square : infinity;
    float least = own, next = infinity;
    std::size_t where = own_group;
    for (std::size_t g = 0; g < n_groups; ++g) {
        if (work.state[base + g] == unsought) continue;
        const float first = work.first[base + g];
        next = std::min(next, std::min(work.second[base + g], std::max(first, least)));
        if (first < least) least = first, where = g;
    }
    // Of the former center only an upper bound is known.
    const float limit = least + (own_unsought ? 6 : 3) * error;
    float score = least;
    std::int32_t label;
    if (next > limit) {
        label = own_unsought && where == own_group
                    ? labels_[i]
                    : static_cast<std::int32_t>(panels_.center_at(
                          where, static_cast<std::size_t>(work.place[base + where])));
    } else {
        double exact;
        label = decide_exactly(p, limit, own, work, exact);
        score = static_cast<float>(exact) - square;
    }
    if (bounded_) {
        const auto low = [&](float s) {
            return std::sqrt(std::max(square + s - 1.5f * error, 0.0f)) * 0.999999f;
        };
        const std::size_t group = panels_.group_of(static_cast<std::size_t>(label));
        float* lower = lower_.data() + row * n_groups;
        for (std::size_t g = 0; g < n_groups; ++g) {
            if (work.state[base + g] == unsought) continue;
            const bool holds = g == group && panels_.center_at(g, static_cast<std::size_t>(
                                                 work.place[base + g])) == static_cast<std::size_t>(label);
            lower[g] = low(holds ? work.second[base + g] : work.first[base + g]);
        }
        if (own_unsought && label != labels_[i])
            lower[own_group] = std::min(lower[own_group], low(own - 4 * error));
        upper_[row] = std::sqrt(std::max(square + score + 1.5f * error, 0.0f)) * 1.000001f;
    }
    relabel(i, label, work);
}

template <class T>
void Assigner<T>::assign_block(std::ptrdiff_t first, std::ptrdiff_t last, Work& work) {
    select(first, last, work);
    if (work.rows.empty()) return;
    seek(work);
    for (std::size_t p = 0; p < work.rows.size(); ++p) decide(p, work);
}

/// Turns rows of few values to columns.
template <class T>
void Assigner<T>::pack_columns(std::ptrdiff_t first, std::ptrdiff_t last, float* columns,
                               std::size_t stride, float* squares) const {
    const std::size_t size = panels_.size();
    const auto n = static_cast<std::size_t>(last - first);
    std::fill_n(squares, n, 0.0f);
    for (std::size_t c = 0; c < size; ++c) {
        const double shift = panels_.shift() ? panels_.shift()[c] : 0;
        for (std::size_t r = 0; r < n; ++r) {
            const std::ptrdiff_t i = first + static_cast<std::ptrdiff_t>(r);
            double x = static_cast<double>(samples_.rows.row(i)[c]) - shift;
            if (samples_.unit) x *= samples_.scale(i);
            columns[c * stride + r] = static_cast<float>(x);
            squares[r] += columns[c * stride + r] * columns[c * stride + r];
        }
    }
}

template <class T>
void Assigner<T>::keep_columns() {
    const auto n = static_cast<std::size_t>(samples_.n());
    column_stride_ = n + 64;  // the last block is read as if it were full
    columns_.resize(column_stride_ * panels_.size());
    squares_.resize(n);
    parallel_for(samples_.n(), row_grain(samples_.rows.size, 1),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     pack_columns(first, last, columns_.data() + first, column_stride_,
                                  squares_.data() + first);
                 });
}

template <class T>
void Assigner<T>::assign_narrow(std::ptrdiff_t first, std::ptrdiff_t last, Work& work) {
    const auto n = static_cast<std::size_t>(last - first);
    const bool kept = !columns_.empty();
    const std::size_t stride = kept ? column_stride_ : static_cast<std::size_t>(block_size());
    const float* const columns = kept ? columns_.data() + first : work.floats.data();
    const float* const squares = kept ? squares_.data() + first : work.squares.data();
    if (!kept) pack_columns(first, last, work.floats.data(), stride, work.squares.data());
    const float error = 3 * panels_.error_of(n ? *std::max_element(squares, squares + n) : 0);
    assign_kernels().nearest_narrow(columns, stride, (n + 63) / 64 * 64, panels_.size(),
                                    panels_.group(0),
                                    {work.first.data(), work.second.data(), work.place.data()});
    for (std::size_t r = 0; r < n; ++r) {
        const std::ptrdiff_t i = first + static_cast<std::ptrdiff_t>(r);
        std::int32_t label = work.place[r];
        if (!(work.second[r] > work.first[r] + error)) label = nearest_exactly(i);
        if (label != labels_[i]) relabel(i, label, work);
    }
}

/// The nearest of all centers.
template <class T>
std::int32_t Assigner<T>::nearest_exactly(std::ptrdiff_t i) const {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < panels_.k(); ++j) {
        const double d = samples_.squared_distance(i, centers_.data() + j * panels_.size());
        if (d < least) least = d, best = j;
    }
    return static_cast<std::int32_t>(best);
}

}  // namespace imgmine
