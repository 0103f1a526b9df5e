#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/half.hpp"
#include "kernels/level.hpp"

namespace imgmine {

/// What one element type of a linear model's rows needs.
template <class T>
struct LinearLoops {
    double (*dot)(const T* row, const double* weights, std::size_t n);
    void (*add)(const T* row, double scale, double* weights, std::size_t n);
    void (*dot_four)(const T* const* rows, const float* weights, std::size_t n, float* out);
    void (*add_four)(const T* const* rows, const float* scales, float* weights, std::size_t n);
    void (*pack)(const T* row, double scale, std::size_t n, double* stripes, std::size_t stride);
    void (*decide)(const T* row, const double* weights, std::size_t stride, std::size_t n,
                   std::size_t n_lines, double* out);
    void (*decide_single)(const T* row, const float* weights, std::size_t stride, std::size_t n,
                          std::size_t n_lines, float* out);
};

/// What each loop does is said where it stands, in linear.cpp.
struct LinearKernels {
    LinearLoops<float> f32;
    LinearLoops<double> f64;
    LinearLoops<std::uint8_t> u8;
    LinearLoops<Half> f16;
};
IMGMINE_KERNELS(LinearKernels, linear_kernels)

}  // namespace imgmine
