#pragma once

#include <cstring>

#include "kernels/conv.hpp"
#include "nn/conv2d_frame.hpp"

namespace imgmine::conv2d {

constexpr std::ptrdiff_t panel = ConvSums::panel;

/// Pairs are of neighboring channels; where there is an odd number of them, sums are in float32.
inline bool uses_pairs(const Conv2D& c, Precision precision) {
    return precision == Precision::bfloat16 && c.channels % 2 == 0;
}

/// Values, or pairs of them, in panels.
inline void pack_forward(const Conv2D& c, const float* kernel, PackedConv2D& packed) {
    const std::ptrdiff_t pair = uses_pairs(c, packed.precision) ? 2 : 1;
    const std::ptrdiff_t size = c.kernel_height * run_size(c) / pair;
    packed.forward.resize(count(round_up(c.filters, panel) * size));
    float* to = packed.forward.data();
    for (std::ptrdiff_t f = 0; f < c.filters; f += panel) {
        const std::ptrdiff_t n = std::min(panel, c.filters - f);
        for (std::ptrdiff_t k = 0; k < size; ++k, to += panel) {
            const float* from = kernel + k * pair * c.filters + f;
            if (pair == 1) {
                std::copy_n(from, n, to);
            } else {
                std::uint16_t low[panel], high[panel], both[2 * panel];
                conv_kernels().to_bfloat16(from, count(n), low);
                conv_kernels().to_bfloat16(from + c.filters, count(n), high);
                for (std::ptrdiff_t i = 0; i < n; ++i)
                    both[2 * i] = low[i], both[2 * i + 1] = high[i];
                std::memcpy(to, both, count(n) * sizeof(float));
            }
            std::fill(to + n, to + panel, 0.0f);
        }
    }
}

/// The sums of one image, but for the image, rows and columns.
inline ConvSums sums_of(const Conv2D& c, Precision precision, const float* panels,
                        const ConvFrame& frame, const float* bias, Scratch& scratch) {
    float* offsets = scratch.array<float>(bias_array, round_up(c.filters, panel));
    std::fill_n(offsets, round_up(c.filters, panel), 0.0f);
    if (bias) std::copy_n(bias, c.filters, offsets);
    const std::ptrdiff_t channels = uses_pairs(c, precision) ? c.channels / 2 : c.channels;
    const std::size_t pitch = count(frame.width * channels);
    return {nullptr,
            pitch,
            pitch * count(c.stride_y),
            count(c.stride_x * channels),
            count(c.kernel_height),
            count(c.kernel_width * channels),
            panels,
            offsets,
            count(c.filters),
            0,
            0,
            true};
}

/// body(first value under the kernel, image) for each image, as it is or copied.
template <class Body>
void for_images(const Conv2D& c, Precision precision, const ConvFrame& frame, const float* x,
                std::ptrdiff_t n, Scratch& scratch, const Body& body) {
    const bool pairs = uses_pairs(c, precision), copies = pairs || frame.copies;
    float* copy = scratch.array<float>(frame_array, copies ? frame.size(c) : 0);
    if (copies) std::fill_n(copy, frame.size(c), 0.0f);
    for (std::ptrdiff_t i = 0; i < n; ++i, x += in_size(c)) {
        if (pairs)
            frame.rows(c, [&](auto from, auto to, auto size) {
                conv_kernels().to_bfloat16(x + from, count(size),
                                           reinterpret_cast<std::uint16_t*>(copy) + to);
            });
        else if (copies)
            frame.copy_in(c, x, 1, copy);
        body(copies ? copy : x, i);
    }
}

}  // namespace imgmine::conv2d
