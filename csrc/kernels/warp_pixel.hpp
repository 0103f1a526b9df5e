#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

// One pixel of a warp from its taps, as the definition has it: for the pixels at an image's border
// and for CPU levels without gathers. What kernels do in registers gives the same bits.
namespace imgmine {
namespace {

/// A fraction in units of 2^-32 as a float, cut to 24 bits: 1 - x is exact.
inline float fraction(std::uint32_t f) {
    return (float)(std::int32_t)(f >> 8) * 0x1p-24f;
}

/// Weights of the four taps of Keys' cubic convolution with OpenCV's a = -0.75.
inline void cubic_weights(float x, float* w) {
    constexpr float a = -0.75f;
    const float rest = 1 - x;
    w[0] = a * x * (rest * rest);
    w[3] = a * (x * x) * rest;
    w[1] = ((a + 2) * x - (a + 3)) * (x * x) + 1;
    w[2] = (1 - w[1]) - (w[0] + w[3]);
}

/// The same in units of 2^-14, as they sum to 1.
inline void cubic_weights_fixed(float x, std::int32_t* whole) {
    constexpr float magic = 0x1.8p23f;  // added to it, a number is rounded to the nearest, even
    float w[4];
    cubic_weights(x, w);
    for (int k : {0, 1, 3}) whole[k] = (std::int32_t)((w[k] * 16384 + magic) - magic);
    whole[2] = 16384 - whole[0] - whole[1] - whole[3];
}

/// a * w + b * v, where a weight of 0 takes nothing, not even NaN.
inline float weigh(float a, float w, float b, float v) {
    return (w == 0 ? 0 : a * w) + (v == 0 ? 0 : b * v);
}

/// tap(row, column) gives the taps.
template <class Tap>
std::uint8_t linear_u8(std::uint32_t fx32, std::uint32_t fy32, const Tap& tap) {
    const auto fx = (std::int32_t)(fx32 >> 18), fy = (std::int32_t)(fy32 >> 18);
    const auto across = [&](int row) {
        return (tap(row, 0) * (16384 - fx) + tap(row, 1) * fx) >> 7;
    };
    // The second addend makes up for what two shifts cut off on average.
    const std::int32_t sum = across(0) * (16384 - fy) + across(1) * fy;
    return (std::uint8_t)((sum + (1 << 20) + (1 << 13)) >> 21);
}

template <class Tap>
float linear_f32(std::uint32_t fx32, std::uint32_t fy32, const Tap& tap) {
    const float fx = fraction(fx32), fy = fraction(fy32);
    const auto across = [&](int row) { return weigh(tap(row, 0), 1 - fx, tap(row, 1), fx); };
    return weigh(across(0), 1 - fy, across(1), fy);
}

template <class Tap>
std::uint8_t cubic_u8(std::uint32_t fx32, std::uint32_t fy32, const Tap& tap) {
    std::int32_t wx[4], wy[4], sum = (1 << 19) + (1 << 13);
    cubic_weights_fixed(fraction(fx32), wx);
    cubic_weights_fixed(fraction(fy32), wy);
    for (int row = 0; row < 4; ++row) {
        std::int32_t across = 0;
        for (int column = 0; column < 4; ++column) across += tap(row, column) * wx[column];
        sum += (across >> 8) * wy[row];
    }
    sum >>= 20;
    return (std::uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

template <class Tap>
float cubic_f32(std::uint32_t fx32, std::uint32_t fy32, const Tap& tap) {
    float wx[4], wy[4], down[4];
    cubic_weights(fraction(fx32), wx);
    cubic_weights(fraction(fy32), wy);
    for (int column = 0; column < 4; ++column)
        down[column] = weigh(tap(0, column), wy[0], tap(1, column), wy[1]) +
                       weigh(tap(2, column), wy[2], tap(3, column), wy[3]);
    return weigh(down[0], wx[0], down[1], wx[1]) + weigh(down[2], wx[2], down[3], wx[3]);
}

}  // namespace
}  // namespace imgmine
