#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Divides sums of `size` bytes, rounding half up: (sum + size / 2) / size.
struct BoxDivisor {
    std::uint32_t size;
    /// In 16 bits, where size <= 256: ((sum + add) * factor) >> (16 + shift).
    std::uint16_t add, factor, shift;
};

/// What each loop does is said where it stands, in box.cpp.
struct BoxKernels {
    void (*slide_u16)(const std::uint8_t* enter, const std::uint8_t* leave, std::uint16_t* sums,
                      std::size_t n);
    void (*slide_u32)(const std::uint8_t* enter, const std::uint8_t* leave, std::uint32_t* sums,
                      std::size_t n);
    bool (*slide_f64)(const float* enter, const float* leave, double* sums, std::size_t n);
    void (*box_row_u16)(const std::uint16_t* sums, std::size_t step, std::size_t ksize,
                        const BoxDivisor& divisor, std::uint8_t* out, std::size_t n);
    void (*box_row_u32)(const std::uint32_t* from, const std::uint32_t* to,
                        const BoxDivisor& divisor, std::uint8_t* out, std::size_t n);
    void (*box_direct_f64)(const double* sums, std::size_t step, std::size_t ksize, double factor,
                           float* out, std::size_t n);
    void (*box_row_f64)(const double* from, const double* to, double factor, float* out,
                        std::size_t n);
};
IMGMINE_KERNELS(BoxKernels, box_kernels)

}  // namespace imgmine
