#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in dense_sift.cpp.
struct DenseSiftKernels {
    void (*to_floats)(const std::uint8_t* row, std::size_t n, float* out);
    void (*smooth)(const float* const* rows, const float* weights, std::size_t radius,
                   std::size_t n, float* out);
    void (*vote)(const float* above, const float* here, const float* below, std::size_t n,
                 float* out, std::size_t plane);
    bool (*describe)(const float* const* bins, const float* weights, float contrast, bool root,
                     float* out);
    void (*to_bytes)(const float* descriptor, std::uint8_t* out);
};
IMGMINE_KERNELS(DenseSiftKernels, dense_sift_kernels)

}  // namespace imgmine
