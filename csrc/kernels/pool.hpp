#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Pixels of `channels` values, at least one: some rows of them, `row_pitch` values apart.
struct PoolWindow {
    std::size_t rows, columns, channels, row_pitch;
};

/// What each loop does is said where it stands, in pool.cpp.
struct PoolKernels {
    void (*largest)(const PoolWindow& w, const float* x, float* y);
    void (*find_largest)(const PoolWindow& w, const float* x, std::int32_t first,
                         std::int32_t row_length, float* y, std::int32_t* pixel);
    void (*mean)(const PoolWindow& w, const float* x, float* y);
    void (*share)(const PoolWindow& w, const float* y, float* x);
};
IMGMINE_KERNELS(PoolKernels, pool_kernels)

}  // namespace imgmine
