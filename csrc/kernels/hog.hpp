#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// How a gradient's direction is shared out among orientations.
struct Voting {
    int orientations;
    bool is_signed;     ///< over 360 degrees, not 180
    bool interpolates;  ///< between the two nearest orientations; else the one it falls into
};

/// What a block's histograms are divided by, and what is added so that it is never zero.
struct BlockNorm {
    enum Kind { none, l1, l1_sqrt, l2, l2_hys } kind;
    float squared;     ///< added to a sum of squares
    float added;       ///< added to a length or sum
    float added_last;  ///< added to the length after clipping
};

/// What each loop does is said where it stands, in hog.cpp.
struct HogKernels {
    void (*difference_u8)(const std::uint8_t* a, const std::uint8_t* b, bool of_roots, float* out,
                          std::size_t n);
    void (*difference_f32)(const float* a, const float* b, bool of_roots, float* out,
                           std::size_t n);
    void (*strongest)(float* gx, float* gy, std::size_t channels, std::size_t n);
    void (*votes)(const float* gx, const float* gy, const Voting& voting, std::int32_t* row,
                  float* first, float* second, std::size_t n);
    void (*vote)(const std::int32_t* row, const float* first, const float* second,
                 std::size_t stride, std::size_t size, const float* weights, std::size_t n_weights,
                 std::size_t n_rows, float* tables);
    void (*normalize)(const BlockNorm& norm, float* values, std::size_t n);
};
IMGMINE_KERNELS(HogKernels, hog_kernels)

}  // namespace imgmine
