#include "cluster/kmeans.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "cluster/kmeans_batches.hpp"
#include "cluster/kmeans_run.hpp"
#include "cluster/kmeans_seeds.hpp"

namespace imgmine {
namespace {

template <class T>
void check(const RowsView<T>& rows, const KMeansOptions& options) {
    require(options.k >= 1, "n_clusters must be at least 1, got " + std::to_string(options.k));
    require(options.k <= rows.n_rows,
            "X must have at least n_clusters=" + std::to_string(options.k) +
                " rows, got n_samples=" + std::to_string(rows.n_rows));
    require(options.max_iter >= 1,
            "max_iter must be at least 1, got " + std::to_string(options.max_iter));
    require(options.n_init >= 1,
            "n_init must be at least 1, got " + std::to_string(options.n_init));
    require(options.batch_size >= 1,
            "batch_size must be at least 1, got " + std::to_string(options.batch_size));
    require(std::isfinite(options.tol) && options.tol >= 0, "tol must be finite and not negative");
}

template <class T>
SampleMoments checked_moments(const Samples<T>& samples) {
    SampleMoments moments = moments_of(samples);
    require(moments.most <= 3e38, "X must be finite as float32, got larger values");
    if (samples.unit) moments.variance = 1;  // about: what tol is measured by
    return moments;
}

template <class T>
std::vector<double> shift_of(const Samples<T>& samples, const SampleMoments& moments) {
    if (samples.unit) return {};
    return shift_for(moments.mean, moments.variance, std::is_same_v<T, double>);
}

/// What to subtract where only the centers are known.
template <class T>
std::vector<double> shift_of(const std::vector<double>& centers, std::size_t k, bool unit) {
    if (unit) return {};
    const std::size_t size = centers.size() / k;
    std::vector<double> mean(size);
    double variance = 0;
    for (std::size_t at = 0; at < centers.size(); ++at)
        mean[at % size] += centers[at] / static_cast<double>(k);
    for (std::size_t at = 0; at < centers.size(); ++at) {
        const double d = centers[at] - mean[at % size];
        variance += d * d / static_cast<double>(k);
    }
    return shift_for(mean, variance, std::is_same_v<T, double>);
}

template <class T>
std::vector<double> first_centers(const Samples<T>& samples, const std::vector<double>& shift,
                                  const KMeansOptions& options, std::uint64_t seed) {
    Random random(seed);
    const std::int64_t n = samples.n(), wanted = std::max<std::int64_t>(32 * options.k, 4096);
    std::vector<std::int64_t> chosen;
    if (options.init == KMeansInit::random) {
        chosen = sample_below(n, options.k, random.next());
    } else {
        Seeds<T> seeds(samples, sample_below(n, std::min(n, wanted), random.next()),
                       shift.empty() ? nullptr : shift.data(), random);
        chosen = seeds.choose(static_cast<std::size_t>(options.k));
    }
    const std::size_t size = samples.size();
    std::vector<double> centers(chosen.size() * size);
    for (std::size_t j = 0; j < chosen.size(); ++j) {
        const T* row = samples.rows.row(chosen[j]);
        for (std::size_t i = 0; i < size; ++i) centers[j * size + i] = static_cast<double>(row[i]);
        finish_center<T>(centers.data() + j * size, size, samples.unit);
    }
    return centers;
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
    const std::vector<double> values(centers, centers + k * rows.size);
    KMeansOptions options;
    options.k = k;
    kmeans_labels(rows, values, options, labels, nullptr);
    const Samples<float> samples{rows};
    parallel_for(rows.n_rows, row_grain(rows.size, 0.3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t i = first; i < last; ++i)
                         squared_distances[i] = static_cast<float>(
                             samples.squared_distance(i, values.data() + labels[i] * rows.size));
                 });
}

ClusterSums cluster_sums(const RowsView<float>& rows, const float* centers, std::ptrdiff_t k,
                         std::int32_t* labels, float* squared_distances) {
    nearest_centers(rows, centers, k, labels, squared_distances);
    const auto size = static_cast<std::size_t>(rows.size);
    const Samples<float> samples{rows};
    const ClusterSums zero{std::vector<double>(static_cast<std::size_t>(k)),
                           std::vector<double>(static_cast<std::size_t>(k) * size), 0};
    return sum_in_blocks(rows.n_rows, zero,
                         [&](std::ptrdiff_t first, std::ptrdiff_t last, ClusterSums& sums) {
                             for (std::ptrdiff_t i = first; i < last; ++i) {
                                 const auto label = static_cast<std::size_t>(labels[i]);
                                 sums.counts[label] += 1;
                                 samples.add(i, 1, 0, sums.sums.data() + label * size);
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

template <class T>
KMeansResult fit_kmeans(const RowsView<T>& rows, const KMeansOptions& options) {
    check(rows, options);
    const Samples<T> samples{rows, options.weights, options.spherical};
    const SampleMoments moments = checked_moments(samples);
    const std::vector<double> shift = shift_of(samples, moments);
    KMeansResult best;
    for (int start = 0; start < options.n_init; ++start) {
        const auto seed = options.seed + 0x9e3779b97f4a7c15u * static_cast<std::uint64_t>(start);
        LloydRun<T> run(samples, moments, first_centers(samples, shift, options, seed), shift,
                        options);
        KMeansResult result = run.run();
        if (start == 0 || result.inertia < best.inertia) best = std::move(result);
    }
    return best;
}

template <class T>
KMeansResult fit_kmeans_from(const RowsView<T>& rows, std::vector<double> centers,
                             const KMeansOptions& options) {
    check(rows, options);
    const Samples<T> samples{rows, options.weights, options.spherical};
    const SampleMoments moments = checked_moments(samples);
    for (std::size_t at = 0; at < centers.size(); at += samples.size())
        finish_center<T>(centers.data() + at, samples.size(), samples.unit);
    return LloydRun<T>(samples, moments, std::move(centers), shift_of(samples, moments), options)
        .run();
}

template <class T>
void kmeans_labels(const RowsView<T>& rows, const std::vector<double>& centers,
                   const KMeansOptions& options, std::int32_t* labels, double* inertia) {
    const Samples<T> samples{rows, options.weights, options.spherical};
    if (rows.n_rows == 0 || centers.empty()) {
        std::fill_n(labels, rows.n_rows, 0);
        if (inertia) *inertia = 0;
        return;
    }
    const auto k = static_cast<std::size_t>(options.k);
    Panels panels(centers, k, shift_of<T>(centers, k, samples.unit), 1);
    std::fill_n(labels, rows.n_rows, -1);
    Assigner<T>(samples, centers, panels, labels, false).assign(nullptr, 0, 0);
    if (inertia) *inertia = LloydRun<T>::inertia(samples, centers, labels);
}

template <class T, class Out>
void kmeans_distances(const RowsView<T>& rows, const std::vector<double>& centers, bool spherical,
                      Out* out) {
    const Samples<T> samples{rows, nullptr, spherical};
    const std::size_t size = samples.size(), k = size ? centers.size() / size : 0;
    const auto cost = static_cast<std::ptrdiff_t>(size * k);
    parallel_for(rows.n_rows, row_grain(cost, 0.3), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const double scale = samples.scale(i);
            Out* const to = out + static_cast<std::size_t>(i) * k;
            for (std::size_t j = 0; j < k; ++j)
                to[j] = static_cast<Out>(std::sqrt(sample_loops<T>().squared_distance(
                    rows.row(i), scale, centers.data() + j * size, size)));
        }
    });
}

template <class T>
std::vector<double> kmeans_seeds(const RowsView<T>& rows, const KMeansOptions& options) {
    check(rows, options);
    const Samples<T> samples{rows, options.weights, options.spherical};
    return first_centers(samples, shift_of(samples, checked_moments(samples)), options,
                         options.seed);
}

template <class T>
void kmeans_batch(const RowsView<T>& rows, const KMeansOptions& options,
                  std::vector<double>& centers, std::vector<double>& counts) {
    const Samples<T> samples{rows, options.weights, options.spherical};
    Batches<T>(samples, options, centers, counts).take_all();
}

template <class T>
KMeansResult fit_kmeans_batches(const RowsView<T>& rows, std::vector<double> centers,
                                const KMeansOptions& options) {
    check(rows, options);
    const Samples<T> samples{rows, options.weights, options.spherical};
    const SampleMoments moments = checked_moments(samples);
    if (centers.empty())
        centers = first_centers(samples, shift_of(samples, moments), options, options.seed);
    KMeansResult result;
    result.counts.assign(static_cast<std::size_t>(options.k), 0);
    result.n_iter = Batches<T>(samples, options, centers, result.counts)
                        .run(moments.variance / static_cast<double>(samples.size()));
    result.labels.resize(static_cast<std::size_t>(rows.n_rows));
    kmeans_labels(rows, centers, options, result.labels.data(), &result.inertia);
    result.centers = std::move(centers);
    return result;
}

#define IMGMINE_INSTANCES(T)                                                                       \
    template KMeansResult fit_kmeans(const RowsView<T>&, const KMeansOptions&);                    \
    template KMeansResult fit_kmeans_from(const RowsView<T>&, std::vector<double>,                 \
                                          const KMeansOptions&);                                   \
    template void kmeans_labels(const RowsView<T>&, const std::vector<double>&,                    \
                                const KMeansOptions&, std::int32_t*, double*);                     \
    template void kmeans_distances(const RowsView<T>&, const std::vector<double>&, bool, float*);  \
    template void kmeans_distances(const RowsView<T>&, const std::vector<double>&, bool, double*); \
    template std::vector<double> kmeans_seeds(const RowsView<T>&, const KMeansOptions&);           \
    template void kmeans_batch(const RowsView<T>&, const KMeansOptions&, std::vector<double>&,     \
                               std::vector<double>&);                                              \
    template KMeansResult fit_kmeans_batches(const RowsView<T>&, std::vector<double>,              \
                                             const KMeansOptions&);

IMGMINE_INSTANCES(float)
IMGMINE_INSTANCES(double)
IMGMINE_INSTANCES(std::uint8_t)
#undef IMGMINE_INSTANCES

}  // namespace imgmine
