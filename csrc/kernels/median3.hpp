#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Medians of 3 x 3, of two rows at a time: out[k][i] is the median of the values i, i + channels
/// and i + 2 * channels of rows[k] to rows[k + 2]. The four rows hold n + 2 * channels values,
/// `out` n, at least 64 bytes. out[1] may be out[0], which then holds what out[0] is to hold.
template <class T>
using Median3Loop = void (*)(const T* const* rows, std::size_t channels, T* const* out,
                             std::size_t n);

struct Median3Kernels {
    Median3Loop<std::uint8_t> u8;
    Median3Loop<float> f32;
};
IMGMINE_KERNELS(Median3Kernels, median3_kernels)

}  // namespace imgmine
