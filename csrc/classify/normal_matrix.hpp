#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "base/aligned.hpp"
#include "base/parallel.hpp"
#include "kernels/normal.hpp"

namespace imgmine {

/// A positive definite matrix, ridge I + sum of x x', and then its Cholesky factor: half of it, in
/// tiles of 16 x 16 (kernels/normal.hpp). Rows are taken in panels.
class NormalMatrix {
  public:
    static constexpr std::size_t side = 16, panel_rows = 64, stripe_size = panel_rows * side;

    explicit NormalMatrix(std::size_t size)
        : n_stripes_((size + side - 1) / side),
          tiles_(n_tiles() * side * side),
          panel_(n_stripes_ * stripe_size),
          solved_(n_stripes_ * side) {}

    static std::size_t bytes(std::size_t size) {
        const std::size_t stripes = (size + side - 1) / side;
        return sizeof(double) * (stripes * (stripes + 1) / 2 * side * side + stripes * stripe_size);
    }

    std::size_t padded() const { return n_stripes_ * side; }

    bool is_factored() const { return is_factored_; }

    void begin(double ridge) {
        is_factored_ = false;
        std::fill(tiles_.begin(), tiles_.end(), 0.0);
        for (std::size_t i = 0; i < padded(); ++i)
            tile(i / side, i / side)[i % side * side + i % side] = ridge;
    }

    /// Adds n rows x: pack(r, out) writes values of row r, which must be floats, sixteen at a time,
    /// each sixteen `stripe_size` behind the last.
    template <class Pack>
    void add_rows(std::size_t n, const Pack& pack) {
        constexpr std::ptrdiff_t rows_worth_a_thread = 16;
        for (std::size_t first = 0; first < n; first += panel_rows) {
            const std::size_t filled = std::min(panel_rows, n - first);
            parallel_for(static_cast<std::ptrdiff_t>(filled), rows_worth_a_thread,
                         [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
                             for (auto r = static_cast<std::size_t>(begin);
                                  r < static_cast<std::size_t>(end); ++r)
                                 pack(first + r, panel_.data() + side * r);
                         });
            add_panel(filled);
        }
    }

    /// Leaves the factor in single precision: it is for a preconditioner.
    void factor() {
        const NormalKernels& kernels = normal_kernels();
        for (std::size_t j = 0; j < n_stripes_; ++j) {
            double* diagonal = tile(j, j);
            kernels.subtract_products(tile(j, 0), tile(j, 0), j * side, diagonal);
            factor_tile(diagonal);
            const auto below = static_cast<std::ptrdiff_t>(n_stripes_ - j - 1);
            const auto grain = static_cast<std::ptrdiff_t>(1 + 40 / (j + 1));
            parallel_for(below, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                for (std::ptrdiff_t k = first; k < last; ++k) {
                    const std::size_t i = j + 1 + static_cast<std::size_t>(k);
                    kernels.subtract_products(tile(i, 0), tile(j, 0), j * side, tile(i, j));
                    kernels.divide_tile(diagonal, tile(i, j));
                }
            });
        }
        compress();
        is_factored_ = true;
    }

    /// Sets x, of padded() values, to a multiple of the solution for b.
    void solve(const double* b, double* x) {
        double most = 0;
        for (std::size_t i = 0; i < padded(); ++i) most = std::max(most, std::abs(b[i]));
        if (most == 0) most = 1;
        for (std::size_t i = 0; i < padded(); ++i) solved_[i] = static_cast<float>(b[i] / most);
        const auto* factor = reinterpret_cast<const float*>(tiles_.data());
        normal_kernels().forward(factor, n_stripes_, solved_.data());
        normal_kernels().backward(factor, n_stripes_, solved_.data());
        for (std::size_t i = 0; i < padded(); ++i) x[i] = most * static_cast<double>(solved_[i]);
    }

  private:
    std::size_t n_tiles() const { return n_stripes_ * (n_stripes_ + 1) / 2; }
    double* tile(std::size_t i, std::size_t j) {
        return tiles_.data() + (i * (i + 1) / 2 + j) * side * side;
    }

    void add_panel(std::size_t filled) {
        constexpr std::ptrdiff_t tiles_worth_a_thread = 32;
        parallel_for(static_cast<std::ptrdiff_t>(n_tiles()), tiles_worth_a_thread,
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         std::size_t i = 0, t = static_cast<std::size_t>(first);
                         while ((i + 1) * (i + 2) / 2 <= t) ++i;
                         for (; t < static_cast<std::size_t>(last); ++t) {
                             if ((i + 1) * (i + 2) / 2 <= t) ++i;
                             const std::size_t j = t - i * (i + 1) / 2;
                             normal_kernels().add_products(panel_.data() + i * stripe_size,
                                                           panel_.data() + j * stripe_size, filled,
                                                           tiles_.data() + t * side * side);
                         }
                     });
    }

    /// Rewrites the factor as floats, at most 1 on the diagonal, in the same place.
    void compress() {
        double most = 0;
        for (std::size_t i = 0; i < padded(); ++i)
            most = std::max(most, tile(i / side, i / side)[i % side * side + i % side]);
        auto* bytes = reinterpret_cast<std::byte*>(tiles_.data());
        for (std::size_t i = 0; i < tiles_.size(); ++i) {
            const auto value = static_cast<float>(tiles_[i] / most);
            std::memcpy(bytes + i * sizeof value, &value, sizeof value);
        }
    }

    static void factor_tile(double* tile) {
        for (std::size_t r = 0; r < side; ++r) {
            double pivot = tile[r * side + r];
            const double whole = pivot;
            for (std::size_t s = 0; s < r; ++s) pivot -= tile[s * side + r] * tile[s * side + r];
            // What rounding has left of a matrix that is singular but for it.
            const double root = std::sqrt(std::max(pivot, 1e-14 * std::max(whole, 1e-280)));
            tile[r * side + r] = root;
            for (std::size_t q = r + 1; q < side; ++q) {
                double value = tile[r * side + q];
                for (std::size_t s = 0; s < r; ++s)
                    value -= tile[s * side + q] * tile[s * side + r];
                tile[r * side + q] = value / root;
            }
        }
    }

    std::size_t n_stripes_;
    AlignedVector<double> tiles_, panel_;
    AlignedVector<float> solved_;
    bool is_factored_ = false;
};

}  // namespace imgmine
