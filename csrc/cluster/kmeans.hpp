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
    int n_init = 1;                   ///< starts, of which the best counts
    bool spherical = false;           ///< rows, and centers, are divided by their lengths
    const double* weights = nullptr;  ///< of the rows; none: 1

    // For mini-batches.
    std::ptrdiff_t batch_size = 1024;
    int max_no_improvement = 10;       ///< batches
    double reassignment_ratio = 0.01;  ///< centers of fewer rows than this share of the most move
};

struct KMeansResult {
    std::vector<double> centers;  ///< (k, size); floats unless rows are doubles
    std::vector<std::int32_t> labels;
    double inertia = 0;
    int n_iter = 0;
    std::vector<double> counts;  ///< k: the rows each center is the mean of, of mini-batches
};

/// Lloyd's iteration. Each label is that of the least distance summed in double, of several the
/// first; distances that cannot be the least are not computed. Means are exact sums, rounded once.
///
/// It begins with k of the rows: any, or each the best of some drawn with a probability that rises
/// with the square of its distance from those before it (Arthur and Vassilvitskii 2007), the rows
/// being a sample of 32 k where there are more. A center without rows moves to the row farthest
/// from its own.
template <class T>
KMeansResult fit_kmeans(const RowsView<T>& rows, const KMeansOptions& options);

/// The same from given centers (k, size).
template <class T>
KMeansResult fit_kmeans_from(const RowsView<T>& rows, std::vector<double> centers,
                             const KMeansOptions& options);

/// For each row the first of the nearest centers; where `inertia` is given, the sum of the squares
/// of the distances, each times its row's weight.
template <class T>
void kmeans_labels(const RowsView<T>& rows, const std::vector<double>& centers,
                   const KMeansOptions& options, std::int32_t* labels, double* inertia);

/// out (rows.n_rows, k) = distances from all centers.
template <class T, class Out>
void kmeans_distances(const RowsView<T>& rows, const std::vector<double>& centers, bool spherical,
                      Out* out);

/// k of the rows, as fit_kmeans() begins with them.
template <class T>
std::vector<double> kmeans_seeds(const RowsView<T>& rows, const KMeansOptions& options);

/// Moves centers, means of so many rows each, by one batch of rows (Sculley 2010).
template <class T>
void kmeans_batch(const RowsView<T>& rows, const KMeansOptions& options,
                  std::vector<double>& centers, std::vector<double>& counts);

/// Mini-batches of the rows, from given centers or those of kmeans_seeds(); then all rows are given
/// labels.
template <class T>
KMeansResult fit_kmeans_batches(const RowsView<T>& rows, std::vector<double> centers,
                                const KMeansOptions& options);

/// `count` of the numbers below n, in rising order, each as likely as any other.
std::vector<std::int64_t> sample_below(std::int64_t n, std::int64_t count, std::uint64_t seed);

}  // namespace imgmine
