#include "cluster/pca.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/blocks.hpp"
#include "cluster/side_by_side.hpp"
#include "kernels/cluster.hpp"
#include "kernels/covariance.hpp"

namespace imgmine {
namespace {

struct Sums {
    std::vector<double> values;
    Sums& operator+=(const Sums& other) {
        add_to(values, other.values);
        return *this;
    }
};

/// Sums n_values doubles over all rows: add(rows, work, sums) adds some.
template <class Add>
std::vector<double> sum_rows(const RowsView<float>& rows, const float* mean, std::size_t n_values,
                             const Add& add) {
    const auto add_block = [&](std::ptrdiff_t first, std::ptrdiff_t last, Sums& some) {
        constexpr auto most = static_cast<std::ptrdiff_t>(CenteredRows::most);
        std::vector<double> work(CenteredRows::most * padded_to_16(rows.size));
        for (std::ptrdiff_t r = first; r < last; r += most)
            add(CenteredRows{rows.row(r), static_cast<std::size_t>(std::min(most, last - r)),
                             static_cast<std::size_t>(rows.size),
                             static_cast<std::size_t>(rows.row_stride), mean},
                work.data(), some.values.data());
    };
    return sum_in_blocks(rows.n_rows, Sums{std::vector<double>(n_values)}, add_block).values;
}

/// The mean of at least one row.
std::vector<float> mean_row(const RowsView<float>& rows) {
    const auto add = [](const CenteredRows& some, double*, double* sums) {
        covariance_kernels().add_rows(some, sums);
    };
    const std::vector<double> sums = sum_rows(rows, nullptr, padded_to_16(rows.size), add);
    std::vector<float> mean(static_cast<std::size_t>(rows.size));
    for (std::size_t i = 0; i < mean.size(); ++i)
        mean[i] = static_cast<float>(sums[i] / static_cast<double>(rows.n_rows));
    return mean;
}

/// The covariance matrix (size, size).
std::vector<double> covariance(const RowsView<float>& rows, const std::vector<float>& mean) {
    const std::size_t size = mean.size(), padded = padded_to_16(rows.size);
    const auto add = covariance_kernels().add_products;
    const std::vector<double> sums = sum_rows(rows, mean.data(), padded * padded, add);
    const double degrees = static_cast<double>(std::max<std::ptrdiff_t>(rows.n_rows - 1, 1));
    std::vector<double> matrix(size * size);
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = i; j < size; ++j)
            matrix[j * size + i] = matrix[i * size + j] = sums[i * padded + j] / degrees;
    return matrix;
}

/// A symmetric matrix (n, n) being made diagonal, and the turns that do it.
struct Jacobi {
    std::size_t n, stride;
    std::vector<double> matrix;   // rows an odd number of cache lines apart: columns stay in cache
    std::vector<double> vectors;  // rows

    Jacobi(const std::vector<double>& symmetric, std::size_t size)
        : n(size), stride((n / 8 + 1) / 2 * 16 + 8), matrix(n * stride), vectors(n * n) {
        for (std::size_t i = 0; i < n; ++i) {
            std::copy_n(symmetric.data() + i * n, n, row(i));
            vectors[i * n + i] = 1;
        }
    }

    double* row(std::size_t i) { return matrix.data() + i * stride; }

    /// Makes the value at (p, q) zero, by turning rows, columns and the vectors.
    void annihilate(std::size_t p, std::size_t q) {
        double *const rp = row(p), *const rq = row(q);
        const double off = rp[q];
        const double theta = (rq[q] - rp[p]) / (2 * off);
        const double tangent =
            (theta < 0 ? -1 : 1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double cosine = 1 / std::sqrt(tangent * tangent + 1), sine = tangent * cosine;
        const double pp = rp[p] - tangent * off, qq = rq[q] + tangent * off;
        const auto rotate = covariance_kernels().rotate;
        rotate(rp, rq, n, cosine, sine);
        for (std::size_t i = 0; i < n; ++i) {
            row(i)[p] = rp[i];
            row(i)[q] = rq[i];
        }
        rp[p] = pp;
        rq[q] = qq;
        rp[q] = rq[p] = 0;
        rotate(vectors.data() + p * n, vectors.data() + q * n, n, cosine, sine);
    }
};

/// The eigenvectors of a symmetric matrix (n, n) as rows; its eigenvalues are left on the diagonal.
std::vector<double> eigenvectors(std::vector<double>& a, std::size_t n) {
    Jacobi jacobi(a, n);
    double trace = 0;
    for (std::size_t i = 0; i < n; ++i) trace += std::abs(a[i * n + i]);
    const double nothing = 1e-18 * trace;
    for (int sweep = 0; sweep < 60; ++sweep) {
        bool done = true;
        for (std::size_t p = 0; p + 1 < n; ++p)
            for (std::size_t q = p + 1; q < n; ++q) {
                if (!(std::abs(jacobi.row(p)[q]) > nothing)) continue;
                jacobi.annihilate(p, q);
                done = false;
            }
        if (done) break;
    }
    for (std::size_t i = 0; i < n; ++i) a[i * n + i] = jacobi.row(i)[i];
    return std::move(jacobi.vectors);
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
