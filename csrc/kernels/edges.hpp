#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// The 3x3 operators: a difference one way, weights of a side and of the middle the other way.
enum class Operator { sobel, scharr, prewitt };  // 1 2 1, 3 10 3, 1 1 1

/// What is made of a horizontal and a vertical derivative.
enum class Combine { first, second, magnitude, sum };

/// What each loop does is said where it stands, in edges.cpp.
///
/// `rows` are the row above, the row itself and the row below, each at the column of out[0]; they
/// are read from `step` values before that to `step` values past the last one.
struct EdgeKernels {
    void (*gradient_u8_i16)(const std::uint8_t* const* rows, std::size_t step, Operator which,
                            Combine combine, std::int16_t* out, std::size_t n);
    void (*gradient_u8_f32)(const std::uint8_t* const* rows, std::size_t step, Operator which,
                            Combine combine, float* out, std::size_t n);
    void (*gradient_u8_u8)(const std::uint8_t* const* rows, std::size_t step, Operator which,
                           Combine combine, std::uint8_t* out, std::size_t n);
    void (*gradient_f32)(const float* const* rows, std::size_t step, Operator which,
                         Combine combine, float* out, std::size_t n);
    void (*laplacian_u8_i16)(const std::uint8_t* const* rows, std::size_t step, bool corners,
                             std::int16_t* out, std::size_t n);
    void (*laplacian_u8_f32)(const std::uint8_t* const* rows, std::size_t step, bool corners,
                             float* out, std::size_t n);
    void (*laplacian_f32)(const float* const* rows, std::size_t step, bool corners, float* out,
                          std::size_t n);
};
IMGMINE_KERNELS(EdgeKernels, edge_kernels)

}  // namespace imgmine
