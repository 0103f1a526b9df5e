#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in counts.cpp.
struct CountsKernels {
    void (*count_pairs)(const std::uint8_t* in, std::size_t n, std::uint32_t* pairs,
                        std::uint8_t* bytes, std::uint32_t* counts);
    void (*add_bytes)(std::uint8_t* bytes, std::uint32_t* pairs);
    void (*fold_pairs)(std::uint32_t* pairs, std::uint64_t* counts);
    void (*count_channels)(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                           std::uint32_t* tables);
};
IMGMINE_KERNELS(CountsKernels, counts_kernels)

}  // namespace imgmine
