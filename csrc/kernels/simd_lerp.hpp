#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// Calls between(out, a, b, weight) for each value of n new pixels; a is the value at left[x],
/// which is a position in the row, and b the one `step` behind it.
template <std::size_t fixed_channels, class T, class Weight, class Out, class Between>
IMGMINE_INLINE void lerp_pixels(const T* in, const std::int32_t* left, std::size_t step,
                                const Weight* weights, Out* out, std::size_t n,
                                std::size_t channels, const Between& between) {
    if (fixed_channels) channels = fixed_channels;
    for (std::size_t x = 0; x < n; ++x, out += channels) {
        const T* a = in + left[x];
        for (std::size_t c = 0; c < channels; ++c) out[c] = between(a[c], a[c + step], weights[x]);
    }
}

template <class T, class Weight, class Out, class Between>
IMGMINE_INLINE void lerp_columns(const T* in, const std::int32_t* left, std::size_t step,
                                 const Weight* weights, Out* out, std::size_t n,
                                 std::size_t channels, const Between& between) {
    switch (channels) {
        case 1:
            return lerp_pixels<1>(in, left, step, weights, out, n, channels, between);
        case 3:
            return lerp_pixels<3>(in, left, step, weights, out, n, channels, between);
        case 4:
            return lerp_pixels<4>(in, left, step, weights, out, n, channels, between);
        default:
            return lerp_pixels<0>(in, left, step, weights, out, n, channels, between);
    }
}

}  // namespace
}  // namespace imgmine
