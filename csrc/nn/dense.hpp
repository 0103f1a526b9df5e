#pragma once

#include <cstddef>

#include "nn/conv2d.hpp"

namespace imgmine {

/// A fully connected layer: y = x * weights + bias, weights (inputs, units). The same sums as a
/// convolution of 1 x 1 pixel; what is said of Conv2D holds.
struct Dense {
    std::ptrdiff_t inputs, units;
};

struct PackedDense {
    PackedConv2D packed;
};

void pack_dense(const Dense& dense, const float* weights, bool for_backward, Precision precision,
                PackedDense& packed);

/// y (n, units) of x (n, inputs).
void dense_forward(const Dense& dense, const PackedDense& packed, const float* bias, bool relu,
                   const float* x, std::ptrdiff_t n, float* y, Scratch& scratch);

/// grad_x (n, inputs), overwritten.
void dense_backward_data(const Dense& dense, const PackedDense& packed, const float* grad_y,
                         std::ptrdiff_t n, float* grad_x, Scratch& scratch);

/// Adds to grad_weights (inputs, units) and to grad_bias (units; or null).
void dense_backward_weights(const Dense& dense, const float* x, const float* grad_y,
                            std::ptrdiff_t n, float* grad_weights, float* grad_bias,
                            Scratch& scratch);

}  // namespace imgmine
