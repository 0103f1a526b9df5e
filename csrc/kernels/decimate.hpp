#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Which two values of a coarse row each value of a fine one lies between, and how far from the
/// first, in blocks of 16.
struct Between {
    const std::int32_t* first;  ///< index of the coarse value before it
    const float* fraction;
    const std::int32_t* base;  ///< per block: the least index of the block, or -1 where they
                               ///< spread over more than 16
    std::size_t step;          ///< from the first to the second
};

/// What each loop does is said where it stands, in decimate.cpp.
struct DecimateKernels {
    void (*weighted_sum_u8_f32)(const std::uint8_t* const* rows, const float* weights,
                                std::size_t n_rows, float* out, std::size_t n);
    void (*decimate)(const float* in, std::size_t factor, std::size_t channels, float scale,
                     float* out, std::size_t n);
    void (*expand_u8)(const float* coarse, const Between& between, std::uint8_t* out,
                      std::size_t n);
    void (*expand_f32)(const float* coarse, const Between& between, float* out, std::size_t n);
};
IMGMINE_KERNELS(DecimateKernels, decimate_kernels)

}  // namespace imgmine
