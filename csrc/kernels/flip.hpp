#pragma once

#include <cstddef>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in flip.cpp.
struct FlipKernels {
    void (*reverse_pixels)(const void* in, std::size_t size, void* out, std::size_t n);
};
IMGMINE_KERNELS(FlipKernels, flip_kernels)

}  // namespace imgmine
