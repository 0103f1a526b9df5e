#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in pdq.cpp.
struct PdqKernels {
    void (*luma_f32)(const std::uint8_t* pixels, float* out, std::size_t n, std::size_t channels);
    void (*box_of_sixteen)(const float* in, float* out, std::size_t n, std::size_t window);
    void (*add_row)(const float* row, float* sums, std::size_t n);
    void (*subtract_row)(const float* row, float* sums, std::size_t n);
    void (*divide_row)(const float* sums, float by, float* out, std::size_t n);
    void (*multiply)(const float* a, std::size_t rows, std::size_t inner, const float* b,
                     std::size_t columns, float* out);
};
IMGMINE_KERNELS(PdqKernels, pdq_kernels)

}  // namespace imgmine
