#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Outputs of a panel of weights.
constexpr std::size_t panel_outputs = 16;

/// Sums of products of bytes and signed weights, as the layers of a quantized network need them.
///
/// The values of one sum stand in `n_runs` runs of `quads` times four bytes, `run_step` bytes from
/// one to the next: the rows under a kernel. Panels of 16 outputs hold four weights of an output
/// after the other: weight k of run r of output o is at
/// panel[((r * quads + k / 4) * 16 + o) * 4 + k % 4]. What there is for outputs past the
/// last are zeros.
struct QuantizedDots {
    const std::int8_t* weights;
    const std::int32_t* starts;  ///< what sums begin with
    const float* factors;        ///< what they are multiplied with, as floats
    const float* offsets;        ///< what is added then
    float least;                 ///< no result is below it: the zero of what went through a ReLU
    std::size_t n_outputs;
    std::size_t n_runs, quads, run_step;
};

/// Each of these takes values from x + places[p] on, p below n, and reads up to three bytes past a
/// run's last. Sums must fit into 32 bits.
struct QuantizedDotsKernels {
    /// out[p * stride + o] = max(float(sum) * factor + offset, least), rounded to nearest, ties to
    /// even, saturated to 0..255.
    void (*bytes)(const QuantizedDots& dots, const std::uint8_t* x, const std::int32_t* places,
                  std::size_t n, std::uint8_t* out, std::size_t stride);
    /// The same of the greatest of each four sums; n is a multiple of 4, and n / 4 results are
    /// written. Factors must not be negative.
    void (*pooled_bytes)(const QuantizedDots& dots, const std::uint8_t* x,
                         const std::int32_t* places, std::size_t n, std::uint8_t* out,
                         std::size_t stride);
    /// out[p * stride + o] = max(float(sum) * factor + offset, least).
    void (*floats)(const QuantizedDots& dots, const std::uint8_t* x, const std::int32_t* places,
                   std::size_t n, float* out, std::size_t stride);
};
IMGMINE_KERNELS(QuantizedDotsKernels, quantized_dots_kernels)

}  // namespace imgmine
