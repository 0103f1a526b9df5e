#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in convolve.cpp.
struct ConvolveKernels {
    void (*symmetric_sum_u8)(const std::uint8_t* const* rows, const std::uint16_t* taps,
                             std::size_t n_taps, std::uint16_t* out, std::size_t n);
    void (*symmetric_sum_narrow_u16)(const std::uint16_t* const* rows, const std::uint16_t* taps,
                                     std::size_t n_taps, std::size_t shift, std::uint8_t* out,
                                     std::size_t n);
    void (*binomial_row_u8)(const std::uint8_t* in, std::uint16_t* out, std::size_t n);
    void (*binomial_column_u8)(const std::uint16_t* const* rows, std::uint8_t* out, std::size_t n);
    void (*weighted_sum_u16)(const std::uint16_t* const* rows, const std::uint16_t* taps,
                             std::size_t n_taps, std::uint8_t* out, std::size_t n);
    void (*weighted_sum_f32)(const float* const* rows, const float* weights, std::size_t n_rows,
                             float* out, std::size_t n);
};
IMGMINE_KERNELS(ConvolveKernels, convolve_kernels)

}  // namespace imgmine
