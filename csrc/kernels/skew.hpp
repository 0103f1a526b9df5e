#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

struct SkewKernels {
    /// ink[x] = sum over channels of |row - background|; 0 where that is not finite.
    void (*ink_u8)(const std::uint8_t* row, const float* background, std::size_t channels,
                   float* ink, std::size_t n);
    void (*ink_f32)(const float* row, const float* background, std::size_t channels, float* ink,
                    std::size_t n);
    /// sums[0] = sum of ink[x], sums[1] = sum of x ink[x], in doubles.
    void (*row_moments)(const float* ink, std::size_t n, double* sums);
    /// total[i] += row[i].
    void (*add_row)(const float* row, float* total, std::size_t n);
    /// Sum of (profile[i + 1] - profile[i])^2 for i < n, in doubles.
    double (*roughness)(const float* profile, std::size_t n);
};
IMGMINE_KERNELS(SkewKernels, skew_kernels)

}  // namespace imgmine
