#include "cluster/pca.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/eigen.hpp"
#include "cluster/samples.hpp"
#include "cluster/side_by_side.hpp"
#include "kernels/cluster.hpp"
#include "kernels/covariance.hpp"

namespace imgmine {
namespace {

constexpr auto most_packed = static_cast<std::ptrdiff_t>(PackedRows::most);

/// Some rows less their mean, in blocks as the kernel wants them.
template <class T>
void pack(const RowsView<T>& rows, const double* mean, std::ptrdiff_t first, std::size_t n,
          std::size_t padded, float* out) {
    std::vector<float> row(padded);
    for (std::size_t r = 0; r < PackedRows::most; ++r) {
        if (r < n)
            sample_loops<T>().to_floats(rows.row(first + static_cast<std::ptrdiff_t>(r)), mean, 1,
                                        static_cast<std::size_t>(rows.size), row.data());
        else
            std::fill(row.begin(), row.end(), 0.0f);
        for (std::size_t j = 0; j < padded; j += 16)
            std::copy_n(row.data() + j, 16, out + j * PackedRows::most + r * 16);
    }
}

/// Where to cut the rows of a triangle for shares of equal size.
std::ptrdiff_t cut(std::ptrdiff_t share, std::ptrdiff_t shares, std::ptrdiff_t n) {
    const double left = 1 - static_cast<double>(share) / static_cast<double>(shares);
    return n - static_cast<std::ptrdiff_t>(static_cast<double>(n) * std::sqrt(left) + 0.5);
}

/// The covariance matrix (size, size), right of the diagonal and on it, turned.
template <class T>
std::vector<double> covariance(const RowsView<T>& rows, const std::vector<double>& mean) {
    const std::size_t size = mean.size(), padded = padded_to_16(rows.size);
    const std::size_t block = PackedRows::most * padded;
    const std::ptrdiff_t n_blocks = (rows.n_rows + most_packed - 1) / most_packed;
    const auto at_once = std::clamp<std::ptrdiff_t>(
        static_cast<std::ptrdiff_t>((std::size_t{1} << 20) / block), 1, n_blocks);
    std::vector<float> packed(static_cast<std::size_t>(at_once) * block);
    std::vector<double> sums(padded * padded);
    const auto registers = static_cast<std::ptrdiff_t>(padded / 16);
    for (std::ptrdiff_t from = 0; from < n_blocks; from += at_once) {
        const std::ptrdiff_t count = std::min(at_once, n_blocks - from);
        const auto data = [&](std::ptrdiff_t b) {
            return packed.data() + static_cast<std::size_t>(b) * block;
        };
        const auto values = static_cast<std::ptrdiff_t>(block);
        parallel_for(count, row_grain(values, 0.3), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (std::ptrdiff_t b = first; b < last; ++b) {
                const std::ptrdiff_t row = (from + b) * most_packed;
                const auto n = static_cast<std::size_t>(std::min(most_packed, rows.n_rows - row));
                pack(rows, mean.data(), row, n, padded, data(b));
            }
        });
        const std::ptrdiff_t cost = values * count * registers;
        parallel_for(registers, row_grain(cost / registers, 0.1),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         const auto begin =
                             static_cast<std::size_t>(cut(first, registers, registers));
                         const auto end = static_cast<std::size_t>(cut(last, registers, registers));
                         for (std::ptrdiff_t b = 0; b < count; ++b)
                             covariance_kernels().add_products({data(b), padded}, begin * 16,
                                                               end * 16, sums.data());
                     });
    }
    const double degrees = static_cast<double>(std::max<std::ptrdiff_t>(rows.n_rows - 1, 1));
    std::vector<double> matrix(size * size);
    for (std::size_t i = 0; i < size; ++i)
        for (std::size_t j = i; j < size; ++j)
            matrix[j * size + i] = sums[i * padded + j] / degrees;
    return matrix;
}

/// Which of two opposite directions an eigenvector has is nobody's business: this settles it.
double sign_of(const double* vector, std::size_t n) {
    std::size_t most = 0;
    for (std::size_t i = 1; i < n; ++i)
        if (std::abs(vector[i]) > std::abs(vector[most])) most = i;
    return vector[most] < 0 ? -1 : 1;
}

}  // namespace

template <class T>
Pca fit_pca(const RowsView<T>& rows, std::ptrdiff_t n_components) {
    require(n_components >= 1 && n_components <= rows.size,
            "n_components must be from 1 to the number of features, " + std::to_string(rows.size) +
                ", got " + std::to_string(n_components));
    require(rows.n_rows >= 1, "X must have at least one row");
    const auto n = static_cast<std::size_t>(rows.size);
    const SampleMoments moments = moments_of(Samples<T>{rows});
    require(moments.most <= 1e18, "X must not hold values above 1e18");
    Pca pca;
    for (const double mean : moments.mean) pca.mean.push_back(static_cast<float>(mean));
    std::vector<double> matrix = covariance(rows, moments.mean);
    const Eigen eigen(matrix, n);
    const auto count = static_cast<std::size_t>(n_components);
    const std::vector<double> vectors = eigen.largest(count);
    for (std::size_t c = 0; c < n; ++c) pca.total_variance += std::max(eigen.value(c), 0.0);
    for (std::size_t c = 0; c < count; ++c) {
        const double* vector = vectors.data() + c * n;
        const double sign = sign_of(vector, n);
        for (std::size_t i = 0; i < n; ++i)
            pca.components.push_back(static_cast<float>(sign * vector[i]));
        pca.variances.push_back(std::max(eigen.value(c), 0.0));
    }
    return pca;
}

template Pca fit_pca(const RowsView<float>&, std::ptrdiff_t);
template Pca fit_pca(const RowsView<double>&, std::ptrdiff_t);
template Pca fit_pca(const RowsView<std::uint8_t>&, std::ptrdiff_t);

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
