#include "kernels/color_sums.hpp"

#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

struct ChannelSums {
    NativeInts power[ColorSums::powers];
};

/// Adds values that are less 128 already.
IMGMINE_INLINE void add_half(NativeSignedShorts v, ChannelSums& sums) {
    const NativeSignedShorts square = v * v;
    sums.power[0] += multiply_pairs(v, shorts_of(1));
    sums.power[1] += multiply_pairs(v, v);
    sums.power[2] += multiply_pairs(square, v);
}

IMGMINE_INLINE void add_block(const std::uint8_t* pixels, ChannelSums* sums) {
    const BytePlanes v = load_planes(pixels);
    IMGMINE_UNROLL
    for (std::size_t c = 0; c < 3; ++c) {
        const Halves half = halves_of(v.plane[c]);
        add_half(half.low - (std::int16_t)128, sums[c]);
        add_half(half.high - (std::int16_t)128, sums[c]);
    }
}

/// Adds n pixels; the caller knows how many there may be.
void add_colors(const std::uint8_t* pixels, std::size_t n, ColorSums& sums) {
    ChannelSums channel[3];
    for (std::size_t i = 0; i < 9; ++i)
        channel[i / 3].power[i % 3] = load_native<NativeInts>(sums.sums[i]);
    std::size_t i = 0;
    for (; i + native_bytes <= n; i += native_bytes) add_block(pixels + 3 * i, channel);
    if (i < n) {
        std::uint8_t rest[3 * native_bytes];  // filled up with what adds nothing
        std::memset(rest, 128, sizeof rest);
        std::memcpy(rest, pixels + 3 * i, 3 * (n - i));
        add_block(rest, channel);
    }
    for (i = 0; i < 9; ++i) store_native(sums.sums[i], channel[i / 3].power[i % 3]);
}

}  // namespace
extern const ColorSumsKernels IMGMINE_TABLE(color_sums_kernels);
const ColorSumsKernels IMGMINE_TABLE(color_sums_kernels) = {
    .add_colors = add_colors,
};

}  // namespace imgmine
