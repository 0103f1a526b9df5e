#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in hsv.cpp. `out` of the uint8 ones may be `in`,
/// unless it `streams`: is written past the caches.
struct HsvKernels {
    void (*rgb_to_hsv_u8)(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams);
    void (*hsv_to_rgb_u8)(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams);
    void (*rgb_to_hsv_f32)(const float* in, float* out, std::size_t n, bool streams);
    void (*hsv_to_rgb_f32)(const float* in, float* out, std::size_t n, bool streams);
};
IMGMINE_KERNELS(HsvKernels, hsv_kernels)

}  // namespace imgmine
