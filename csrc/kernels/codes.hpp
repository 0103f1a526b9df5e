#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

inline constexpr std::size_t code_block = 32;  ///< rows of codes are a multiple of this many bytes

/// out[i] of a query and the row of codes that begins at codes + rows[i] * stride; stride is a
/// multiple of code_block, and the query has as many values. No sum may leave 32 bits.
using CompareCodes = void (*)(const std::int16_t* query, const std::uint8_t* codes,
                              std::size_t stride, const std::int32_t* rows, std::size_t n,
                              std::int32_t* out);

/// What each loop does is said where it stands, in codes.cpp.
struct CodeKernels {
    CompareCodes squared_l2s, negative_dots;
    void (*decode)(const std::uint8_t* codes, const float* offsets, float scale, std::size_t n,
                   float* out);
};
IMGMINE_KERNELS(CodeKernels, code_kernels)

}  // namespace imgmine
