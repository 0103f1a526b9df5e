#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// How colors of three bytes become bins: luts[a] + luts[256 + b] + luts[512 + c], which is
/// ((a bins[0] / e) bins[1] + b bins[1] / 256) bins[2] + c bins[2] / 256, with e of 180 where the
/// first one is a hue, else 256.
struct JointBins {
    const std::uint32_t* luts;
    int bins[3];
    bool hue;
};

/// What each loop does is said where it stands, in histogram.cpp.
struct HistogramKernels {
    void (*count_bytes)(const std::uint8_t* in, std::size_t n, std::uint32_t* tables);
    void (*count_not_below)(const std::uint8_t* in, std::size_t n, const std::uint8_t* edges,
                            std::size_t n_edges, std::uint32_t* counts);
    void (*count_sixteenths)(const std::uint8_t* in, std::size_t n, const std::uint8_t* bins,
                             std::uint32_t* counts);
    void (*count_joint)(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                        std::uint32_t* tables, std::size_t size, std::size_t stride,
                        std::size_t n_tables);
    void (*joint_bytes)(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                        std::uint8_t* out);
    void (*to_planes)(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                      std::uint8_t* planes);
    void (*rgb_to_opponent)(const std::uint8_t* rgb, std::uint8_t* out, std::size_t n);
};
IMGMINE_KERNELS(HistogramKernels, histogram_kernels)

}  // namespace imgmine
