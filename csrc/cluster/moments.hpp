#pragma once

#include <vector>

#include "base/image.hpp"
#include "cluster/blocks.hpp"
#include "kernels/cluster.hpp"

namespace imgmine {

/// Sums of rows and of their squares.
struct Moments {
    std::vector<double> sums, squares;

    explicit Moments(std::size_t size) : sums(size), squares(size) {}
    Moments& operator+=(const Moments& other) {
        add_to(sums, other.sums);
        add_to(squares, other.squares);
        return *this;
    }
};

/// Moments of the rows less `center`.
inline Moments moments_about(const RowsView<float>& rows, const std::vector<float>& center) {
    const std::size_t size = center.size();
    return sum_in_blocks(rows.n_rows, Moments(size),
                         [&](std::ptrdiff_t first, std::ptrdiff_t last, Moments& moments) {
                             std::vector<float> row(size);
                             for (std::ptrdiff_t r = first; r < last; ++r) {
                                 for (std::size_t i = 0; i < size; ++i)
                                     row[i] = rows.row(r)[i] - center[i];
                                 cluster_kernels().add_moments(row.data(), 1, size,
                                                               moments.sums.data(),
                                                               moments.squares.data());
                             }
                         });
}

/// The mean of at least one row.
inline std::vector<float> mean_row(const RowsView<float>& rows) {
    const auto size = static_cast<std::size_t>(rows.size);
    const Moments moments = moments_about(rows, std::vector<float>(size));
    std::vector<float> mean(size);
    for (std::size_t i = 0; i < size; ++i)
        mean[i] = static_cast<float>(moments.sums[i] / static_cast<double>(rows.n_rows));
    return mean;
}

/// How much each value of at least one row varies.
inline std::vector<double> variances_of(const RowsView<float>& rows) {
    std::vector<double> variances = moments_about(rows, mean_row(rows)).squares;
    for (double& value : variances) value /= static_cast<double>(rows.n_rows);
    return variances;
}

}  // namespace imgmine
