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
            c[3 * i + j] =
                a[3 * i] * b[j] + a[3 * i + 1] * b[3 + j] + a[3 * i + 2] * b[6 + j];
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

/// The eigenvector of a symmetric matrix's smallest eigenvalue, by Jacobi's rotations.
template <std::size_t n>
std::array<double, n> smallest_eigenvector(Square<n> a) {
    Square<n> vectors{};
    for (std::size_t i = 0; i < n; ++i) vectors[i][i] = 1;
    for (int sweep = 0; sweep < 30; ++sweep) {
        double off = 0, diagonal = 0;
        for (std::size_t i = 0; i < n; ++i) {
            diagonal += a[i][i] * a[i][i];
            for (std::size_t j = 0; j < i; ++j) off += a[i][j] * a[i][j];
        }
        if (!(off > 1e-32 * diagonal)) break;
        for (std::size_t p = 0; p < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (a[p][q] == 0) continue;
                const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                const double t =
                    (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                const double c = 1 / std::sqrt(t * t + 1), s = t * c;
                const auto turn = [&](double& at_p, double& at_q) {
                    const double old = at_p;
                    at_p = c * old - s * at_q;
                    at_q = s * old + c * at_q;
                };
                for (std::size_t k = 0; k < n; ++k) turn(a[k][p], a[k][q]);
                for (std::size_t k = 0; k < n; ++k) turn(a[p][k], a[q][k]);
                for (std::size_t k = 0; k < n; ++k) turn(vectors[k][p], vectors[k][q]);
            }
    }
    std::size_t smallest = 0;
    for (std::size_t i = 1; i < n; ++i)
        if (a[i][i] < a[smallest][smallest]) smallest = i;
    std::array<double, n> vector{};
    for (std::size_t k = 0; k < n; ++k) vector[k] = vectors[k][smallest];
    return vector;
}

/// The homography of at least four pairs by the normalised direct linear transform.
inline Matrix3 homography_by_dlt(const PointPairs& pairs) {
    const Normalizer from(pairs.x, pairs.y), to(pairs.u, pairs.v);
    Square<9> normal{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double x = (pairs.x[i] - from.mean_x) * from.scale;
        const double y = (pairs.y[i] - from.mean_y) * from.scale;
        const double u = (pairs.u[i] - to.mean_x) * to.scale;
        const double v = (pairs.v[i] - to.mean_y) * to.scale;
        const double rows[2][9] = {{x, y, 1, 0, 0, 0, -u * x, -u * y, -u},
                                   {0, 0, 0, x, y, 1, -v * x, -v * y, -v}};
        for (const auto& row : rows)
            for (std::size_t j = 0; j < 9; ++j)
                for (std::size_t k = 0; k <= j; ++k) normal[j][k] += row[j] * row[k];
    }
    for (std::size_t j = 0; j < 9; ++j)
        for (std::size_t k = 0; k < j; ++k) normal[k][j] = normal[j][k];
    return product(to.inverse(), product(smallest_eigenvector(normal), from.matrix()));
}

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
    Square<8> normal{};
    std::array<double, 8> right{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const double x = pairs.x[i], y = pairs.y[i];
        const double w = 1 / (h[6] * x + h[7] * y + h[8]);
        const double u = (h[0] * x + h[1] * y + h[2]) * w, v = (h[3] * x + h[4] * y + h[5]) * w;
        const double xw = x * w, yw = y * w;
        const double rows[2][8] = {{xw, yw, w, 0, 0, 0, -u * xw, -u * yw},
                                   {0, 0, 0, xw, yw, w, -v * xw, -v * yw}};
        const double errors[2] = {pairs.u[i] - u, pairs.v[i] - v};
        for (std::size_t r = 0; r < 2; ++r)
            for (std::size_t j = 0; j < 8; ++j) {
                right[j] += rows[r][j] * errors[r];
                for (std::size_t k = 0; k <= j; ++k) normal[j][k] += rows[r][j] * rows[r][k];
            }
    }
    for (std::size_t j = 0; j < 8; ++j) normal[j][j] *= 1 + damping;
    const auto step = solve_positive<8>(normal, right);
    if (!step) return {};
    Matrix3 next = h;
    for (std::size_t j = 0; j < 8; ++j) next[j] += (*step)[j];
    return next;
}

/// Least squares of the distances in dst, from h on.
inline Matrix3 refined(const Matrix3& h, const PointPairs& pairs) {
    const Normalizer from(pairs.x, pairs.y), to(pairs.u, pairs.v);
    PointPairs scaled = pairs;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        scaled.x[i] = (pairs.x[i] - from.mean_x) * from.scale;
        scaled.y[i] = (pairs.y[i] - from.mean_y) * from.scale;
        scaled.u[i] = (pairs.u[i] - to.mean_x) * to.scale;
        scaled.v[i] = (pairs.v[i] - to.mean_y) * to.scale;
    }
    Matrix3 best = product(to.matrix(), product(h, from.inverse()));
    if (best[8] == 0) return h;
    const double last = best[8];
    for (double& value : best) value /= last;
    double error = squared_error(best, scaled), damping = 1e-3;
    for (int i = 0; i < 30 && damping < 1e6; ++i) {
        const auto next = step_from(best, scaled, damping);
        const double next_error = next ? squared_error(*next, scaled) : error;
        if (next_error < error) {
            const bool is_small = error - next_error <= 1e-14 * error;
            best = *next;
            error = next_error;
            damping /= 10;
            if (is_small) break;
        } else {
            damping *= 10;
        }
    }
    return product(to.inverse(), product(best, from.matrix()));
}

}  // namespace imgmine
