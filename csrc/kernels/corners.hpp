#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in corners.cpp.
struct CornerKernels {
    void (*segment_scores)(const std::uint8_t* center, std::ptrdiff_t stride, std::size_t n,
                           std::uint8_t threshold, std::uint8_t* scores);
    std::size_t (*peaks)(const std::uint8_t* above, const std::uint8_t* here,
                         const std::uint8_t* below, std::size_t n, bool all, std::int32_t* places);
    void (*compare_pairs)(const std::uint8_t* center, std::ptrdiff_t stride, const float* pairs,
                          float cosine, float sine, std::uint8_t* bits);
    void (*centroid)(const std::uint8_t* center, std::ptrdiff_t stride, std::int32_t* x,
                     std::int32_t* y);
};
IMGMINE_KERNELS(CornerKernels, corner_kernels)

}  // namespace imgmine
