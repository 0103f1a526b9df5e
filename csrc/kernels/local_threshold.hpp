#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// A threshold of the mean m and the standard deviation s of `size` pixels, at most 255^2:
/// (of_mean m + of_deviation s) + of_both m s.
struct LocalThreshold {
    std::int32_t size;
    float of_mean, of_deviation, of_both;
};

/// What each loop does is said where it stands, in local_threshold.cpp.
struct LocalThresholdKernels {
    void (*slide_squares)(const std::uint8_t* enter, const std::uint8_t* leave, std::uint32_t* sums,
                          std::size_t n);
    void (*means)(const std::uint32_t* from, const std::uint32_t* to, std::int32_t size,
                  float offset, float* out, std::size_t n);
    void (*thresholds)(const std::uint32_t* const* sums, const LocalThreshold& what, float* out,
                       std::size_t n);
};
IMGMINE_KERNELS(LocalThresholdKernels, local_threshold_kernels)

}  // namespace imgmine
