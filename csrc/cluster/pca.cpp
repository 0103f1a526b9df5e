#include "cluster/pca.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/blocks.hpp"
#include "cluster/moments.hpp"
#include "cluster/side_by_side.hpp"
#include "kernels/cluster.hpp"
#include "kernels/linear.hpp"

namespace imgmine {
namespace {

struct Sums {
    std::vector<double> values;
    Sums& operator+=(const Sums& other) {
        add_to(values, other.values);
        return *this;
    }
};

/// The upper triangle of the covariance matrix (size, size), and the lower one its image.
std::vector<double> covariance(const RowsView<float>& rows, const std::vector<float>& mean) {
    const std::size_t size = mean.size();
    Sums sums = sum_in_blocks(rows.n_rows, Sums{std::vector<double>(size * size)},
                              [&](std::ptrdiff_t first, std::ptrdiff_t last, Sums& some) {
                                  std::vector<float> centered(size);
                                  for (std::ptrdiff_t r = first; r < last; ++r) {
                                      for (std::size_t i = 0; i < size; ++i)
                                          centered[i] = rows.row(r)[i] - mean[i];
                                      for (std::size_t i = 0; i < size; ++i)
                                          linear_kernels().f32.add(
                                              centered.data() + i, static_cast<double>(centered[i]),
                                              some.values.data() + i * size + i, size - i);
                                  }
                              });
    const double degrees = static_cast<double>(std::max<std::ptrdiff_t>(rows.n_rows - 1, 1));
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = i; j < size; ++j)
            sums.values[j * size + i] = sums.values[i * size + j] /= degrees;
    return std::move(sums.values);
}

/// Turns rows p and q of a matrix of n columns by the angle of the given sine and cosine.
void rotate(double* p, double* q, std::size_t n, double cosine, double sine) {
    for (std::size_t i = 0; i < n; ++i) {
        const double a = p[i], b = q[i];
        p[i] = cosine * a - sine * b;
        q[i] = sine * a + cosine * b;
    }
}

/// Makes a[p][q] of a symmetric matrix zero, by turning rows, columns and the rows of `vectors`.
void annihilate(std::vector<double>& a, std::vector<double>& vectors, std::size_t n, std::size_t p,
                std::size_t q) {
    const double off = a[p * n + q];
    const double theta = (a[q * n + q] - a[p * n + p]) / (2 * off);
    const double tangent = (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
    const double cosine = 1 / std::sqrt(tangent * tangent + 1), sine = tangent * cosine;
    const double pp = a[p * n + p] - tangent * off, qq = a[q * n + q] + tangent * off;
    rotate(a.data() + p * n, a.data() + q * n, n, cosine, sine);
    for (std::size_t i = 0; i < n; ++i) {
        a[i * n + p] = a[p * n + i];
        a[i * n + q] = a[q * n + i];
    }
    a[p * n + p] = pp;
    a[q * n + q] = qq;
    a[p * n + q] = a[q * n + p] = 0;
    rotate(vectors.data() + p * n, vectors.data() + q * n, n, cosine, sine);
}

/// The eigenvectors of a symmetric matrix (n, n) as rows; its eigenvalues are left on the diagonal.
std::vector<double> eigenvectors(std::vector<double>& a, std::size_t n) {
    std::vector<double> vectors(n * n);
    for (std::size_t i = 0; i < n; ++i) vectors[i * n + i] = 1;
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += std::abs(a[i * n + i]);
    const double nothing = 1e-18 * trace;
    for (int sweep = 0; sweep < 60; ++sweep) {
        bool done = true;
        for (std::size_t p = 0; p + 1 < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (!(std::abs(a[p * n + q]) > nothing)) continue;
                annihilate(a, vectors, n, p, q);
                done = false;
            }
        if (done) break;
    }
    return vectors;
}

/// Which of two opposite directions an eigenvector has is nobody's business: this settles it.
double sign_of(const double* vector, std::size_t n) {
    std::size_t most = 0;
    for (std::size_t i = 1; i < n; ++i)
        if (std::abs(vector[i]) > std::abs(vector[most])) most = i;
    return vector[most] < 0 ? -1 : 1;
}

}  // namespace

Pca fit_pca(const RowsView<float>& rows, std::ptrdiff_t n_components) {
    require(n_components >= 1 && n_components <= rows.size,
            "n_components must be from 1 to the number of features, " + std::to_string(rows.size) +
                ", got " + std::to_string(n_components));
    require(rows.n_rows >= 1, "X must have at least one row");
    const auto n = static_cast<std::size_t>(rows.size);
    Pca pca;
    pca.mean = mean_row(rows);
    std::vector<double> matrix = covariance(rows, pca.mean);
    const std::vector<double> vectors = eigenvectors(matrix, n);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto variance = [&](std::size_t i) { return std::max(matrix[i * n + i], 0.0); };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return variance(a) > variance(b); });
    for (std::size_t i = 0; i < n; ++i) pca.total_variance += variance(order[i]);
    for (std::size_t c = 0; c < static_cast<std::size_t>(n_components); ++c) {
        const double* vector = vectors.data() + order[c] * n;
        const double sign = sign_of(vector, n);
        for (std::size_t i = 0; i < n; ++i)
            pca.components.push_back(static_cast<float>(sign * vector[i]));
        pca.variances.push_back(variance(order[c]));
    }
    return pca;
}

void project(const RowsView<float>& rows, const float* mean, const float* components,
             std::ptrdiff_t k, float* out) {
    const std::vector<float> columns = side_by_side(components, k, rows.size);
    const std::size_t padded = padded_to_16(k);
    const std::vector<float> offsets(padded);
    constexpr std::ptrdiff_t block = 64;
    const std::ptrdiff_t n_blocks = (rows.n_rows + block - 1) / block;
    const auto size = static_cast<std::size_t>(rows.size);
    const std::ptrdiff_t grain =
        row_grain(block * std::max<std::ptrdiff_t>(k * rows.size, 1), 0.05);
    parallel_for(n_blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<float> centered(block * size), products(block * padded);
        for (std::ptrdiff_t b = first * block; b < std::min(last * block, rows.n_rows);
             b += block) {
            const auto n = static_cast<std::size_t>(std::min(block, rows.n_rows - b));
            for (std::size_t r = 0; r < n; ++r)
                for (std::size_t i = 0; i < size; ++i)
                    centered[r * size + i] =
                        rows.row(b + static_cast<std::ptrdiff_t>(r))[i] - mean[i];
            cluster_kernels().multiply({centered.data(), n, size, size}, offsets.data(),
                                       columns.data(), padded, products.data());
            for (std::size_t r = 0; r < n; ++r)
                std::copy_n(products.data() + r * padded, k,
                            out + (b + static_cast<std::ptrdiff_t>(r)) * k);
        }
    });
}

}  // namespace imgmine
