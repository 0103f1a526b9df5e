#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What pixels at one distance weigh, by how far their colors are apart: 16-bit whole numbers, and
/// the same as bytes. The last entry of either is zero, or stands for all that is farther apart.
struct BilateralWeights {
    static constexpr std::size_t size = 1024;  // most sums of differences that have an entry
    std::int32_t whole[size];
    std::uint8_t low[256];
    std::uint8_t high[256];
};

/// The pixels around those of a row. Tap k of channel c is the row of pixels taps[c * n_taps + k];
/// every four taps have a distance, and so weights, in common.
struct BilateralTaps {
    static constexpr std::size_t most_channels = 4;
    const std::uint8_t* const* taps;
    std::size_t n_taps;  // a multiple of 4
    std::size_t channels;
    const BilateralWeights* const* weights;  // for every four taps
    std::size_t reach;                       // of the weights: from here on they are zero
};

/// What each loop does is said where it stands, in bilateral.cpp. Rows of taps, centers and `out`
/// have room for 64 values more than there are.
struct BilateralKernels {
    void (*filter_u8)(const BilateralTaps& around, const std::uint8_t* const* centers,
                      std::uint8_t* const* out, std::size_t n);
    void (*filter_f32)(const float* const* taps, const float* log_space, std::size_t n_taps,
                       std::size_t channels, float range_factor, const float* const* centers,
                       float* const* out, std::size_t n);
};
IMGMINE_KERNELS(BilateralKernels, bilateral_kernels)

}  // namespace imgmine
