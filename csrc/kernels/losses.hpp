#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// Losses and their gradients. What each loop does is said where it stands, in losses.cpp.
struct LossKernels {
    static constexpr std::size_t lanes = 16;
    static constexpr std::size_t block = 8192;  ///< values whose products stay finite

    double (*squared_error)(const float* y, const float* target, std::size_t n, float scale,
                            float* grad);
    double (*logistic)(const float* y, const float* target, std::size_t n, float scale, float* grad,
                       double* products);
    double (*sum)(const float* x, std::size_t n);
    void (*scale_shift)(float* x, std::size_t n, float scale, float shift);
};
IMGMINE_KERNELS(LossKernels, loss_kernels)

}  // namespace imgmine
