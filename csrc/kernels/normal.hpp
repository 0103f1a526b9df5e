#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// Parts of a positive definite matrix of doubles that is kept in tiles of 16 x 16: tile[q][p] is
/// the value of column q and row p, the lower half of the matrix standing as stripes of 16 rows, of
/// each stripe its tiles up to the diagonal. What each loop does is said in normal.cpp.
struct NormalKernels {
    void (*add_products)(const double* a, const double* b, std::size_t n, double* tile);
    void (*subtract_products)(const double* a, const double* b, std::size_t n, double* tile);
    void (*divide_tile)(const double* diagonal, double* tile);
    void (*forward)(const float* tiles, std::size_t n_stripes, float* x);
    void (*backward)(const float* tiles, std::size_t n_stripes, float* x);
};
IMGMINE_KERNELS(NormalKernels, normal_kernels)

}  // namespace imgmine
