#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cover.hpp"
#include "kernels/level.hpp"

namespace imgmine {

/// A weighted sum of rows: of `inner` ones, and what is carried over of more such, `inner_weight`
/// each; of the first and the last.
struct AreaRows {
    const std::uint8_t* const* inner;
    std::size_t n_inner;
    std::uint32_t inner_weight;
    const std::uint32_t* carry;  ///< may be null
    const std::uint8_t* first;
    std::uint32_t first_weight;
    const std::uint8_t* last;
    std::uint32_t last_weight;
};

/// Where such sums go: as they are, or their lower 16 bits less 2^15, and their upper ones unless
/// those are all zero.
struct AreaSumsView {
    std::uint32_t* whole;
    std::int16_t* low;
    std::int16_t* high;
};

/// New pixels in fours (or sixteens where there is one channel), old ones in eights.
struct AreaWindows {
    std::size_t n_pixels, channels, n_chunks;
    const std::int32_t* offset;   ///< [chunk], in the row of sums, from the window's start on
    const std::int32_t* start;    ///< [pixel], in the row of sums
    const std::int16_t* weights;  ///< [pixel][chunk][8], or [16 pixels][chunk][4][32]
    double bias;                  ///< to add to the sum, then to be
    double inverse;               ///< multiplied with this: the rounded mean is what is whole of it
};

/// What each loop does is said where it stands, in area.cpp.
struct AreaKernels {
    bool permutes_bytes;  ///< whether AreaWindows can be used
    void (*add_rows_u8)(const std::uint8_t* const* rows, std::size_t n_rows, std::uint32_t* totals,
                        std::size_t n);
    void (*weigh_rows_u8)(const AreaRows& rows, const AreaSumsView& sums, std::size_t n);
    void (*mean_windows_u8)(const AreaSumsView& sums, const AreaWindows& windows,
                            std::uint8_t* out);
};
IMGMINE_KERNELS(AreaKernels, area_kernels)

}  // namespace imgmine
