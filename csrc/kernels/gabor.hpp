#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// A row or column of complex numbers, as two rows of floats.
struct GaborRow {
    float* real;
    float* imaginary;
};

/// What each loop does is said where it stands, in gabor.cpp.
struct GaborKernels {
    void (*along_row)(const float* in, const float* even, const float* odd, std::size_t half,
                      std::size_t n, GaborRow out);
    void (*along_column)(const GaborRow* rows, const float* even, const float* odd,
                         std::size_t half, std::size_t n, GaborRow out, GaborRow mirrored);
    void (*add_magnitudes)(GaborRow row, std::size_t n, double* sums);
    void (*add_values)(const float* row, std::size_t n, double* sums);
};
IMGMINE_KERNELS(GaborKernels, gabor_kernels)

}  // namespace imgmine
