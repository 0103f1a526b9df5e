#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// For each row the first of the nearest of k centers (k, size), and the square of its distance.
/// The same bits with any number of threads, as everything here.
void nearest_centers(const RowsView<float>& rows, const float* centers, std::ptrdiff_t k,
                     std::int32_t* labels, float* squared_distances);

/// What the rows nearest to each of k centers come to.
struct ClusterSums {
    std::vector<double> counts;  ///< k
    std::vector<double> sums;    ///< (k, size)
    double inertia = 0;          ///< sum of squared distances

    ClusterSums& operator+=(const ClusterSums& other);
};

ClusterSums cluster_sums(const RowsView<float>& rows, const float* centers, std::ptrdiff_t k,
                         std::int32_t* labels, float* squared_distances);

enum class KMeansInit { plus_plus, random };

struct KMeansOptions {
    std::ptrdiff_t k = 8;
    KMeansInit init = KMeansInit::plus_plus;
    int max_iter = 100;
    double tol = 1e-4;  ///< of the mean variance of the values: how far the centers move at the end
    std::uint64_t seed = 0;
};

struct KMeansResult {
    std::vector<float> centers;  ///< (k, size)
    std::vector<std::int32_t> labels;
    double inertia = 0;
    int n_iter = 0;
};

/// Lloyd's iteration from k of the rows: any, or each drawn with a probability that rises with the
/// square of its distance from those before it (Arthur and Vassilvitskii 2007), the rows being a
/// sample of 64 k where there are more. A center without rows moves to the row farthest from its
/// own.
KMeansResult fit_kmeans(const RowsView<float>& rows, const KMeansOptions& options);

/// The same from given centers (k, size).
KMeansResult fit_kmeans_from(const RowsView<float>& rows, std::vector<float> centers,
                             const KMeansOptions& options);

/// `count` of the numbers below n, in rising order, each as likely as any other.
std::vector<std::int64_t> sample_below(std::int64_t n, std::int64_t count, std::uint64_t seed);

}  // namespace imgmine
