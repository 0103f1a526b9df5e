#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What is done to the bytes of a quantized network value by value. "Rounded" is to nearest, ties
/// to even, saturated to 0..255; NaN becomes 0.
struct QuantizedMapsKernels {
    /// out[i] = in[i] * factor + zero, rounded.
    void (*quantize)(const float* in, std::size_t n, float factor, float zero, std::uint8_t* out);
    /// out[i] = (in[i] - zero) * scale.
    void (*dequantize)(const std::uint8_t* in, std::size_t n, float zero, float scale, float* out);
    /// out[i] = max(offset + in[0][i] * factors[0] + in[1][i] * factors[1] + ..., least), rounded;
    /// summed in this order.
    void (*combine)(const std::uint8_t* const* in, const float* factors, std::size_t n_in,
                    float offset, float least, std::size_t n, std::uint8_t* out);
    /// out[i] = max(out[i], in[i]).
    void (*maximum)(const std::uint8_t* in, std::size_t n, std::uint8_t* out);
    /// sums[i] += in[i].
    void (*add)(const std::uint8_t* in, std::size_t n, std::int32_t* sums);
    /// out[i] = float(sums[i]) * factor + zero, rounded.
    void (*requantize)(const std::int32_t* sums, std::size_t n, float factor, float zero,
                       std::uint8_t* out);
};
IMGMINE_KERNELS(QuantizedMapsKernels, quantized_maps_kernels)

}  // namespace imgmine
