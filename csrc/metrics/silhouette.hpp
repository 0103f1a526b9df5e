#pragma once

#include <cstdint>

#include "similarity/exact_rows.hpp"

namespace imgmine {

/// For each sample the mean of its distances from the others of its cluster, 0 where it is alone,
/// and unless `other` is null the least mean of its distances from the samples of another one.
/// `codes` are the clusters' numbers, 0 to n_clusters - 1, and -1 for samples left out, whose
/// results are 0. Distances are float64, added up in an order of their own: the same with any
/// number of threads. Memory: a block of samples per thread.
void mean_distances(const ExactRows& samples, const std::int64_t* codes, std::int64_t n_clusters,
                    double* own, double* other);

}  // namespace imgmine
