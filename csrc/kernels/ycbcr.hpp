#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in ycbcr.cpp. `out` of those from uint8 pixels to
/// uint8 pixels may be `in`, unless it `streams`: is written past the caches.
struct YcbcrKernels {
    void (*rgb_to_ycbcr_u8)(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams);
    void (*ycbcr_to_rgb_u8)(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams);
    void (*rgb_to_ycbcr_f32)(const float* in, float* out, std::size_t n, bool streams);
    void (*ycbcr_to_rgb_f32)(const float* in, float* out, std::size_t n, bool streams);
    void (*nv12_to_rgb)(const std::uint8_t* const* y, const std::uint8_t* uv,
                        std::uint8_t* const* rgb, std::size_t n);
    void (*yuyv_to_rgb)(const std::uint8_t* yuyv, std::uint8_t* rgb, std::size_t n);
};
IMGMINE_KERNELS(YcbcrKernels, ycbcr_kernels)

}  // namespace imgmine
