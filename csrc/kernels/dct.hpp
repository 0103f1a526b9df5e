#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in dct.cpp. `band` is 8 rows of n values, a
/// multiple of 16, `stride` apart; it is changed in place.
struct DctKernels {
    void (*forward)(float* band, std::size_t stride, std::size_t n);
    void (*inverse)(float* band, std::size_t stride, std::size_t n);
};
IMGMINE_KERNELS(DctKernels, dct_kernels)

}  // namespace imgmine
