#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// One comparison of a sorting network. `slots` below are registers of `slot_size` bytes; places
/// are numbers of slots times 8.
struct NetworkStep {
    std::uint16_t a, b;       ///< what is compared
    std::uint16_t low, high;  ///< where the lower and the higher value go
};

/// Rows that are read or written here are buffers that end with room for a register, but for `out`
/// of a median, which is exactly n long, n being a register at least.
template <class T>
struct MedianLoops {
    void (*sort5)(const T* const* rows, T* const* upper, T* const* lower, std::size_t n);
    void (*merge5)(const T* const* sorted, std::size_t channels, T* const* merged, std::size_t n);
    void (*median5)(const T* const* merged, const T* const* sorted, std::size_t channels, T* out,
                    std::size_t n);
    void (*run_network)(const NetworkStep* steps, std::size_t n_steps, void* slots);
    void (*take_every)(std::size_t stride, const T* in, T* out, std::size_t n);
    void (*put_every)(std::size_t stride, const T* in, T* out, std::size_t n);
};

/// What each loop does is said where it stands, in median.cpp.
struct MedianKernels {
    std::size_t slot_size;  ///< bytes
    MedianLoops<std::uint8_t> u8;
    MedianLoops<std::int32_t> i32;
    void (*move_columns)(const std::uint8_t* leaving, const std::uint8_t* entering,
                         std::uint8_t* coarse, std::uint8_t* fine, std::size_t n);
    void (*median_of_columns)(const std::uint8_t* coarse, const std::uint8_t* fine,
                              std::size_t ksize, std::uint8_t* out, std::size_t n);
    void (*keys_of_floats)(const float* in, std::int32_t* out, std::size_t n);
    void (*floats_of_keys)(const std::int32_t* in, float* out, std::size_t n);
};
IMGMINE_KERNELS(MedianKernels, median_kernels)

}  // namespace imgmine
