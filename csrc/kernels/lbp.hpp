#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// A row of pixels, the rows above and below it, and what rounding makes of places between them.
struct LbpCircleRow {
    const std::int16_t* up;  ///< 64 times the pixels, with zeros around the image
    const std::int16_t* mid;
    const std::int16_t* down;
    const double* right[2];           ///< how far places to the right and left are between columns
    double below[2];                  ///< how far places above and below are between rows
    const std::uint8_t* const* ties;  ///< of block i and corner j [4 i + j]: see unit_circle()
    const std::uint8_t* codes;        ///< of all patterns
};

/// What each loop does is said where it stands, in lbp.cpp.
struct LbpKernels {
    void (*widen_64)(const std::uint8_t* in, std::size_t n, std::int16_t* out);
    void (*unit_circle)(const LbpCircleRow& row, std::size_t n_blocks, std::uint8_t* codes);
    void (*flat_not_below)(const double* between, double below, std::uint8_t* flags);
    void (*whole_not_below)(const std::uint8_t* place, const std::uint8_t* center, std::size_t n,
                            std::uint8_t* flags);
    void (*between_not_below)(const std::uint8_t* top, const std::uint8_t* bottom,
                              const std::uint8_t* center, const double* right, double below,
                              std::size_t n, std::uint8_t* flags);
    void (*add_flags_u8)(const std::uint8_t* flags, std::size_t n, unsigned point,
                         std::uint8_t* patterns);
    void (*add_flags_u32)(const std::uint8_t* flags, std::size_t n, unsigned point,
                          std::uint32_t* patterns);
    void (*uniform_codes)(std::uint32_t* patterns, std::size_t n, unsigned points);
    void (*turned_codes)(std::uint32_t* patterns, std::size_t n, unsigned points);
    void (*block_sums)(std::uint32_t* columns, const std::uint8_t* add, const std::uint8_t* drop,
                       std::size_t n, std::size_t block, std::uint32_t* sums);
    void (*block_codes)(const std::uint32_t* top, const std::uint32_t* mid,
                        const std::uint32_t* bottom, std::size_t n, std::size_t step,
                        std::uint8_t* codes);
};
IMGMINE_KERNELS(LbpKernels, lbp_kernels)

}  // namespace imgmine
