#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// A rectangle of outputs of a convolution and what they are made of. Under each output lie
/// `n_runs` runs of `run` contiguous values, one for each row of the kernel.
struct ConvSums {
    const float* x;         ///< the first value under the first output
    std::size_t row_pitch;  ///< from one row of the image to the next, in values
    std::size_t row_step;   ///< from one row of outputs to the next
    std::size_t step;       ///< from one output to the next
    std::size_t n_runs, run;
    /// Panels of 32 filters, (panel_values, 32), zeros behind the last filter; where the first
    /// run's begin, and how many values from one run to the next.
    const float* weights;
    std::size_t panel_values, run_pitch;
    const float* bias;  ///< as long as the panels are wide
    std::size_t filters;
    std::size_t rows, columns;
    bool relu;
    float limit;                ///< of results where relu
    std::size_t y_row, y_step;  ///< from one row of results to the next, and from one to the next

    static constexpr std::size_t panel = 32;
};

/// What each loop does is said where it stands, in conv.cpp.
struct ConvKernels {
    void (*forward)(const ConvSums& sums, float* y);
    void (*forward_pooled)(const ConvSums& sums, float* pooled, std::uint8_t* choice);
    // The same of pairs of bfloat16, counted as one value each.
    void (*forward_pairs)(const ConvSums& sums, float* y);
    void (*forward_pooled_pairs)(const ConvSums& sums, float* pooled, std::uint8_t* choice);
    void (*to_bfloat16)(const float* from, std::size_t n, std::uint16_t* to);
    std::size_t (*multiply_adds)(std::size_t rounds, float* sink);
};
IMGMINE_KERNELS(ConvKernels, conv_kernels)

}  // namespace imgmine
