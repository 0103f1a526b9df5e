#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in runs.cpp.
struct RunKernels {
    std::size_t (*ends_u8)(const std::uint8_t* row, std::size_t n, bool of_zeros,
                           std::int32_t* ends);
    std::size_t (*changes_i32)(const std::int32_t* row, std::size_t n, std::int32_t* changes);
    void (*paint_i32)(const std::int32_t* ends, const std::int32_t* values, std::size_t n_runs,
                      std::int32_t* out, std::size_t n);
    void (*edges_i32)(const std::int32_t* above, const std::int32_t* row, const std::int32_t* below,
                      std::size_t n, bool diagonal, std::uint8_t* out);
};
IMGMINE_KERNELS(RunKernels, run_kernels)

}  // namespace imgmine
