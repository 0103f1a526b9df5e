#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// A rectangle between the centres of four tiles, and what is done to it.
struct ClaheCell {
    const std::uint8_t* in;
    std::ptrdiff_t in_stride;
    std::uint8_t* out;
    std::ptrdiff_t out_stride;
    std::size_t height, width;
    const std::uint8_t* tables[4];  // of the tiles above left, above right, below left, below right
    const float* right;             // weights of the right tiles, one a column
    const float* below;             // weights of the lower tiles, one a row
};

/// What each loop does is said where it stands, in clahe.cpp.
struct ClaheKernels {
    void (*blend_tables)(const ClaheCell& cell);
};
IMGMINE_KERNELS(ClaheKernels, clahe_kernels)

}  // namespace imgmine
