#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What rgb_to_lab_u8 looks up: linear light of an sRGB byte (11 bits; its two bytes once more on
/// their own), the XYZ matrix over the white point (12 bits), and the CIE function f of a linear
/// value (15 bits).
struct LabTables {
    std::int32_t linear[256];
    std::uint8_t linear_bytes[2][256];
    std::int32_t matrix[9];
    std::int32_t f[3072];
};

/// What lab_to_rgb_u8 looks up: the sRGB byte of linear light from 2^-13 to 1, by the upper 18 bits
/// of the float, from those of 2^-13 on; past the end for a load of four bytes.
struct EncodeTable {
    static constexpr std::size_t size = (13 << 9) + 1;
    std::uint8_t bytes[size + 3];
};

/// What each loop does is said where it stands, in lab.cpp. `out` of the uint8 ones may be `in`,
/// unless it `streams`: is written past the caches.
struct LabKernels {
    void (*rgb_to_lab_u8)(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams,
                          const LabTables& tables);
    void (*lab_to_rgb_u8)(const std::uint8_t* in, std::uint8_t* out, std::size_t n, bool streams,
                          const EncodeTable& table);
    void (*rgb_to_lab_f32)(const float* in, float* out, std::size_t n, bool streams);
    void (*lab_to_rgb_f32)(const float* in, float* out, std::size_t n, bool streams);
};
IMGMINE_KERNELS(LabKernels, lab_kernels)

}  // namespace imgmine
