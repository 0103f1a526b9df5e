#include "cluster/gaussian_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "cluster/blocks.hpp"
#include "cluster/kmeans.hpp"
#include "cluster/logarithm.hpp"
#include "cluster/moments.hpp"
#include "cluster/side_by_side.hpp"
#include "kernels/cluster.hpp"

namespace imgmine {
namespace {

constexpr double log_2 = 0.69314718055994530942, log_2_pi = 1.8378770664093454836;

/// A mixture as the kernel wants it: log2 of density = logs - sum of (x scale - shift)^2.
struct Densities {
    std::size_t padded;
    std::vector<float> logs, scales, shifts;

    explicit Densities(const GaussianMixture& mixture) : padded(padded_to_16(mixture.k)) {
        const std::size_t n = mixture.means.size();
        std::vector<double> scale(n), shift(n);
        for (std::size_t i = 0; i < n; ++i) {
            scale[i] = std::sqrt(0.5 / log_2 / mixture.variances[i]);
            shift[i] = scale[i] * mixture.means[i];
        }
        scales = side_by_side(scale.data(), mixture.k, mixture.size);
        shifts = side_by_side(shift.data(), mixture.k, mixture.size);
        logs = offsets_of(mixture.k, -std::numeric_limits<float>::infinity());
        const auto size = static_cast<std::size_t>(mixture.size);
        for (std::size_t j = 0; j < mixture.weights.size(); ++j) {
            double log = log_same_bits(mixture.weights[j]);
            for (std::size_t i = 0; i < size; ++i)
                log -= 0.5 * (log_2_pi + log_same_bits(mixture.variances[j * size + i]));
            logs[j] = static_cast<float>(log / log_2);
        }
    }
};

/// Calls take(row, shares of its components, their sum, log2 of its density) for [first, last).
template <class Take>
void visit_posteriors(const RowsView<float>& rows, const Densities& densities, std::ptrdiff_t first,
                      std::ptrdiff_t last, const Take& take) {
    constexpr std::ptrdiff_t block = 48;  // rows that stay in the nearest cache
    std::vector<float> shares(block * densities.padded), most(block), totals(block);
    for (std::ptrdiff_t b = first; b < last; b += block) {
        const std::ptrdiff_t end = std::min(b + block, last);
        cluster_kernels().posteriors(some_rows(rows, b, end), densities.logs.data(),
                                     densities.scales.data(), densities.shifts.data(),
                                     densities.padded, shares.data(), most.data(), totals.data());
        for (std::ptrdiff_t i = b; i < end; ++i) {
            const auto at = static_cast<std::size_t>(i - b);
            take(i, shares.data() + at * densities.padded, totals[at], most[at]);
        }
    }
}

/// Variances of each feature over all rows, none of them 0.
std::vector<double> positive_variances(const RowsView<float>& rows) {
    std::vector<double> variances = variances_of(rows);
    double most = 0;
    for (const double value : variances) most = std::max(most, value);
    for (double& value : variances) value = most > 0 ? std::max(value, 1e-6 * most) : 1;
    return variances;
}

/// Replaces the parameters of every component that has rows by what its rows say.
void maximize(const MixtureSums& sums, const std::vector<double>& floors, double n,
              GaussianMixture& mixture) {
    const auto size = static_cast<std::size_t>(mixture.size);
    double total = 0;
    for (std::size_t j = 0; j < mixture.weights.size(); ++j) {
        const double weight = sums.weights[j];
        mixture.weights[j] = std::max(weight / n, 1e-9);
        total += mixture.weights[j];
        if (weight < 1e-3) continue;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t at = j * size + i;
            const double mean = sums.sums[at] / weight;
            mixture.means[at] = mean;
            mixture.variances[at] = std::max(sums.squares[at] / weight - mean * mean, floors[i]);
        }
    }
    for (double& weight : mixture.weights) weight /= total;
}

/// The clusters of k-means as normal distributions.
GaussianMixture first_guess(const RowsView<float>& rows, const GaussianMixtureOptions& options,
                            const std::vector<double>& variances,
                            const std::vector<double>& floors) {
    KMeansOptions start;
    start.k = options.k;
    start.max_iter = 10;
    start.tol = 1e-3;
    start.seed = options.seed;
    const KMeansResult clusters = fit_kmeans(rows, start);
    const auto size = static_cast<std::size_t>(rows.size), k = static_cast<std::size_t>(options.k);
    GaussianMixture mixture{options.k, rows.size, std::vector<double>(k),
                            std::vector<double>(k * size), std::vector<double>(k * size)};
    mixture.means = clusters.centers;
    for (std::size_t at = 0; at < mixture.variances.size(); ++at)
        mixture.variances[at] = variances[at % size];
    MixtureSums zero{std::vector<double>(k), std::vector<double>(k * size),
                     std::vector<double>(k * size), 0};
    const MixtureSums sums = sum_in_blocks(
        rows.n_rows, zero, [&](std::ptrdiff_t first, std::ptrdiff_t last, MixtureSums& some) {
            for (std::ptrdiff_t i = first; i < last; ++i) {
                const auto j =
                    static_cast<std::size_t>(clusters.labels[static_cast<std::size_t>(i)]);
                some.weights[j] += 1;
                cluster_kernels().add_moments(rows.row(i), 1, size, some.sums.data() + j * size,
                                              some.squares.data() + j * size);
            }
        });
    maximize(sums, floors, static_cast<double>(rows.n_rows), mixture);
    return mixture;
}

}  // namespace

MixtureSums& MixtureSums::operator+=(const MixtureSums& other) {
    add_to(weights, other.weights);
    add_to(sums, other.sums);
    add_to(squares, other.squares);
    log_likelihood += other.log_likelihood;
    return *this;
}

MixtureSums mixture_sums(const RowsView<float>& rows, const GaussianMixture& mixture) {
    const Densities densities(mixture);
    const auto size = static_cast<std::size_t>(mixture.size);
    const auto k = static_cast<std::size_t>(mixture.k);
    const MixtureSums zero{std::vector<double>(k), std::vector<double>(k * size),
                           std::vector<double>(k * size), 0};
    return sum_in_blocks(
        rows.n_rows, zero, [&](std::ptrdiff_t first, std::ptrdiff_t last, MixtureSums& out) {
            visit_posteriors(rows, densities, first, last,
                             [&](std::ptrdiff_t row, const float* shares, float total, float most) {
                                 out.log_likelihood += static_cast<double>(most) * log_2 +
                                                       log_same_bits(static_cast<double>(total));
                                 const float least = least_posterior * total;
                                 for (std::size_t j = 0; j < k; ++j) {
                                     if (shares[j] < least) continue;
                                     const double share = static_cast<double>(shares[j]) /
                                                          static_cast<double>(total);
                                     out.weights[j] += share;
                                     cluster_kernels().add_moments(rows.row(row), share, size,
                                                                   out.sums.data() + j * size,
                                                                   out.squares.data() + j * size);
                                 }
                             });
        });
}

void mixture_posteriors(const RowsView<float>& rows, const GaussianMixture& mixture, float* out) {
    const Densities densities(mixture);
    const std::ptrdiff_t k = mixture.k;
    const std::ptrdiff_t grain = row_grain(std::max<std::ptrdiff_t>(k * rows.size, 1), 0.1);
    parallel_for(rows.n_rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        visit_posteriors(rows, densities, first, last,
                         [&](std::ptrdiff_t row, const float* shares, float total, float) {
                             for (std::ptrdiff_t j = 0; j < k; ++j)
                                 out[row * k + j] = shares[j] / total;
                         });
    });
}

GaussianMixtureResult fit_gaussian_mixture(const RowsView<float>& rows,
                                           const GaussianMixtureOptions& options) {
    require(options.k >= 1 && options.k <= rows.n_rows,
            "n_components must be from 1 to the number of rows of X, " +
                std::to_string(rows.n_rows) + ", got " + std::to_string(options.k));
    require(options.max_iter >= 1,
            "max_iter must be at least 1, got " + std::to_string(options.max_iter));
    require(std::isfinite(options.tol) && options.tol >= 0, "tol must be finite and not negative");
    require(std::isfinite(options.variance_floor) && options.variance_floor > 0,
            "variance_floor must be finite and positive");
    const std::vector<double> variances = positive_variances(rows);
    std::vector<double> floors = variances;
    for (double& value : floors) value *= options.variance_floor;
    GaussianMixtureResult result;
    result.mixture = first_guess(rows, options, variances, floors);
    const auto n = static_cast<double>(rows.n_rows);
    double before = -std::numeric_limits<double>::infinity();
    while (result.n_iter < options.max_iter && !result.converged) {
        ++result.n_iter;
        const MixtureSums sums = mixture_sums(rows, result.mixture);
        maximize(sums, floors, n, result.mixture);
        result.log_likelihood = sums.log_likelihood / n;
        result.converged = result.log_likelihood - before < options.tol;
        before = result.log_likelihood;
    }
    return result;
}

}  // namespace imgmine
