#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What rgb_to_lab_u8 looks up: linear light of an sRGB byte (11 bits), the XYZ matrix over the
/// white point (12 bits), and the CIE function f of a linear value (15 bits).
struct LabTables {
    std::int32_t linear[256];
    std::int32_t matrix[9];
    std::int32_t f[3072];
};

/// What each loop does is said where it stands, in color.cpp.
struct ColorKernels {
    void (*rgb_to_gray_u8)(const std::uint8_t* rgb, std::uint8_t* gray, std::size_t n,
                           std::size_t channels);
    void (*rgb_to_gray_f32)(const float* rgb, float* gray, std::size_t n, std::size_t channels);
    void (*rgb_to_hsv_u8)(const std::uint8_t* rgb, std::uint8_t* hsv, std::size_t n,
                          const std::int32_t* tables);
    void (*rgb_to_lab_u8)(const std::uint8_t* rgb, std::uint8_t* lab, std::size_t n,
                          const LabTables& tables);
};
IMGMINE_KERNELS(ColorKernels, color_kernels)

}  // namespace imgmine
