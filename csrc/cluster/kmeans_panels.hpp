#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "kernels/assign.hpp"

namespace imgmine {

/// k centers as the kernels want them: floats less `shift`, in groups of neighbors.
class Panels {
  public:
    /// Groups hold a multiple of 16 centers, such that there are at most `most_groups` of them.
    /// Rows of at most `narrowest` values are not to be grouped.
    Panels(const std::vector<double>& centers, std::size_t k, std::vector<double> shift,
           std::size_t most_groups);

    /// Takes centers that have moved; the groups stay as they are.
    void set(const std::vector<double>& centers);

    static constexpr std::size_t narrowest = 8;
    bool narrow() const { return size_ <= narrowest; }

    std::size_t k() const { return k_; }
    std::size_t size() const { return size_; }
    std::size_t n_groups() const { return n_groups_; }
    const double* shift() const { return shift_.empty() ? nullptr : shift_.data(); }
    CenterGroup group(std::size_t g) const;
    /// Of a place in a group.
    std::size_t center_at(std::size_t g, std::size_t place) const {
        return narrow() ? place : order_[g * group_size_ + place];
    }
    std::size_t group_of(std::size_t center) const { return groups_[center]; }
    std::size_t group_size() const { return group_size_; }
    static constexpr std::size_t nobody = ~std::size_t{0};
    const float* center(std::size_t j) const { return rows_.data() + j * size_; }

    /// How wrong the score of a row of the given square may be.
    float error_of(float square) const { return error_ * (square + most_square_); }

  private:
    void group_neighbors(const std::vector<double>& centers);
    void split(const std::vector<double>& centers, std::size_t first, std::size_t n_groups,
               std::vector<std::size_t>& members);

    std::size_t k_, size_, group_size_ = 0, n_groups_ = 1;
    std::vector<double> shift_;
    std::vector<std::size_t> order_, groups_;
    std::vector<float> values_, terms_, rows_;
    float most_square_ = 0, error_;
};

inline Panels::Panels(const std::vector<double>& centers, std::size_t k, std::vector<double> shift,
                      std::size_t most_groups)
    : k_(k), size_(centers.size() / k), shift_(std::move(shift)), groups_(k), rows_(k * size_) {
    // A sum of size + 5 roundings (Higham), twice over.
    error_ = 2 * static_cast<float>(size_ + 8) * 0x1p-24f;
    if (narrow()) {
        values_.resize(k * size_);
        terms_.resize(k);
    } else {
        const std::size_t registers = (k + 15) / 16;
        const std::size_t most = std::clamp<std::size_t>(most_groups, 1, registers);
        group_size_ = (registers + most - 1) / most * 16;
        n_groups_ = (k + group_size_ - 1) / group_size_;
        values_.resize(n_groups_ * group_size_ * size_);
        terms_.resize(n_groups_ * group_size_);
        group_neighbors(centers);
    }
    set(centers);
}

/// Orders `members` such that each run of group_size_ of them is a group of neighbors.
inline void Panels::split(const std::vector<double>& centers, std::size_t first,
                          std::size_t n_groups, std::vector<std::size_t>& members) {
    if (n_groups < 2 || members.size() <= group_size_) {
        for (std::size_t i = 0; i < members.size(); ++i)
            order_[first * group_size_ + i] = members[i];
        return;
    }
    const auto distance = [&](std::size_t a, std::size_t b) {
        double total = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const double d = centers[a * size_ + i] - centers[b * size_ + i];
            total += d * d;
        }
        return total;
    };
    const auto farthest = [&](std::size_t from) {
        return *std::max_element(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
            return distance(from, a) < distance(from, b);
        });
    };
    const std::size_t a = farthest(members[0]), b = farthest(a);
    std::vector<std::pair<double, std::size_t>> sides;
    for (const std::size_t j : members) sides.emplace_back(distance(a, j) - distance(b, j), j);
    std::sort(sides.begin(), sides.end());
    const std::size_t half = n_groups / 2, middle = std::min(half * group_size_, sides.size());
    std::vector<std::size_t> low, high;
    for (std::size_t i = 0; i < sides.size(); ++i)
        (i < middle ? low : high).push_back(sides[i].second);
    split(centers, first, half, low);
    split(centers, first + half, n_groups - half, high);
}

inline void Panels::group_neighbors(const std::vector<double>& centers) {
    order_.assign(n_groups_ * group_size_, nobody);
    std::vector<std::size_t> all(k_);
    for (std::size_t j = 0; j < k_; ++j) all[j] = j;
    split(centers, 0, n_groups_, all);
    for (std::size_t at = 0; at < order_.size(); ++at)
        if (order_[at] != nobody) groups_[order_[at]] = at / group_size_;
}

inline void Panels::set(const std::vector<double>& centers) {
    std::vector<float> squares(k_);
    most_square_ = 0;
    for (std::size_t j = 0; j < k_; ++j) {
        double square = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            const double x = centers[j * size_ + i] - (shift_.empty() ? 0 : shift_[i]);
            square += x * x;
            rows_[j * size_ + i] = static_cast<float>(x);
        }
        squares[j] = static_cast<float>(square);
        most_square_ = std::max(most_square_, squares[j]);
    }
    if (narrow()) {
        for (std::size_t at = 0; at < values_.size(); ++at) values_[at] = -2 * rows_[at];
        terms_ = squares;
        return;
    }
    std::fill(terms_.begin(), terms_.end(), std::numeric_limits<float>::infinity());
    for (std::size_t at = 0; at < order_.size(); ++at) {
        const std::size_t j = order_[at], g = at / group_size_, lane = at % group_size_;
        if (j == nobody) continue;
        terms_[at] = squares[j];
        float* to = values_.data() + g * size_ * group_size_ + lane;
        for (std::size_t i = 0; i < size_; ++i) to[i * group_size_] = -2 * rows_[j * size_ + i];
    }
}

inline CenterGroup Panels::group(std::size_t g) const {
    if (narrow()) return {values_.data(), terms_.data(), k_};
    return {values_.data() + g * size_ * group_size_, terms_.data() + g * group_size_, group_size_};
}

/// What to subtract before values are rounded to floats, if anything: the mean, where it is far
/// from 0 beside how much values vary.
inline std::vector<double> shift_for(const std::vector<double>& mean, double variance,
                                     bool always) {
    double square = 0;
    for (const double x : mean) square += x * x;
    return always || square > 4 * variance ? mean : std::vector<double>{};
}

}  // namespace imgmine
