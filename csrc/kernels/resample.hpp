#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// How many taps of floats are added before their sum goes into a wider one.
inline constexpr std::size_t resample_block = 32;

/// Groups of 16 neighboring values of a new row: what stands where in the old one, how much it
/// weighs. The last group may reach past the end; so may writing.
struct FloatTaps {
    std::size_t n_groups, n_taps;
    const std::int32_t* base;   ///< [group], a position in the old row
    const std::int32_t* index;  ///< [group][tap][16], from the base on
    const float* weights;       ///< [group][tap][16]
    std::size_t reach;          ///< all of a group stand within 32 or 64 values; 0: further apart
};

/// What each loop does is said where it stands, in resample.cpp.
struct ResampleKernels {
    void (*columns_f32)(const float* in, const FloatTaps& taps, float* out);
    void (*rows_f32)(const float* const* rows, const float* weights, std::size_t n_rows, float* out,
                     std::size_t n);
};
IMGMINE_KERNELS(ResampleKernels, resample_kernels)

}  // namespace imgmine
