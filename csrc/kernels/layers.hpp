#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What the layers of a neural network do besides convolving, pooling and multiplying by matrices.
/// Unlike other kernels' these results may be written over the values they are computed of, at the
/// same place. What each loop does is said where it stands, in layers.cpp.
struct LayerKernels {
    void (*bytes)(const std::uint8_t* x, std::size_t n, float scale, float offset, float* y);
    void (*rescale)(const float* x, std::size_t n, float scale, float offset, float* y);
    void (*add)(const float* x, std::size_t n, float* y);
    void (*add_scaled)(const float* x, float factor, std::size_t n, float* y);
    void (*relu)(const float* x, std::size_t n, float slope, float* y);
    void (*relu_backward)(const float* y, const float* grad_y, std::size_t n, float slope,
                          float* grad_x);
    void (*clip)(const float* x, std::size_t n, float low, float high, float* y);
    void (*clip_backward)(const float* y, const float* grad_y, std::size_t n, float low, float high,
                          float* grad_x);
    void (*sigmoid)(const float* x, std::size_t n, float* y);
    void (*sigmoid_backward)(const float* y, const float* grad_y, std::size_t n, float* grad_x);
    void (*tanh)(const float* x, std::size_t n, float* y);
    void (*tanh_backward)(const float* y, const float* grad_y, std::size_t n, float* grad_x);
    float (*softmax)(const float* x, std::size_t n, float* y, float* largest);
    void (*softmax_backward)(const float* y, const float* grad_y, std::size_t n, float* grad_x);
    void (*dropout)(const float* x, std::size_t n, std::uint64_t key, std::uint32_t dropped,
                    float scale, float* y);
};
IMGMINE_KERNELS(LayerKernels, layer_kernels)

/// What is done to pixels of so many channels, each channel by itself; see channels.cpp.
struct ChannelKernels {
    void (*sums)(const float* x, std::size_t pixels, std::size_t channels, double* sums);
    void (*moments)(const float* x, std::size_t pixels, std::size_t channels, const float* shift,
                    double* sums, double* squares);
    void (*affine)(const float* x, std::size_t pixels, std::size_t channels, const float* scale,
                   const float* offset, bool relu, float* y);
    void (*clip)(const float* x, std::size_t pixels, std::size_t channels, const float* scale,
                 const float* offset, float* grad_y);
    void (*products)(const float* x, const float* grad_y, std::size_t pixels, std::size_t channels,
                     const float* mean, double* sums, double* products);
    void (*combine)(const float* x, const float* grad_y, std::size_t pixels, std::size_t channels,
                    const float* factors, float* grad_x);
};
IMGMINE_KERNELS(ChannelKernels, channel_kernels)

}  // namespace imgmine
