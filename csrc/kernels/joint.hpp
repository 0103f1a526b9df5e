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

/// What each loop does is said where it stands, in joint.cpp.
struct JointKernels {
    void (*count_joint)(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                        std::uint32_t* tables, std::size_t size, std::size_t stride,
                        std::size_t n_tables);
    void (*joint_bytes)(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                        std::uint8_t* out);
};
IMGMINE_KERNELS(JointKernels, joint_kernels)

}  // namespace imgmine
