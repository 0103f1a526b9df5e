#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "classify/naive_bayes.hpp"
#include "kernels/bayes.hpp"

// How naive_bayes.cpp comes to means and squares: block by block, class by class.
namespace imgmine {

template <class T>
inline const BayesLoops<T>& bayes_loops() {
    const BayesKernels& k = bayes_kernels();
    if constexpr (sizeof(T) == 1)
        return k.u8;
    else if constexpr (sizeof(T) == 4)
        return k.f32;
    else
        return k.f64;
}

/// The rows of one block, those of a class side by side.
struct Block {
    std::vector<std::ptrdiff_t> starts;  ///< of each class in `order`, n_classes + 1
    std::vector<std::ptrdiff_t> order;

    void sort(const ClassRows& classes, std::ptrdiff_t first, std::ptrdiff_t last) {
        starts.assign(static_cast<std::size_t>(classes.n_classes + 1), 0);
        order.resize(static_cast<std::size_t>(last - first));
        const auto after = [&](std::ptrdiff_t i) -> std::ptrdiff_t& {
            return starts[static_cast<std::size_t>(classes.codes[i]) + 1];
        };
        for (std::ptrdiff_t i = first; i < last; ++i) ++after(i);
        for (std::size_t c = 1; c < starts.size(); ++c) starts[c] += starts[c - 1];
        // Placed from the back, each class's end becomes its start.
        for (std::ptrdiff_t i = last; i-- > first;) order[static_cast<std::size_t>(--after(i))] = i;
        starts.erase(starts.begin());
        starts.push_back(last - first);
    }
};

/// Rows of one class in one block.
template <class T>
struct Members {
    std::vector<const T*> rows;
    std::vector<double> weights;
    double total = 0;
    std::size_t heaviest = 0;

    void gather(const RowsView<T>& all, const ClassRows& classes, const std::ptrdiff_t* begin,
                const std::ptrdiff_t* end, std::ptrdiff_t column) {
        rows.clear();
        weights.clear();
        total = 0;
        heaviest = 0;
        for (; begin < end; ++begin) {
            const double weight = classes.weights ? classes.weights[*begin] : 1;
            if (!(weight > 0)) continue;
            rows.push_back(all.row(*begin) + column);
            weights.push_back(weight);
            if (weight > weights[heaviest]) heaviest = weights.size() - 1;
            total += weight;
        }
    }
};

/// What is known of some columns of a class: the mean is the sum of two parts, so that a small
/// spread far from 0 loses nothing.
struct ClassMoments {
    double weight = 0;
    double *origin, *mean, *squares;  ///< of `mean` what comes on top of `origin`

    /// Joins sums of a block of rows less `shift`.
    void join(double block_weight, const std::vector<double>& shift,
              const std::vector<double>& sums, const std::vector<double>& sums_of_squares) {
        if (weight == 0) std::copy(shift.begin(), shift.end(), origin);
        const double both = weight + block_weight, share = block_weight / both;
        for (std::size_t i = 0; i < shift.size(); ++i) {
            const double block_mean = sums[i] / block_weight;
            const double about = sums_of_squares[i] - sums[i] * block_mean;
            const double step = (shift[i] - origin[i]) + block_mean - mean[i];
            squares[i] += std::max(about, 0.0) + step * step * weight * share;
            mean[i] += step * share;
        }
        weight = both;
    }
};

template <class T>
void moments_of_columns(const RowsView<T>& rows, const ClassRows& classes, std::ptrdiff_t first,
                        std::ptrdiff_t last, double* means, double* squares) {
    const std::ptrdiff_t block_rows =
        std::clamp<std::ptrdiff_t>(32 * classes.n_classes, 1024, 1 << 16);
    const auto n = static_cast<std::size_t>(last - first);
    std::vector<double> shift(n), sums(n), sums_of_squares(n);
    std::vector<double> later(n * static_cast<std::size_t>(classes.n_classes));
    std::vector<ClassMoments> moments;
    for (std::ptrdiff_t c = 0; c < classes.n_classes; ++c) {
        const std::ptrdiff_t at = c * rows.size + first;
        moments.push_back(
            {0, means + at, later.data() + static_cast<std::size_t>(c) * n, squares + at});
    }
    Block block;
    Members<T> members;
    for (std::ptrdiff_t b = 0; b < rows.n_rows; b += block_rows) {
        block.sort(classes, b, std::min(rows.n_rows, b + block_rows));
        for (std::size_t c = 0; c < moments.size(); ++c) {
            members.gather(rows, classes, block.order.data() + block.starts[c],
                           block.order.data() + block.starts[c + 1], first);
            if (members.rows.empty()) continue;
            bayes_loops<T>().widen(members.rows[members.heaviest], n, shift.data());
            std::fill(sums.begin(), sums.end(), 0.0);
            std::fill(sums_of_squares.begin(), sums_of_squares.end(), 0.0);
            bayes_loops<T>().add_deviations(
                members.rows.data(), classes.weights ? members.weights.data() : nullptr,
                members.rows.size(), shift.data(), n, sums.data(), sums_of_squares.data());
            moments[c].join(members.total, shift, sums, sums_of_squares);
        }
    }
    for (const ClassMoments& m : moments)
        for (std::size_t i = 0; i < n; ++i) m.origin[i] += m.mean[i];
}

}  // namespace imgmine
