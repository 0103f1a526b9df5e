#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

enum class Result { u8, s16, f32 };

/// The taps of a window that slides over rows of values, and what becomes of its sums.
template <class Weight>
struct Window {
    const Weight* weights;  ///< height x width, row by row
    std::size_t height, width;
    std::size_t step;             ///< values between the taps of a row
    Result result = Result::f32;  ///< rounded to nearest, ties to even, and saturated
    float factor = 1;             ///< what sums are multiplied with, or, if `divide`, divided by
    bool divide = false;
};

/// The most rows that one call gives.
constexpr std::size_t rows_at_once = 4;

/// What each loop does is said where it stands, in correlate.cpp.
struct CorrelateKernels {
    void (*window_f32)(const Window<float>& window, const float* const* rows, void* const* out,
                       std::size_t n_out, std::size_t n);
    void (*window_quads)(const Window<std::int32_t>& window, const std::int32_t* const* rows,
                         void* const* out, std::size_t n_out, std::size_t n);
    void (*window_quads_twice)(const Window<std::int32_t>& window, const std::int32_t* const* rows,
                               void* const* out, std::size_t n_out, std::size_t n);
    void (*quads_u8)(const std::uint8_t* in, std::size_t step, std::int32_t* out, std::size_t n);
    void (*widen_u8)(const std::uint8_t* in, float* out, std::size_t n);
};
IMGMINE_KERNELS(CorrelateKernels, correlate_kernels)

}  // namespace imgmine
