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
            count(c.kernel_height * c.kernel_width * channels),
            count(c.kernel_width * channels),
            offsets,
            count(c.filters),
            0,
            0,
            true,
            std::numeric_limits<float>::infinity(),
            count(c.out_width * c.filters),
            count(c.filters)};
}

/// Neighboring outputs along an axis, and those values of the kernel that meet the image there.
struct AxisPart {
    std::ptrdiff_t first, count;
    std::ptrdiff_t tap, n_taps;
};

struct Axis {
    std::ptrdiff_t size, out, kernel, stride, pad;

    AxisPart at(std::ptrdiff_t o) const {
        const std::ptrdiff_t start = o * stride - pad, tap = std::max<std::ptrdiff_t>(0, -start);
        return {o, 1, tap, std::max<std::ptrdiff_t>(0, std::min(kernel, size - start) - tap)};
    }

    /// body(part): one for all outputs whose values lie inside, one for each of the others.
    template <class Body>
    void parts(const Body& body) const {
        for (std::ptrdiff_t o = 0; o < out;) {
            AxisPart part = at(o);
            if (part.n_taps == kernel)
                while (o + part.count < out && at(o + part.count).n_taps == kernel) ++part.count;
            body(part);
            o += part.count;
        }
    }
};

inline Axis rows_of(const Conv2D& c) {
    return {c.height, c.out_height, c.kernel_height, c.stride_y, c.pad_top};
}

inline Axis columns_of(const Conv2D& c) {
    return {c.width, c.out_width, c.kernel_width, c.stride_x, c.pad_left};
}

/// Outputs of n images that the same part of the kernel leads to. Those at an edge are few: the
/// same ones of all images are computed together.
inline void sum_part(const Conv2D& c, ConvSums s, const AxisPart& v, const AxisPart& h,
                     const float* x, std::ptrdiff_t n, float* y) {
    const std::size_t image = count(in_size(c)), result = count(c.out_height) * s.y_row;
    s.x = x + ((v.first * c.stride_y + v.tap - c.pad_top) * c.width + h.first * c.stride_x + h.tap -
               c.pad_left) *
                  c.channels;
    s.weights += (v.tap * c.kernel_width + h.tap) * c.channels * panel;
    s.n_runs = count(v.n_taps), s.run = count(h.n_taps * c.channels);
    s.rows = count(v.count), s.columns = count(h.count);
    y += count(v.first) * s.y_row + count(h.first) * s.y_step;
    if (v.count > 1 && h.count > 1) {
        for (std::ptrdiff_t i = 0; i < n; ++i, s.x += image, y += result)
            conv_kernels().forward(s, y);
        return;
    }
    if (v.count > 1) s.columns = s.rows, s.step = s.row_step, s.y_step = s.y_row;
    s.rows = count(n), s.row_step = image, s.y_row = result;
    if (s.columns == 1) {
        std::swap(s.rows, s.columns);
        s.step = s.row_step, s.y_step = s.y_row;
    }
    conv_kernels().forward(s, y);
}

/// All outputs of n images in float32, products with what is outside left out.
inline void sum_parts(const Conv2D& c, const float* panels, const float* bias,
                      const Rectifier& rectifier, const float* x, std::ptrdiff_t n, float* y,
                      Scratch& scratch) {
    ConvFrame image(c, false);
    image.height = c.height, image.width = c.width;
    ConvSums sums = sums_of(c, Precision::float32, panels, image, bias, scratch);
    sums.relu = rectifier.relu, sums.limit = rectifier.limit;
    rows_of(c).parts([&](const AxisPart& v) {
        columns_of(c).parts([&](const AxisPart& h) { sum_part(c, sums, v, h, x, n, y); });
    });
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
