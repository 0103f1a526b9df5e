#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in histogram.cpp.
struct HistogramKernels {
    void (*count_bytes)(const std::uint8_t* in, std::size_t n, std::uint32_t* tables);
    void (*count_not_below)(const std::uint8_t* in, std::size_t n, const std::uint8_t* edges,
                            std::size_t n_edges, std::uint32_t* counts);
    void (*count_sixteenths)(const std::uint8_t* in, std::size_t n, const std::uint8_t* bins,
                             std::uint32_t* counts);
    void (*to_planes)(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                      std::uint8_t* planes);
    void (*rgb_to_opponent)(const std::uint8_t* rgb, std::uint8_t* out, std::size_t n);
};
IMGMINE_KERNELS(HistogramKernels, histogram_kernels)

}  // namespace imgmine
