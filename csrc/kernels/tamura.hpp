#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in tamura.cpp.
struct TamuraKernels {
    std::uint64_t (*best_sizes)(const std::uint32_t* integral, std::ptrdiff_t stride,
                                std::size_t n);
    void (*directions)(const std::uint8_t* up, const std::uint8_t* mid, const std::uint8_t* down,
                       std::size_t n, std::uint8_t* bins);
};
IMGMINE_KERNELS(TamuraKernels, tamura_kernels)

}  // namespace imgmine
