#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

inline constexpr int sift_bins = 36;  ///< of a keypoint's histogram of directions
inline constexpr int sift_size = 128;

/// A keypoint's surroundings in a plane of floats: rows and columns from its center that count, all
/// inside the plane's outermost pixels; weights[k] for k rows or columns off, on either side.
/// Planes have 16 readable floats behind their last.
struct SiftWindow {
    const float* center;
    std::ptrdiff_t stride;
    std::ptrdiff_t top, bottom, left, right;
    const float* weights;
};

/// What each loop does is said where it stands, in sift.cpp.
struct SiftKernels {
    void (*subtract)(const float* a, const float* b, float* out, std::size_t n);
    std::size_t (*extrema)(const float* const* rows, std::size_t first, std::size_t last,
                           float threshold, std::int32_t* places);
    void (*directions)(const SiftWindow& window, float* histogram);
    void (*describe)(const SiftWindow& window, float cosine, float sine, float turns,
                     float* descriptor);
    void (*double_row)(const float* above, const float* below, float* out, std::size_t n);
};
IMGMINE_KERNELS(SiftKernels, sift_kernels)

}  // namespace imgmine
