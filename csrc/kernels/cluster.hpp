#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// `n` rows of `size` floats.
struct ClusterRows {
    const float* data;
    std::size_t n, size, stride;
};

/// What each loop does is said where it stands, in cluster.cpp. Of k clusters the parameters stand
/// side by side for each value of a row: (size, padded), padded being k rounded up to 16.
struct ClusterKernels {
    void (*multiply)(const ClusterRows& rows, const float* offsets, const float* matrix,
                     std::size_t padded, float* out);
    void (*posteriors)(const ClusterRows& rows, const float* logs, const float* scales,
                       const float* shifts, std::size_t padded, float* out, float* most,
                       float* totals);
    void (*add_moments)(const float* row, double weight, std::size_t n, double* sums,
                        double* squares);
};
IMGMINE_KERNELS(ClusterKernels, cluster_kernels)

}  // namespace imgmine
