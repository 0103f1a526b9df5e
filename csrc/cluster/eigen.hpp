#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/covariance.hpp"

namespace imgmine {

/// The eigenvectors of a symmetric matrix (n, n): reflections make it tridiagonal (Householder),
/// rotations diagonal (implicit QL), and both are then applied to the vectors. The same bits on
/// every CPU and with any number of threads.
class Eigen {
  public:
    /// Reads the values at and below the diagonal, and overwrites them.
    Eigen(std::vector<double>& matrix, std::size_t n)
        : n_(n), matrix_(matrix), diagonal_(n), beside_(n), vectors_(n * n) {
        tridiagonalize();
        std::vector<double> off = beside_;
        diagonalize(off);
        order_.resize(n);
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(),
                         [&](std::size_t a, std::size_t b) { return diagonal_[a] > diagonal_[b]; });
    }

    /// The c-th largest.
    double value(std::size_t c) const { return diagonal_[order_[c]]; }

    /// out (count, n) = the vectors of the largest values, of length 1.
    std::vector<double> largest(std::size_t count) const {
        std::vector<double> out(count * n_);
        const auto cost = static_cast<std::ptrdiff_t>(n_ * n_);
        parallel_for(static_cast<std::ptrdiff_t>(count), row_grain(cost, 0.3),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         for (std::ptrdiff_t c = first; c < last; ++c)
                             reflect_back(static_cast<std::size_t>(c), out);
                     });
        return out;
    }

  private:
    double* row(std::size_t i) { return matrix_.data() + i * n_; }
    const double* row(std::size_t i) const { return matrix_.data() + i * n_; }

    /// Makes row i, of which the first i values count, a reflection that leaves the last of them:
    /// of length sqrt(2), or zeros. Returns what is left.
    static double make_reflection(double* v, std::size_t i) {
        double scale = 0;
        for (std::size_t j = 0; j + 1 < i; ++j) scale = std::max(scale, std::abs(v[j]));
        const double last = v[i - 1];
        if (!(scale > 0)) {
            std::fill_n(v, i, 0.0);
            return last;
        }
        scale = std::max(scale, std::abs(last));
        for (std::size_t j = 0; j < i; ++j) v[j] /= scale;
        const double square = covariance_kernels().dot(v, v, i);
        const double length = std::sqrt(square), left = v[i - 1] > 0 ? -length : length;
        const double h = square - v[i - 1] * left;  // half the square of what v becomes
        v[i - 1] -= left;
        const double unit = 1 / std::sqrt(h);
        for (std::size_t j = 0; j < i; ++j) v[j] *= unit;
        return left * scale;
    }

    /// From the last row up: the reflection of row i clears what stands left of beside_[i]. Each
    /// row is changed by one reflection and multiplied by the next in one go.
    void tridiagonalize() {
        std::vector<double> w(n_), products(n_), zeros(n_);
        const double* v = zeros.data();
        double* last = w.data();
        std::vector<double> former(n_);
        for (std::size_t i = n_ - 1; i >= 1; --i) {
            double* const own = row(i);
            // The reflection before this one has yet to change this row.
            covariance_kernels().reflect_row(own, i, v[i], last[i], 0, v, last, zeros.data(),
                                             products.data());
            diagonal_[i] = own[i];
            beside_[i] = make_reflection(own, i);
            std::fill_n(products.begin(), n_, 0.0);
            for (std::size_t r = 0; r < i; ++r) {
                const double d = covariance_kernels().reflect_row(row(r), r, v[r], last[r], own[r],
                                                                  v, last, own, products.data());
                products[r] += d + row(r)[r] * own[r];
            }
            // H A H = A - v w' - w v' with w = A v - (v' A v / 2) v, v of length sqrt(2).
            const double half = covariance_kernels().dot(products.data(), own, i) / 2;
            for (std::size_t r = 0; r < i; ++r) last[r] = products[r] - half * own[r];
            v = own;
        }
        diagonal_[0] = n_ > 1 ? row(0)[0] - 2 * v[0] * last[0] : row(0)[0];
    }

    struct Turns {
        std::size_t first;  // row that is turned last
        std::vector<double> values;
    };

    /// Rotates the tridiagonal matrix (EISPACK's tql2) and the vectors.
    void diagonalize(std::vector<double>& e) {
        for (std::size_t i = 0; i < n_; ++i) vectors_[i * n_ + i] = 1;
        for (std::size_t i = 1; i < n_; ++i) e[i - 1] = e[i];
        if (n_) e[n_ - 1] = 0;
        std::vector<Turns> turns;
        std::size_t waiting = 0;
        constexpr double tiny = std::numeric_limits<double>::epsilon();
        for (std::size_t l = 0; l < n_; ++l)
            for (int round = 0; round < 100; ++round) {
                std::size_t m = l;
                for (; m + 1 < n_; ++m)
                    if (std::abs(e[m]) <=
                        tiny * (std::abs(diagonal_[m]) + std::abs(diagonal_[m + 1])))
                        break;
                if (m == l) break;
                turns.push_back(sweep(l, m, e));
                waiting += turns.back().values.size();
                if (waiting < (1u << 17)) continue;
                turn_vectors(turns);
                turns.clear();
                waiting = 0;
            }
        turn_vectors(turns);
    }

    /// One implicit step of QL on rows l to m.
    Turns sweep(std::size_t l, std::size_t m, std::vector<double>& e) {
        std::vector<double>& d = diagonal_;
        const auto length = [](double a, double b) { return std::sqrt(a * a + b * b); };
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        double r = length(g, 1);
        g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r));
        double s = 1, c = 1, p = 0;
        Turns out{l, {}};
        out.values.reserve(2 * (m - l));
        bool underflow = false;
        for (std::size_t i = m; i-- > l;) {
            const double f = s * e[i], b = c * e[i];
            r = length(f, g);
            e[i + 1] = r;
            if (r == 0) {
                d[i + 1] -= p;
                e[m] = 0;
                out.first = i + 1;
                underflow = true;
                break;
            }
            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
            out.values.push_back(c);
            out.values.push_back(s);
        }
        if (!underflow) {
            d[l] -= p;
            e[l] = g;
            e[m] = 0;
        }
        return out;
    }

    void turn_vectors(const std::vector<Turns>& turns) {
        if (turns.empty()) return;
        constexpr std::size_t width = 64;
        const std::size_t strips = (n_ + width - 1) / width;
        std::size_t all = 0;
        for (const Turns& some : turns) all += some.values.size();
        parallel_for(
            static_cast<std::ptrdiff_t>(strips), row_grain(static_cast<std::ptrdiff_t>(all), 10),
            [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                std::vector<double> strip(n_ * width);
                for (std::ptrdiff_t at = first; at < last; ++at) {
                    const std::size_t column = static_cast<std::size_t>(at) * width;
                    const std::size_t n = std::min(width, n_ - column);
                    for (std::size_t i = 0; i < n_; ++i)
                        std::copy_n(vectors_.data() + i * n_ + column, n, strip.data() + i * width);
                    for (const Turns& some : turns)
                        covariance_kernels().rotate(strip.data() + some.first * width, width,
                                                    some.values.data(), some.values.size() / 2);
                    for (std::size_t i = 0; i < n_; ++i)
                        std::copy_n(strip.data() + i * width, n, vectors_.data() + i * n_ + column);
                }
            });
    }

    void reflect_back(std::size_t c, std::vector<double>& out) const {
        double* const y = out.data() + c * n_;
        std::copy_n(vectors_.data() + order_[c] * n_, n_, y);
        for (std::size_t i = 1; i < n_; ++i) {
            const double product = covariance_kernels().dot(row(i), y, i);
            covariance_kernels().add_scaled(y, row(i), -product, i);
        }
    }

    std::size_t n_;
    std::vector<double>& matrix_;
    std::vector<double> diagonal_, beside_, vectors_;
    std::vector<std::size_t> order_;
};

}  // namespace imgmine
