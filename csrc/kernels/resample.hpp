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

/// The same for bytes: whole weights, the sum of 2 or 3 signed bytes times powers of 256, and four
/// taps at a time.
struct ByteTaps {
    std::size_t n_groups, n_taps;  ///< taps: in fours
    std::size_t planes;            ///< bytes of a weight
    std::size_t shift;             ///< the sum is divided by 2^shift, rounded half up
    const std::int32_t* base;      ///< [group]
    const std::uint8_t* index;     ///< [group][four taps][64]; all stand within `reach` bytes
    const std::int8_t* weights;    ///< [group][four taps][plane][64]
    std::size_t row_size;
    std::size_t reach;  ///< 64, or 128 where a row has so many
};

/// The same for windows of more taps: pixels in fours (or sixteens where there is one channel),
/// taps in sixteens.
struct ByteWindows {
    std::size_t n_pixels, channels, n_chunks, planes, shift;
    const std::int32_t* offset;  ///< [chunk], in the old row, from the window's start on
    const std::int32_t* start;   ///< [pixel], a position in the old row
    const std::int8_t* weights;  ///< [pixel][chunk][plane][16], or [16 pixels][chunk][4][plane][64]
};

/// The same, pixel by pixel.
struct PlainTaps {
    std::size_t n_pixels, channels, n_taps, shift;
    const std::int32_t* start;    ///< [pixel], a position in the old row
    const std::int32_t* weights;  ///< [pixel][tap]
};

/// What each loop does is said where it stands, in resample.cpp.
struct ResampleKernels {
    bool permutes_bytes;  ///< whether ByteTaps and ByteWindows can be used
    void (*columns_f32)(const float* in, const FloatTaps& taps, float* out);
    void (*rows_f32)(const float* const* rows, const float* weights, std::size_t n_rows, float* out,
                     std::size_t n);
    void (*near_columns_u8)(const std::uint8_t* in, const ByteTaps& taps, std::uint8_t* out);
    void (*near_columns_s16)(const std::uint8_t* in, const ByteTaps& taps, std::int16_t* out);
    void (*far_columns_u8)(const std::uint8_t* in, const ByteWindows& taps, std::uint8_t* out);
    void (*far_columns_s16)(const std::uint8_t* in, const ByteWindows& taps, std::int16_t* out);
    void (*plain_columns_u8)(const std::uint8_t* in, const PlainTaps& taps, std::uint8_t* out);
    void (*plain_columns_s16)(const std::uint8_t* in, const PlainTaps& taps, std::int16_t* out);
    void (*rows_u8)(const std::uint8_t* const* rows, const std::int32_t* weights,
                    std::size_t n_rows, std::size_t shift, std::uint8_t* out, std::size_t n);
    void (*rows_s16)(const std::int16_t* const* rows, const std::int32_t* weights,
                     std::size_t n_rows, std::size_t shift, std::uint8_t* out, std::size_t n);
};
IMGMINE_KERNELS(ResampleKernels, resample_kernels)

}  // namespace imgmine
