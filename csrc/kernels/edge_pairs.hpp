#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/edges.hpp"

namespace imgmine {

/// Two separable kernels of 5 or 7 taps: the first one is steep along rows and smooth down columns,
/// the second one the other way round.
struct PairTaps {
    const float* smooth;  ///< symmetric
    const float* steep;   ///< antisymmetric where odd, else symmetric
    std::size_t n_taps;
    bool odd;
};

/// What each loop does is said where it stands, in edge_pairs.cpp.
struct EdgePairKernels {
    void (*row_pair)(const float* in, std::size_t step, const PairTaps& taps, Combine combine,
                     float* out_first, float* out_second, std::size_t n);
    void (*column_pair)(const float* const* rows_first, const float* const* rows_second,
                        const PairTaps& taps, Combine combine, float* out, std::size_t n);
    void (*widen_u8)(const std::uint8_t* in, float* out, std::size_t n);
    void (*narrow_i16)(const float* in, float scale, std::int16_t* out, std::size_t n);
    void (*narrow_u8)(const float* in, float scale, std::uint8_t* out, std::size_t n);
};
IMGMINE_KERNELS(EdgePairKernels, edge_pair_kernels)

}  // namespace imgmine
