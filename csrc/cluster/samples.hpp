#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "base/image.hpp"
#include "cluster/blocks.hpp"
#include "kernels/samples.hpp"

namespace imgmine {

template <class T>
const SampleLoops<T>& sample_loops() {
    if constexpr (std::is_same_v<T, float>)
        return sample_kernels().f32;
    else if constexpr (std::is_same_v<T, double>)
        return sample_kernels().f64;
    else
        return sample_kernels().u8;
}

/// Rows that are clustered: each with a weight of its own, or 1; divided by their length, where
/// clusters are of directions. They stay where they are and of the type they are.
template <class T>
struct Samples {
    RowsView<T> rows;
    const double* weights = nullptr;
    bool unit = false;

    std::ptrdiff_t n() const { return rows.n_rows; }
    std::size_t size() const { return static_cast<std::size_t>(rows.size); }
    double weight(std::ptrdiff_t i) const { return weights ? weights[i] : 1; }

    double scale(std::ptrdiff_t i) const {
        if (!unit) return 1;
        const double square = sample_loops<T>().square(rows.row(i), size());
        return square > 0 ? 1 / std::sqrt(square) : 0;
    }
    double squared_distance(std::ptrdiff_t i, const double* center) const {
        return sample_loops<T>().squared_distance(rows.row(i), scale(i), center, size());
    }
    /// Adds `times` the row to sums on a grid, on which no order of adding matters.
    void add(std::ptrdiff_t i, double times, double grid, double* sums) const {
        const double factor = times * scale(i);
        if (size() >= 16) return sample_loops<T>().add(rows.row(i), factor, grid, size(), sums);
        for (std::size_t c = 0; c < size(); ++c)
            sums[c] += (factor * static_cast<double>(rows.row(i)[c]) + grid) - grid;
    }
};

/// What the rows' values are like.
struct SampleMoments {
    std::vector<double> mean;
    double variance = 0;  ///< sum over the features, the mean's error not taken off
    double most = 0;      ///< largest absolute value
    double weight = 0;    ///< of all rows
};

struct MomentSums {
    std::vector<double> sums, squares;
    double most = 0, weight = 0;

    MomentSums& operator+=(const MomentSums& other) {
        add_to(sums, other.sums);
        add_to(squares, other.squares);
        most = std::max(most, other.most);
        weight += other.weight;
        return *this;
    }
};

/// The first row that is not far out of the way: any would do.
template <class T>
std::vector<double> pivot_of(const RowsView<T>& rows) {
    std::vector<double> pivot(static_cast<std::size_t>(rows.size));
    for (std::size_t i = 0; i < pivot.size(); ++i) pivot[i] = static_cast<double>(rows.row(0)[i]);
    return pivot;
}

template <class T>
SampleMoments moments_of(const Samples<T>& samples) {
    const RowsView<T>& rows = samples.rows;
    const std::size_t size = samples.size();
    const std::vector<double> pivot = pivot_of(rows);
    const MomentSums zero{std::vector<double>(size), std::vector<double>(size)};
    const auto add = [&](std::ptrdiff_t first, std::ptrdiff_t last, MomentSums& sums) {
        constexpr std::ptrdiff_t few = 32;  // rows that stay in the nearest cache
        for (std::ptrdiff_t r = first; r < last; r += few) {
            const auto n = static_cast<std::size_t>(std::min(few, last - r));
            const double most = sample_loops<T>().add_moments(
                rows.row(r), static_cast<std::size_t>(rows.row_stride), n, size, pivot.data(),
                sums.sums.data(), sums.squares.data());
            sums.most = std::max(sums.most, most);
        }
        for (std::ptrdiff_t r = first; r < last; ++r) sums.weight += samples.weight(r);
    };
    const MomentSums sums = sum_in_blocks(rows.n_rows, zero, add);
    SampleMoments out{std::vector<double>(size), 0, sums.most, sums.weight};
    const auto n = static_cast<double>(rows.n_rows);
    for (std::size_t i = 0; i < size; ++i) {
        const double mean = sums.sums[i] / n;
        out.mean[i] = pivot[i] + mean;
        out.variance += std::max(sums.squares[i] / n - mean * mean, 0.0);
    }
    return out;
}

/// The number that, added and subtracted, rounds values of at most `most` to a grid on which sums
/// of rows whose weights sum to `weight` are exact.
inline double grid_for(double most, double weight) {
    // Sums are below 2^53 units, values below 2^51.
    int exponent = 0;
    std::frexp(std::max(most, 1e-250) * std::max(weight, 4.0), &exponent);
    return std::ldexp(1.5, std::max(exponent - 53 + 1, -1000) + 52);
}

}  // namespace imgmine
