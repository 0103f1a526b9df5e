#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// A row of each of two images, and the weights of a window. Values `step` apart belong to one
/// channel.
template <class T>
struct WindowRows {
    const T* a;
    const T* b;
    const double* taps;
    std::size_t n_taps;
    std::size_t step;
};

/// Weighted sums over a window: of a, b, a a, b b and a b, one row of `stride` values each.
struct MomentRows {
    static constexpr std::size_t count = 5;
    double* values;
    std::size_t stride;
};

/// What each loop does is said where it stands, in image_error.cpp.
struct ImageErrorKernels {
    std::uint64_t (*squared_error_u8)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);
    double (*squared_error_f32)(const float* a, const float* b, std::size_t n);
    void (*moments_u8)(const WindowRows<std::uint8_t>& rows, const MomentRows& out, std::size_t n);
    void (*moments_f32)(const WindowRows<float>& rows, const MomentRows& out, std::size_t n);
    double (*ssim)(const MomentRows* rows, const double* taps, std::size_t n_taps, double c1,
                   double c2, std::size_t n);
};
IMGMINE_KERNELS(ImageErrorKernels, image_error_kernels)

}  // namespace imgmine
