#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Two rows of pixels that are compared, one of each patch.
template <class T>
struct RowPair {
    const T* a;
    const T* b;
};

/// What a patch that was compared adds to the means of n pixels, for `channels` planes of values.
template <class T, class Sum>
struct NlMeansAddition {
    const Sum* columns;      // sums of squared differences of each column of the patches
    std::size_t patch_size;  // columns to a patch
    float factor;            // times the sum over a patch: the logarithm to base 2 of its weight
    const T* const* values;
    std::size_t channels;
    float* weights;       // sums of weights
    float* const* means;  // sums of weight times value
};

/// What each loop does is said where it stands, in nl_means.cpp. Rows have room for 64 values more
/// than there are.
struct NlMeansKernels {
    void (*move_down_u8)(const RowPair<std::uint8_t>& in, const RowPair<std::uint8_t>& out,
                         std::int32_t* columns, std::size_t n);
    void (*add_squares_f32)(const RowPair<float>& rows, float* columns, std::size_t n);
    void (*add_u8)(const NlMeansAddition<std::uint8_t, std::int32_t>& addition, std::size_t n);
    void (*add_f32)(const NlMeansAddition<float, float>& addition, std::size_t n);
};
IMGMINE_KERNELS(NlMeansKernels, nl_means_kernels)

}  // namespace imgmine
