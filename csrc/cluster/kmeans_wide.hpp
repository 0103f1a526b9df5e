#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "cluster/kmeans_assigner.hpp"

// How rows of many values are labeled.
namespace imgmine {

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

/// Labels a row by what was sought.
template <class T>
void Assigner<T>::decide(std::size_t p, Work& work) {
    const std::size_t n_groups = panels_.n_groups(), base = p * n_groups;
    const std::ptrdiff_t i = work.rows[p];
    const float square = work.squares[p], error = panels_.error_of(square);
    const bool known = bounded_ && !fresh_;
    const std::size_t own_group =
        known ? panels_.group_of(static_cast<std::size_t>(labels_[i])) : 0;
    const bool own_unsought = known && work.state[base + own_group] == unsought;
    const float own_upper = own_unsought ? upper_[static_cast<std::size_t>(i)] : infinity;
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
    std::int32_t label = labels_[i];
    if (!(next > limit)) {
        double exact;
        label = decide_exactly(p, limit, own, work, exact);
        score = static_cast<float>(exact) - square;
    } else if (!own_unsought || where != own_group) {
        label = found(p, where, work);
    }
    if (bounded_) keep_bounds(p, label, score, own, work);
    relabel(i, label, work);
}

/// The nearest center of a group that was looked at.
template <class T>
std::int32_t Assigner<T>::found(std::size_t p, std::size_t g, const Work& work) const {
    const auto place = static_cast<std::size_t>(work.place[p * panels_.n_groups() + g]);
    return static_cast<std::int32_t>(panels_.center_at(g, place));
}

/// Bounds the distances of a row from its center, whose score is given, and from all others.
template <class T>
void Assigner<T>::keep_bounds(std::size_t p, std::int32_t label, float score, float own,
                              const Work& work) {
    const std::size_t n_groups = panels_.n_groups(), base = p * n_groups;
    const auto row = static_cast<std::size_t>(work.rows[p]);
    const float square = work.squares[p], error = panels_.error_of(square);
    const auto low = [&](float s) {
        return std::sqrt(std::max(square + s - 1.5f * error, 0.0f)) * 0.999999f;
    };
    const std::size_t group = panels_.group_of(static_cast<std::size_t>(label));
    float* const lower = lower_.data() + row * n_groups;
    for (std::size_t g = 0; g < n_groups; ++g) {
        if (work.state[base + g] == unsought) continue;
        const bool holds = g == group && found(p, g, work) == label;
        lower[g] = low(holds ? work.second[base + g] : work.first[base + g]);
    }
    if (own < infinity && label != labels_[row]) {
        float& former = lower[panels_.group_of(static_cast<std::size_t>(labels_[row]))];
        former = std::min(former, low(own - 4 * error));
    }
    upper_[row] = std::sqrt(std::max(square + score + 1.5f * error, 0.0f)) * 1.000001f;
}

template <class T>
void Assigner<T>::assign_block(std::ptrdiff_t first, std::ptrdiff_t last, Work& work) {
    select(first, last, work);
    if (work.rows.empty()) return;
    seek(work);
    for (std::size_t p = 0; p < work.rows.size(); ++p) decide(p, work);
}

}  // namespace imgmine
