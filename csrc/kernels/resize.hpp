#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in resize.cpp.
struct ResizeKernels {
    void (*lerp_columns_u8)(const std::uint8_t* in, std::size_t size, const std::int32_t* left,
                            std::size_t step, const std::int32_t* weights, std::int16_t* out,
                            std::size_t n, std::size_t channels);
    void (*lerp_rows_u8)(const std::int16_t* a, const std::int16_t* b, std::int32_t weight,
                         std::uint8_t* out, std::size_t n);
    void (*pick_pixels)(const void* in, const std::int32_t* index, std::size_t unit,
                        std::size_t size, void* out, std::size_t n);
};
IMGMINE_KERNELS(ResizeKernels, resize_kernels)

}  // namespace imgmine
