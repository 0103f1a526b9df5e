#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Of each of n rows: the least score, the least of the others, and the place of the first.
struct TwoLeast {
    float *first, *second;
    std::int32_t* place;
};

/// Centers that are compared together, as -2 times themselves, and their squares. The score of a
/// row x and a center is their squared distance less the square of x.
struct CenterGroup {
    const float* values;  ///< wide: (size, padded), side by side; narrow: (n, size)
    const float* terms;   ///< wide: infinity behind the last
    std::size_t n;        ///< wide: a multiple of 16
};

/// What each loop does is said where it stands, in assign.cpp. Scores may differ in their last bits
/// from one level to another: whoever compares them has to know how wrong they may be.
struct AssignKernels {
    void (*nearest)(const float* const* rows, std::size_t n, std::size_t size,
                    const CenterGroup& group, const TwoLeast& out);
    void (*nearest_narrow)(const float* columns, std::size_t stride, std::size_t n,
                           std::size_t size, const CenterGroup& group, const TwoLeast& out);
};
IMGMINE_KERNELS(AssignKernels, assign_kernels)

}  // namespace imgmine
