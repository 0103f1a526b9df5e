#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in resize_f32.cpp.
struct ResizeFloatKernels {
    void (*lerp_columns_f32)(const float* in, std::size_t size, const std::int32_t* left,
                             std::size_t step, const float* weights, float* out, std::size_t n,
                             std::size_t channels);
    void (*lerp_rows_f32)(const float* a, const float* b, float weight, float* out, std::size_t n);
};
IMGMINE_KERNELS(ResizeFloatKernels, resize_f32_kernels)

}  // namespace imgmine
