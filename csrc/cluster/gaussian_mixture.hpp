#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// k normal distributions whose values vary independently.
struct GaussianMixture {
    std::ptrdiff_t k = 0, size = 0;
    std::vector<double> weights;    ///< k, positive, of sum 1
    std::vector<double> means;      ///< (k, size)
    std::vector<double> variances;  ///< (k, size), positive
};

/// Shares below this are taken for nothing: how likely a row is to belong to a component.
constexpr float least_posterior = 1e-4f;

/// Rows, squares of rows, and 1, each summed with the probability that it belongs to a component.
struct MixtureSums {
    std::vector<double> weights;  ///< k
    std::vector<double> sums;     ///< (k, size)
    std::vector<double> squares;  ///< (k, size)
    double log_likelihood = 0;

    MixtureSums& operator+=(const MixtureSums& other);
};

/// The same bits with any number of threads and on every CPU, as everything here.
MixtureSums mixture_sums(const RowsView<float>& rows, const GaussianMixture& mixture);

/// out (rows.n_rows, k): how likely each row is to belong to each component.
void mixture_posteriors(const RowsView<float>& rows, const GaussianMixture& mixture, float* out);

struct GaussianMixtureOptions {
    std::ptrdiff_t k = 1;
    int max_iter = 100;
    double tol = 1e-3;             ///< gain of log-likelihood by row at which to stop
    double variance_floor = 1e-3;  ///< of each feature's variance over all rows
    std::uint64_t seed = 0;
};

struct GaussianMixtureResult {
    GaussianMixture mixture;
    double log_likelihood = 0;  ///< by row
    int n_iter = 0;
    bool converged = false;
};

/// Expectation maximization from the clusters of k-means.
GaussianMixtureResult fit_gaussian_mixture(const RowsView<float>& rows,
                                           const GaussianMixtureOptions& options);

}  // namespace imgmine
