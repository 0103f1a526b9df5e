#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// States of a pixel while edges are traced. The sign bit marks an edge alone.
constexpr std::uint8_t no_edge = 0, weak_edge = 1, strong_edge = 255;

/// What each loop does is said where it stands, in canny.cpp. Norms are 16-bit where they are sums
/// of absolute values, 32-bit where they are sums of squares.
struct CannyKernels {
    void (*norm_l1)(const std::int16_t* gx, const std::int16_t* gy, std::int16_t* norm,
                    std::size_t n);
    void (*norm_l2)(const std::int16_t* gx, const std::int16_t* gy, std::int32_t* norm,
                    std::size_t n);
    void (*strongest_l1)(std::int16_t* gx, std::int16_t* gy, std::int16_t* norm,
                         std::size_t channels, std::size_t n);
    void (*strongest_l2)(std::int16_t* gx, std::int16_t* gy, std::int32_t* norm,
                         std::size_t channels, std::size_t n);
    void (*thin_l1)(const std::int16_t* gx, const std::int16_t* gy,
                    const std::int16_t* const* norms, std::int32_t low, std::int32_t high,
                    std::uint8_t* out, std::size_t n);
    void (*thin_l2)(const std::int16_t* gx, const std::int16_t* gy,
                    const std::int32_t* const* norms, std::int32_t low, std::int32_t high,
                    std::uint8_t* out, std::size_t n);
    void (*spread)(const std::uint64_t* near, std::uint8_t* row, std::uint64_t* edges,
                   std::uint64_t* scratch, std::size_t n);
    std::size_t (*next_seed)(const std::uint8_t* above, const std::uint8_t* row,
                             const std::uint8_t* below, std::size_t from, std::size_t n);
    void (*finish)(std::uint8_t* row, std::size_t n);
};
IMGMINE_KERNELS(CannyKernels, canny_kernels)

}  // namespace imgmine
