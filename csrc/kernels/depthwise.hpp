#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// A rectangle of outputs of a convolution that takes each channel by itself, and what they are
/// made of. Under each output lie tap_rows x tap_columns pixels.
struct DepthwiseSums {
    const float* x;         ///< the first pixel under the first output
    std::size_t row_pitch;  ///< from one row of the image to the next, in values
    std::size_t row_step;   ///< from one row of outputs to the next
    std::size_t step;       ///< from one output to the next
    std::size_t tap_rows, tap_columns;
    const float* weights;       ///< of the first pixel, (tap_rows, tap_columns, channels)
    std::size_t weights_pitch;  ///< from one row of taps to the next
    const float* bias;          ///< or null
    std::size_t channels;
    std::size_t rows, columns;
    bool relu;
    float limit;                ///< of results where relu
    std::size_t y_row, y_step;  ///< from one row of results to the next, and from one to the next
};

/// Such outputs' gradients and what they meet.
struct DepthwiseProducts {
    const float* x;
    std::size_t row_pitch, row_step, step;
    std::size_t tap_rows, tap_columns;
    const float* gradients;
    std::size_t gradient_row, gradient_step;
    std::size_t channels;
    std::size_t rows, columns;
    float* sums;  ///< of the first tap
    std::size_t sums_pitch;
};

/// What each loop does is said where it stands, in depthwise.cpp.
struct DepthwiseKernels {
    void (*forward)(const DepthwiseSums& sums, float* y);
    void (*correlate)(const DepthwiseProducts& products);
};
IMGMINE_KERNELS(DepthwiseKernels, depthwise_kernels)

}  // namespace imgmine
