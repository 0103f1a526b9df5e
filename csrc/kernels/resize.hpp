#pragma once

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

/// a + (b - a) * weight / 2^15 with 7 binary places: 0 <= out <= 255 * 128.
void lerp_columns_u8(const std::uint8_t* in, const std::int32_t* left, std::size_t step,
                     const std::int32_t* weights, std::int16_t* out, std::size_t n,
                     std::size_t channels) {
    lerp_columns(in, left, step, weights, out, n, channels,
                 [](std::int32_t a, std::int32_t b, std::int32_t weight) {
                     return (std::int16_t)(128 * a + ((128 * (b - a) * weight + (1 << 14)) >> 15));
                 });
}

/// a + (b - a) * weight; a or b itself at the ends, whatever the other one is (NaN, infinity).
IMGMINE_INLINE float lerp_f32(float a, float b, float weight) {
    const float between = a + (b - a) * weight;
    return weight == 0 ? a : weight == 1 ? b : between;
}

void lerp_columns_f32(const float* in, const std::int32_t* left, std::size_t step,
                      const float* weights, float* out, std::size_t n, std::size_t channels) {
    lerp_columns(in, left, step, weights, out, n, channels,
                 [](float a, float b, float weight) { return lerp_f32(a, b, weight); });
}

/// The same between two rows made by lerp_columns_u8, rounded to whole values.
void lerp_rows_u8(const std::int16_t* a, const std::int16_t* b, std::int32_t weight,
                  std::uint8_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const int x = a[i] + (((b[i] - a[i]) * weight + (1 << 14)) >> 15);
        out[i] = (std::uint8_t)((x + 64) >> 7);
    }
}

void lerp_rows_f32(const float* a, const float* b, float weight, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = lerp_f32(a[i], b[i], weight);
}

/// totals[i] += weight * in[i]
void add_weighted_u8(const std::uint8_t* in, std::uint32_t weight, std::uint32_t* totals,
                     std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) totals[i] += weight * in[i];
}

void add_weighted_f32(const float* in, float weight, float* totals, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) totals[i] += weight * in[i];
}

}  // namespace
}  // namespace imgmine
