#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// gain * 255 * (max(slope * x + offset, 0) / 255)^gamma; without the power, and the limit at 0,
/// where gamma is 1.
struct Tone {
    float slope = 1, offset = 0, gamma = 1, gain = 1;
};

/// What each loop does is said where it stands, in light.cpp. `pattern`s hold a value for each
/// channel, again and again, channels + 15 in all; n counts values unless pixels are given.
struct LightKernels {
    void (*luma)(const std::uint8_t* pixels, std::size_t n, std::uint8_t* gray);
    void (*adjust)(const float* in, std::size_t n, const Tone& tone, float* out);
    void (*power)(const float* in, std::size_t n, float exponent, float* out);
    void (*saturate_u8)(const std::uint8_t* pixels, std::size_t n, float factor, std::uint8_t* out);
    void (*saturate_f32)(const float* pixels, std::size_t n, float factor, float* out);
    void (*scale_u8)(const std::uint8_t* in, std::size_t n, std::size_t channels,
                     const float* slope_pattern, const float* offset_pattern, float* out);
    void (*scale_f32)(const float* in, std::size_t n, std::size_t channels,
                      const float* slope_pattern, const float* offset_pattern, float* out);
    void (*scale_plane_u8)(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                           float slope, float offset, float* out);
    void (*scale_plane_f32)(const float* pixels, std::size_t n, std::size_t channels, float slope,
                            float offset, float* out);
    void (*difference_u8)(const std::uint8_t* a, const std::uint8_t* b, std::size_t n, float* out);
    void (*difference_f32)(const float* a, const float* b, std::size_t n, float* out);
    void (*flatten_u8_u8)(const std::uint8_t* in, const std::uint8_t* flat,
                          const std::uint8_t* dark, std::size_t n, std::size_t channels,
                          const float* mean_pattern, std::uint8_t* out);
    void (*flatten_u8_f32)(const std::uint8_t* in, const float* flat, const float* dark,
                           std::size_t n, std::size_t channels, const float* mean_pattern,
                           std::uint8_t* out);
    void (*flatten_f32_f32)(const float* in, const float* flat, const float* dark, std::size_t n,
                            std::size_t channels, const float* mean_pattern, float* out);
    void (*add_to_sums)(const float* in, std::size_t n, std::size_t channels, double* sums);
    void (*count_zeros)(const float* in, std::size_t n, std::size_t channels,
                        std::uint64_t* counts);
};
IMGMINE_KERNELS(LightKernels, light_kernels)

}  // namespace imgmine
