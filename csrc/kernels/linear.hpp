#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What one element type of a linear model's rows needs.
template <class T>
struct LinearLoops {
    double (*dot)(const T* row, const double* weights, std::size_t n);
    void (*add)(const T* row, double scale, double* weights, std::size_t n);
};

/// What each loop does is said where it stands, in linear.cpp.
struct LinearKernels {
    LinearLoops<float> f32;
    LinearLoops<double> f64;
    LinearLoops<std::uint8_t> u8;
};
IMGMINE_KERNELS(LinearKernels, linear_kernels)

}  // namespace imgmine
