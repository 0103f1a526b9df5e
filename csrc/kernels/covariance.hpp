#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// Some rows, turned to columns of sixteen values of one row after the other: (padded / 16, most,
/// 16), zeros behind the last value and the last row.
struct PackedRows {
    const float* data;
    std::size_t padded;

    static constexpr std::size_t most = 256;
};

/// What each loop does is said where it stands, in covariance.cpp.
struct CovarianceKernels {
    void (*add_products)(const PackedRows& rows, std::size_t first, std::size_t last, double* sums);
    double (*reflect_row)(double* row, std::size_t n, double v, double w, double next,
                          const double* vs, const double* ws, const double* nexts,
                          double* products);
    double (*dot)(const double* a, const double* b, std::size_t n);
    void (*add_scaled)(double* to, const double* from, double factor, std::size_t n);
    void (*rotate)(double* rows, std::size_t stride, const double* turns, std::size_t n);
};
IMGMINE_KERNELS(CovarianceKernels, covariance_kernels)

}  // namespace imgmine
