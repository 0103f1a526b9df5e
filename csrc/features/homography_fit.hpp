#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

// A homography of given points: exactly of four, by least squares of more.
namespace imgmine {

using Matrix3 = std::array<double, 9>;

/// Pairs of points, coordinate by coordinate.
struct PointPairs {
    std::vector<double> x, y, u, v;

    std::size_t size() const { return x.size(); }
    void add(const PointPairs& other, std::size_t i) {
        x.push_back(other.x[i]);
        y.push_back(other.y[i]);
        u.push_back(other.u[i]);
        v.push_back(other.v[i]);
    }
};

inline Matrix3 product(const Matrix3& a, const Matrix3& b) {
    Matrix3 c{};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            c[3 * i + j] = a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
    return c;
}

/// The inverse but for a factor.
inline Matrix3 adjugate(const Matrix3& m) {
    return {m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
}

inline bool is_finite(const Matrix3& m) {
    return std::all_of(m.begin(), m.end(), [](double v) { return std::isfinite(v); });
}

/// Takes the basis and (1, 1, 1) to four points, given as x[0..3], y[0..3].
inline Matrix3 basis_to_points(const double* x, const double* y) {
    const Matrix3 corners{x[0], x[1], x[2], y[0], y[1], y[2], 1, 1, 1};
    const Matrix3 inverse = adjugate(corners);
    Matrix3 out = corners;
    for (std::size_t j = 0; j < 3; ++j) {
        const double weight =
            inverse[3 * j] * x[3] + inverse[3 * j + 1] * y[3] + inverse[3 * j + 2];
        for (std::size_t i = 0; i < 3; ++i) out[3 * i + j] *= weight;
    }
    return out;
}

/// The homography of exactly four pairs, no three of them on a line.
inline Matrix3 homography_of_four(const PointPairs& four) {
    return product(basis_to_points(four.u.data(), four.v.data()),
                   adjugate(basis_to_points(four.x.data(), four.y.data())));
}

/// Moves points to mean 0 and mean distance sqrt 2 (Hartley 1997).
struct Normalizer {
    double mean_x = 0, mean_y = 0, scale = 1;

    Normalizer(const std::vector<double>& x, const std::vector<double>& y) {
        const auto n = static_cast<double>(x.size());
        for (std::size_t i = 0; i < x.size(); ++i) mean_x += x[i], mean_y += y[i];
        mean_x /= n;
        mean_y /= n;
        double distance = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double dx = x[i] - mean_x, dy = y[i] - mean_y;
            distance += std::sqrt(dx * dx + dy * dy);
        }
        if (distance > 0) scale = 1.4142135623730951 * n / distance;
    }
    Matrix3 matrix() const {
        return {scale, 0, -scale * mean_x, 0, scale, -scale * mean_y, 0, 0, 1};
    }
    Matrix3 inverse() const { return {1 / scale, 0, mean_x, 0, 1 / scale, mean_y, 0, 0, 1}; }
};

template <std::size_t n>
using Square = std::array<std::array<double, n>, n>;

/// Solves a symmetric positive system by Cholesky's factors; nothing where it is not positive.
template <std::size_t n>
std::optional<std::array<double, n>> solve_positive(Square<n> a, std::array<double, n> b) {
    for (std::size_t j = 0; j < n; ++j) {
        for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
        if (!(a[j][j] > 0)) return {};
        a[j][j] = std::sqrt(a[j][j]);
        for (std::size_t i = j + 1; i < n; ++i) {
            for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
            a[i][j] /= a[j][j];
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
        b[i] /= a[i][i];
    }
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
        b[i] /= a[i][i];
    }
    return b;
}

/// Sum of squared distances from where points are mapped to.
inline double squared_error(const Matrix3& h, const PointPairs& pairs) {
    double total = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double x = pairs.x[i], y = pairs.y[i];
        const double w = 1 / (h[6] * x + h[7] * y + h[8]);
        const double du = (h[0] * x + h[1] * y + h[2]) * w - pairs.u[i];
        const double dv = (h[3] * x + h[4] * y + h[5]) * w - pairs.v[i];
        total += du * du + dv * dv;
    }
    return total;
}

/// One step of Levenberg and Marquardt: h[8] stays.
inline std::optional<Matrix3> step_from(const Matrix3& h, const PointPairs& pairs, double damping) {
    // Rows of the Jacobian: (p, 0, -u p') and (0, p, -v p'), p = (x, y, 1) w and p' its first two.
    double squares[3][3] = {}, by_u[3][2] = {}, by_v[3][2] = {}, by_both[2][2] = {};
    std::array<double, 8> right{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double x = pairs.x[i], y = pairs.y[i];
        const double w = 1 / (h[6] * x + h[7] * y + h[8]);
        const double u = (h[0] * x + h[1] * y + h[2]) * w, v = (h[3] * x + h[4] * y + h[5]) * w;
        const double p[3] = {x * w, y * w, w};
        const double du = pairs.u[i] - u, dv = pairs.v[i] - v;
        for (std::size_t j = 0; j < 3; ++j) {
            right[j] += p[j] * du;
            right[3 + j] += p[j] * dv;
            for (std::size_t k = 0; k <= j; ++k) squares[j][k] += p[j] * p[k];
            for (std::size_t k = 0; k < 2; ++k) {
                by_u[j][k] -= u * p[j] * p[k];
                by_v[j][k] -= v * p[j] * p[k];
            }
        }
        for (std::size_t j = 0; j < 2; ++j) {
            right[6 + j] -= p[j] * (u * du + v * dv);
            for (std::size_t k = 0; k <= j; ++k) by_both[j][k] += p[j] * p[k] * (u * u + v * v);
        }
    }
    Square<8> normal{};  // its lower half
    for (std::size_t j = 0; j < 3; ++j) {
        for (std::size_t k = 0; k <= j; ++k) normal[j][k] = normal[3 + j][3 + k] = squares[j][k];
        for (std::size_t k = 0; k < 2; ++k) {
            normal[6 + k][j] = by_u[j][k];
            normal[6 + k][3 + j] = by_v[j][k];
            if (j < 2 && k <= j) normal[6 + j][6 + k] = by_both[j][k];
        }
    }
    for (std::size_t j = 0; j < 8; ++j) normal[j][j] *= 1 + damping;
    const auto step = solve_positive<8>(normal, right);
    if (!step) return {};
    Matrix3 next = h;
    for (std::size_t j = 0; j < 8; ++j) next[j] += (*step)[j];
    return next;
}

/// Nearer to the least squares of the distances in dst, from h on, in at most so many steps.
inline Matrix3 refined(const Matrix3& h, const PointPairs& pairs, int max_steps) {
    const Normalizer from(pairs.x, pairs.y), to(pairs.u, pairs.v);
    PointPairs scaled = pairs;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        scaled.x[i] = (pairs.x[i] - from.mean_x) * from.scale;
        scaled.y[i] = (pairs.y[i] - from.mean_y) * from.scale;
        scaled.u[i] = (pairs.u[i] - to.mean_x) * to.scale;
        scaled.v[i] = (pairs.v[i] - to.mean_y) * to.scale;
    }
    Matrix3 best = product(to.matrix(), product(h, from.inverse()));
    const double last = best[8];
    if (last == 0) return h;
    for (double& value : best) value /= last;
    double error = squared_error(best, scaled), damping = 1e-6;
    for (int i = 0; i < max_steps && damping < 1e3; ++i) {
        const auto next = step_from(best, scaled, damping);
        const double next_error = next ? squared_error(*next, scaled) : error;
        if (!(next_error < error)) {
            if (next_error <= error * (1 + 1e-9)) break;  // as good as it gets
            damping *= 100;
            continue;
        }
        const bool is_small = error - next_error <= 1e-9 * error;
        best = *next;
        error = next_error;
        damping /= 10;
        if (is_small) break;
    }
    return product(to.inverse(), product(best, from.matrix()));
}

}  // namespace imgmine
