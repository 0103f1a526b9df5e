#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// Rows of `size` floats whose products are summed, and what is taken from each.
struct CenteredRows {
    const float* data;
    std::size_t n, size, stride;
    const float* mean;

    static constexpr std::size_t most = 64;
    /// Rows and columns of the sums: `size` rounded up to 16.
    std::size_t padded() const { return (size + 15) / 16 * 16; }
};

/// What each loop does is said where it stands, in covariance.cpp.
struct CovarianceKernels {
    void (*add_rows)(const CenteredRows& rows, double* sums);
    void (*add_products)(const CenteredRows& rows, double* work, double* sums);
    void (*rotate)(double* p, double* q, std::size_t n, double cosine, double sine);
};
IMGMINE_KERNELS(CovarianceKernels, covariance_kernels)

}  // namespace imgmine
