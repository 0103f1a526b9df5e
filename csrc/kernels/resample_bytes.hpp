#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Groups of 16 neighboring values of a new row: what stands where in the old one, and whole
/// weights, a signed byte and 256 times another. Four taps at a time. The last group
/// may reach past the end; so may writing.
struct ByteTaps {
    std::size_t n_groups, n_taps;  ///< taps: in fours
    std::size_t shift;             ///< the sum is divided by 2^shift, rounded half up
    const std::int32_t* base;      ///< [group]
    const std::uint8_t* index;     ///< [group][four taps][64]; all stand within `reach` bytes
    const std::int8_t* weights;    ///< [group][four taps][2][64]
    std::size_t row_size;
    std::size_t reach;  ///< 64, or 128 where a row has so many
};

/// The same for windows of more taps: pixels in fours (or sixteens where there is one channel),
/// taps in sixteens.
struct ByteWindows {
    std::size_t n_pixels, channels, n_chunks, shift;
    const std::int32_t* offset;  ///< [chunk], in the old row, from the window's start on
    const std::int32_t* start;   ///< [pixel], a position in the old row
    const std::int8_t* weights;  ///< [pixel][chunk][2][16], or [16 pixels][chunk][4][2][64]
};

/// The same, pixel by pixel.
struct PlainTaps {
    std::size_t n_pixels, channels, n_taps, shift;
    const std::int32_t* start;    ///< [pixel], a position in the old row
    const std::int32_t* weights;  ///< [pixel][tap]
};

/// What each loop does is said where it stands, in resample_bytes.cpp.
struct ResampleBytesKernels {
    bool permutes_bytes;  ///< whether ByteTaps and ByteWindows can be used
    void (*near_columns)(const std::uint8_t* in, const ByteTaps& taps, std::int16_t* out);
    void (*far_columns)(const std::uint8_t* in, const ByteWindows& taps, std::int16_t* out);
    void (*plain_columns)(const std::uint8_t* in, const PlainTaps& taps, std::int16_t* out);
    void (*weigh_rows)(const std::int16_t* const* rows, const std::int32_t* weights,
                       std::size_t n_rows, std::size_t shift, std::uint8_t* out, std::size_t n);
};
IMGMINE_KERNELS(ResampleBytesKernels, resample_bytes_kernels)

}  // namespace imgmine
