#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Pixels of `size` bytes; strides in bytes, of either sign.
struct TransposeKernels {
    /// to[column][row] = from[row][column].
    void (*transpose)(const std::uint8_t* from, std::ptrdiff_t from_stride, std::uint8_t* to,
                      std::ptrdiff_t to_stride, std::size_t rows, std::size_t columns,
                      std::size_t size);
    /// to[i] = from[n - 1 - i].
    void (*reverse)(const std::uint8_t* from, std::uint8_t* to, std::size_t n, std::size_t size);
};
IMGMINE_KERNELS(TransposeKernels, transpose_kernels)

}  // namespace imgmine
