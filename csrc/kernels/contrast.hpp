#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// How far apart the colors of neighboring pixels are. What each loop does is said where it stands,
/// in contrast.cpp.
struct ContrastKernels {
    static constexpr float steps = 1 << 20;        // to a difference of 1
    static constexpr std::uint32_t end = 1 << 30;  // distances are below

    void (*distances)(const float* const* a, const float* const* b, std::size_t channels,
                      std::uint32_t* out, std::size_t n);
};
IMGMINE_KERNELS(ContrastKernels, contrast_kernels)

}  // namespace imgmine
