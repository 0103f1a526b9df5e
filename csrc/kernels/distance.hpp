#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Many measures at once: out[i][j] of rows a[i] and b[j]; strides in elements.
using CompareRows = void (*)(const float* a, std::size_t n_a, std::size_t a_stride, const float* b,
                             std::size_t n_b, std::size_t b_stride, std::size_t n, float* out,
                             std::size_t out_stride);

/// What each loop does is said where it stands, in distance.cpp.
struct DistanceKernels {
    CompareRows dots, squared_l2s, l1s, intersections, chi2s;
    std::uint64_t (*hamming)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);
    float (*sum_f32)(const float* a, std::size_t n);
};
IMGMINE_KERNELS(DistanceKernels, distance_kernels)

}  // namespace imgmine
