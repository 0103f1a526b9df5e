#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What one element type of rows needs to be clustered.
template <class T>
struct SampleLoops {
    void (*to_floats)(const T* row, const double* shift, double scale, std::size_t n, float* out);
    double (*square)(const T* row, std::size_t n);
    double (*squared_distance)(const T* row, double scale, const double* center, std::size_t n);
    void (*add)(const T* row, double factor, double grid, std::size_t n, double* sums);
    double (*add_moments)(const T* rows, std::size_t stride, std::size_t n_rows, std::size_t n,
                          const double* pivot, double* sums, double* squares);
};

/// What each loop does is said where it stands, in samples.cpp.
struct SampleKernels {
    SampleLoops<float> f32;
    SampleLoops<double> f64;
    SampleLoops<std::uint8_t> u8;
};
IMGMINE_KERNELS(SampleKernels, sample_kernels)

}  // namespace imgmine
