#pragma once

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// out[i] = a + (b - a) * weight / 2^15 of a = in[left[i]] and b = in[right[i]], with 7 binary
/// places: 0 <= out <= 255 * 128.
void lerp_columns_u8(const std::uint8_t* in, const std::int32_t* left, const std::int32_t* right,
                     const std::int16_t* weights, std::int16_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const int a = in[left[i]] * 128, b = in[right[i]] * 128;
        out[i] = (std::int16_t)(a + (((b - a) * weights[i] + (1 << 14)) >> 15));
    }
}

/// The same between two rows made by lerp_columns_u8, rounded to whole values.
void lerp_rows_u8(const std::int16_t* a, const std::int16_t* b, std::int16_t weight,
                  std::uint8_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const int x = a[i] + (((b[i] - a[i]) * weight + (1 << 14)) >> 15);
        out[i] = (std::uint8_t)((x + 64) >> 7);
    }
}

/// out[i] = a + (b - a) * weight of a = in[left[i]] and b = in[right[i]].
void lerp_columns_f32(const float* in, const std::int32_t* left, const std::int32_t* right,
                      const float* weights, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const float a = in[left[i]], b = in[right[i]];
        out[i] = a + (b - a) * weights[i];
    }
}

void lerp_rows_f32(const float* a, const float* b, float weight, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = a[i] + (b[i] - a[i]) * weight;
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
