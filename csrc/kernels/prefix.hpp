#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in prefix.cpp.
struct PrefixKernels {
    void (*integral_u32)(const std::uint8_t* in, const std::uint32_t* above, std::uint32_t* carry,
                         std::uint32_t* out, std::size_t n, std::size_t channels);
    void (*integral_u64)(const std::uint8_t* in, const std::uint64_t* above, std::uint64_t* carry,
                         std::uint64_t* out, std::size_t n, std::size_t channels);
    void (*integral_f64)(const float* in, const double* above, double* carry, double* out,
                         std::size_t n, std::size_t channels);
    void (*add_rows)(const std::uint8_t* in, std::ptrdiff_t stride, std::size_t rows,
                     std::uint32_t* sums, std::size_t n);
    void (*total_f64)(const float* in, double* carry, std::size_t n, std::size_t channels);
    void (*prefix_u32)(const std::uint32_t* in, std::uint32_t* out, std::size_t n,
                       std::size_t channels);
    void (*prefix_f64)(const double* in, double* out, std::size_t n, std::size_t channels);
};
IMGMINE_KERNELS(PrefixKernels, prefix_kernels)

}  // namespace imgmine
