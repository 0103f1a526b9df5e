#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in smooth.cpp.
struct SmoothKernels {
    void (*binomial_5)(const std::uint8_t* in, std::uint16_t* const* older, std::uint8_t* out,
                       std::size_t n);
    void (*weighted_rows_f32)(const float* const* rows, const float* weights, std::size_t n_taps,
                              float* out, std::ptrdiff_t out_stride, std::size_t n);
    void (*unsharp_u8)(const std::uint8_t* in, const std::uint8_t* blurred, float amount,
                       float threshold, std::uint8_t* out, std::size_t n);
    void (*unsharp_f32)(const float* in, const float* blurred, float amount, float threshold,
                        float* out, std::size_t n);
};
IMGMINE_KERNELS(SmoothKernels, smooth_kernels)

}  // namespace imgmine
