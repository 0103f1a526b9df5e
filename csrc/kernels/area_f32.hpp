#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cover.hpp"
#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in area_f32.cpp.
struct AreaFloatKernels {
    void (*weigh_rows_f32)(const float* const* rows, const float* weights, std::size_t n_rows,
                           double* carry, float* totals, std::size_t n);
    void (*mean_columns_f32)(const float* totals, const Cover* covers, std::size_t n,
                             std::uint32_t inner_weight, double inverse, std::size_t channels,
                             float* out);
};
IMGMINE_KERNELS(AreaFloatKernels, area_f32_kernels)

}  // namespace imgmine
