#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// The 3x3 operators: a difference one way, weights of a side and of the middle the other way.
enum class Operator { sobel, scharr, prewitt };  // 1 2 1, 3 10 3, 1 1 1

/// What is made of a horizontal and a vertical derivative.
enum class Combine { first, second, magnitude, sum };

/// Two separable kernels of 5 or 7 taps: the first one is steep along rows and smooth down columns,
/// the second one the other way round.
struct PairTaps {
    const float* smooth;  ///< symmetric
    const float* steep;   ///< antisymmetric where odd, else symmetric
    std::size_t n_taps;
    bool odd;
};

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
    void (*row_pair)(const float* in, std::size_t step, const PairTaps& taps, Combine combine,
                     float* out_first, float* out_second, std::size_t n);
    void (*column_pair)(const float* const* rows_first, const float* const* rows_second,
                        const PairTaps& taps, Combine combine, float* out, std::size_t n);
    void (*widen_u8)(const std::uint8_t* in, float* out, std::size_t n);
    void (*narrow_i16)(const float* in, float scale, std::int16_t* out, std::size_t n);
    void (*narrow_u8)(const float* in, float scale, std::uint8_t* out, std::size_t n);
};
IMGMINE_KERNELS(EdgeKernels, edge_kernels)

}  // namespace imgmine
