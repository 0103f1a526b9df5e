#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in moments.cpp.
struct MomentKernels {
    void (*row_sums)(const std::uint8_t* in, std::size_t n, std::int64_t* sums);
    void (*masked)(const std::uint8_t* in, const std::uint8_t* mask, std::uint8_t* out,
                   std::size_t n);
    void (*power_sums_u8)(const std::uint8_t* in, std::size_t n, double first, double step,
                          std::size_t n_sums, double* sums);
    void (*power_sums_f32)(const float* in, std::size_t n, double first, double step,
                           std::size_t n_sums, double* sums);
};
IMGMINE_KERNELS(MomentKernels, moment_kernels)

}  // namespace imgmine
