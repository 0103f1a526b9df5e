#include "cluster/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "cluster/blocks.hpp"
#include "cluster/moments.hpp"
#include "cluster/side_by_side.hpp"
#include "kernels/cluster.hpp"
#include "kernels/distance.hpp"
#include "kernels/linear.hpp"

namespace imgmine {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

/// A number in [0, 1).
double fraction(Random& random) {
    return static_cast<double>(random.next() >> 11) * 0x1p-53;
}

/// Lowers each distance to that from the row `chosen`; returns their sum.
double meet(const RowsView<float>& rows, const std::vector<std::int64_t>& sample,
            std::int64_t chosen, std::vector<float>& distances) {
    const auto size = static_cast<std::size_t>(rows.size);
    const std::ptrdiff_t n = static_cast<std::ptrdiff_t>(sample.size());
    parallel_for(n, row_grain(rows.size, 0.1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i) {
            float d;
            const auto at = static_cast<std::size_t>(i);
            distance_kernels().squared_l2s(rows.row(sample[at]), 1, size, rows.row(chosen), 1, size,
                                           size, &d, 1);
            distances[at] = std::min(distances[at], d);
        }
    });
    double total = 0;
    for (const float d : distances) total += d;
    return total;
}

/// k of the rows, by their distances.
std::vector<std::int64_t> spread_rows(const RowsView<float>& rows, std::ptrdiff_t k,
                                      Random& random) {
    const std::vector<std::int64_t> sample = sample_below(
        rows.n_rows, std::min<std::int64_t>(rows.n_rows, std::max<std::int64_t>(64 * k, 4096)),
        random.next());
    std::vector<float> distances(sample.size(), infinity);
    const auto n = static_cast<double>(sample.size());
    std::vector<std::int64_t> chosen{sample[static_cast<std::size_t>(fraction(random) * n)]};
    while (static_cast<std::ptrdiff_t>(chosen.size()) < k) {
        double left = fraction(random) * meet(rows, sample, chosen.back(), distances);
        std::size_t at = 0;
        while (at + 1 < sample.size() && !(left < distances[at])) left -= distances[at++];
        chosen.push_back(sample[at]);
    }
    return chosen;
}

void check(const RowsView<float>& rows, const KMeansOptions& options) {
    require(options.k >= 1, "n_clusters must be at least 1, got " + std::to_string(options.k));
    require(options.k <= rows.n_rows, "X must have at least as many rows as there are clusters, " +
                                          std::to_string(options.k) + ", got " +
                                          std::to_string(rows.n_rows));
    require(options.max_iter >= 1,
            "max_iter must be at least 1, got " + std::to_string(options.max_iter));
    require(std::isfinite(options.tol) && options.tol >= 0, "tol must be finite and not negative");
}

/// How much the values of a column vary, on average over the columns.
double mean_variance(const RowsView<float>& rows) {
    double total = 0;
    for (const double variance : variances_of(rows)) total += variance;
    return total / static_cast<double>(std::max<std::ptrdiff_t>(rows.size, 1));
}

/// Gives every center that has no row the farthest row that is left.
void fill_empty(const RowsView<float>& rows, ClusterSums& sums, std::vector<std::int32_t>& labels,
                std::vector<float>& distances) {
    for (std::size_t j = 0; j < sums.counts.size(); ++j) {
        if (sums.counts[j] > 0) continue;
        const auto far = static_cast<std::size_t>(
            std::max_element(distances.begin(), distances.end()) - distances.begin());
        const auto from = static_cast<std::size_t>(labels[far]);
        if (sums.counts[from] < 2) continue;  // it would only move the hole
        const float* row = rows.row(static_cast<std::ptrdiff_t>(far));
        const auto size = static_cast<std::size_t>(rows.size);
        linear_kernels().f32.add(row, -1, sums.sums.data() + from * size, size);
        linear_kernels().f32.add(row, 1, sums.sums.data() + j * size, size);
        sums.counts[from] -= 1;
        sums.counts[j] = 1;
        labels[far] = static_cast<std::int32_t>(j);
        distances[far] = 0;
    }
}

/// Moves the centers to their rows' means; returns the square of how far they went.
double move(const ClusterSums& sums, std::ptrdiff_t size, std::vector<float>& centers) {
    double moved = 0;
    for (std::size_t j = 0; j < sums.counts.size(); ++j)
        for (std::size_t i = 0; i < static_cast<std::size_t>(size); ++i) {
            const std::size_t at = j * static_cast<std::size_t>(size) + i;
            if (sums.counts[j] <= 0) continue;
            const auto mean = static_cast<float>(sums.sums[at] / sums.counts[j]);
            const double by = static_cast<double>(mean) - static_cast<double>(centers[at]);
            moved += by * by;
            centers[at] = mean;
        }
    return moved;
}

}  // namespace

ClusterSums& ClusterSums::operator+=(const ClusterSums& other) {
    add_to(counts, other.counts);
    add_to(sums, other.sums);
    inertia += other.inertia;
    return *this;
}

void nearest_centers(const RowsView<float>& rows, const float* centers, std::ptrdiff_t k,
                     std::int32_t* labels, float* squared_distances) {
    const std::vector<float> columns = side_by_side(centers, k, rows.size);
    const std::vector<float> offsets = offsets_of(k, infinity);
    const std::ptrdiff_t grain = row_grain(std::max<std::ptrdiff_t>(k * rows.size, 1), 0.05);
    parallel_for(rows.n_rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        cluster_kernels().nearest(some_rows(rows, first, last), offsets.data(), columns.data(),
                                  offsets.size(), labels + first, squared_distances + first);
    });
}

ClusterSums cluster_sums(const RowsView<float>& rows, const float* centers, std::ptrdiff_t k,
                         std::int32_t* labels, float* squared_distances) {
    nearest_centers(rows, centers, k, labels, squared_distances);
    const auto size = static_cast<std::size_t>(rows.size);
    const ClusterSums zero{std::vector<double>(static_cast<std::size_t>(k)),
                           std::vector<double>(static_cast<std::size_t>(k) * size), 0};
    return sum_in_blocks(
        rows.n_rows, zero, [&](std::ptrdiff_t first, std::ptrdiff_t last, ClusterSums& sums) {
            for (std::ptrdiff_t i = first; i < last; ++i) {
                const auto label = static_cast<std::size_t>(labels[i]);
                sums.counts[label] += 1;
                linear_kernels().f32.add(rows.row(i), 1, sums.sums.data() + label * size, size);
                sums.inertia += static_cast<double>(squared_distances[i]);
            }
        });
}

std::vector<std::int64_t> sample_below(std::int64_t n, std::int64_t count, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::int64_t> chosen;
    std::int64_t wanted = std::min(count, n);
    // One number after the other, taken with the probability that the rest needs it (Knuth).
    for (std::int64_t i = 0; wanted > 0; ++i)
        if (fraction(random) * static_cast<double>(n - i) < static_cast<double>(wanted)) {
            chosen.push_back(i);
            --wanted;
        }
    return chosen;
}

KMeansResult fit_kmeans(const RowsView<float>& rows, const KMeansOptions& options) {
    check(rows, options);
    Random random(options.seed);
    const std::vector<std::int64_t> chosen =
        options.init == KMeansInit::plus_plus ? spread_rows(rows, options.k, random)
                                              : sample_below(rows.n_rows, options.k, random.next());
    std::vector<float> centers;
    for (const std::int64_t i : chosen)
        centers.insert(centers.end(), rows.row(i), rows.row(i) + rows.size);
    return fit_kmeans_from(rows, std::move(centers), options);
}

KMeansResult fit_kmeans_from(const RowsView<float>& rows, std::vector<float> centers,
                             const KMeansOptions& options) {
    check(rows, options);
    const auto n = static_cast<std::size_t>(rows.n_rows);
    KMeansResult result{std::move(centers), std::vector<std::int32_t>(n), 0, 0};
    std::vector<float> distances(n);
    std::vector<std::int32_t> before;
    const double enough = options.tol * mean_variance(rows);
    while (result.n_iter < options.max_iter) {
        ++result.n_iter;
        ClusterSums sums = cluster_sums(rows, result.centers.data(), options.k,
                                        result.labels.data(), distances.data());
        fill_empty(rows, sums, result.labels, distances);
        const double moved = move(sums, rows.size, result.centers);
        if (moved <= enough || result.labels == before) break;
        before = result.labels;
    }
    result.inertia =
        cluster_sums(rows, result.centers.data(), options.k, result.labels.data(), distances.data())
            .inertia;
    return result;
}

}  // namespace imgmine
