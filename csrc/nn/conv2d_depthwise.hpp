#pragma once

#include "kernels/depthwise.hpp"
#include "nn/conv2d_forward.hpp"

// Convolutions that take each channel by itself: one filter to a channel.
namespace imgmine::conv2d {

inline bool is_depthwise(const Conv2D& c) {
    return c.groups > 1 && c.groups == c.channels && c.filters == c.channels;
}

/// What leads from rows and columns of one map to those of another, in both directions a
/// convolution: `first` and `every` say which of the other map's rows or columns these are.
struct DepthwiseAxis {
    Axis axis;
    std::ptrdiff_t first, every;
};

/// Those values of the data, every stride-th from `phase` on, that the same values of the kernel
/// lead to: a convolution of the outputs' gradients with these values, turned around, of which the
/// last one is returned in `last`.
inline DepthwiseAxis back_through(const Axis& a, std::ptrdiff_t phase, std::ptrdiff_t& last) {
    const std::ptrdiff_t tap = (phase + a.pad) % a.stride, at = (phase + a.pad - tap) / a.stride;
    const std::ptrdiff_t n_taps = tap < a.kernel ? (a.kernel - tap - 1) / a.stride + 1 : 0;
    const std::ptrdiff_t n = phase < a.size ? (a.size - phase - 1) / a.stride + 1 : 0;
    last = tap + (n_taps - 1) * a.stride;
    return {{a.out, n, n_taps, 1, n_taps - 1 - at}, phase, a.stride};
}

/// body(rows, columns, weights) for each phase of the way back, with its weights' place.
template <class Body>
void for_phases(const Conv2D& c, const Body& body) {
    std::ptrdiff_t weights = 0, last_y, last_x;
    for (std::ptrdiff_t y = 0; y < c.stride_y; ++y)
        for (std::ptrdiff_t x = 0; x < c.stride_x; ++x) {
            const DepthwiseAxis rows = back_through(rows_of(c), y, last_y),
                                columns = back_through(columns_of(c), x, last_x);
            body(rows, columns, weights, last_y, last_x);
            weights += rows.axis.kernel * columns.axis.kernel * c.channels;
        }
}

inline void pack_depthwise(const Conv2D& c, const float* kernel, bool for_backward,
                           PackedConv2D& packed) {
    const std::ptrdiff_t n = c.kernel_height * c.kernel_width * c.channels;
    packed.forward.assign(kernel, kernel + n);
    if (!for_backward) return;
    packed.backward.resize(count(n));
    for_phases(c, [&](const auto& rows, const auto& columns, auto weights, auto y, auto x) {
        float* to = packed.backward.data() + weights;
        for (std::ptrdiff_t i = 0; i < rows.axis.kernel; ++i)
            for (std::ptrdiff_t j = 0; j < columns.axis.kernel; ++j, to += c.channels)
                std::copy_n(kernel + ((y - i * c.stride_y) * c.kernel_width + x - j * c.stride_x) *
                                         c.channels,
                            c.channels, to);
    });
}

/// Sums for the rows and columns of a map `to`, of a map `from`, each of so many values a row.
inline void sum_depthwise(const DepthwiseAxis& rows, const DepthwiseAxis& columns, DepthwiseSums s,
                          const float* from, std::ptrdiff_t to_width, float* to) {
    const auto channels = static_cast<std::ptrdiff_t>(s.channels);
    const Axis &down = rows.axis, &across = columns.axis;
    const std::ptrdiff_t pitch = across.size * channels;
    s.row_pitch = count(pitch);
    s.row_step = count(down.stride * pitch), s.step = count(across.stride * channels);
    s.weights_pitch = count(across.kernel * channels);
    s.y_row = count(rows.every * to_width * channels), s.y_step = count(columns.every * channels);
    const float* weights = s.weights;
    down.parts([&](const AxisPart& v) {
        across.parts([&](const AxisPart& h) {
            const std::ptrdiff_t y = v.first * down.stride - down.pad + v.tap,
                                 x = h.first * across.stride - across.pad + h.tap;
            const bool none = v.n_taps == 0 || h.n_taps == 0;
            s.x = none ? from : from + (y * across.size + x) * channels;
            s.weights = weights + (v.tap * across.kernel + h.tap) * channels;
            s.tap_rows = none ? 0 : count(v.n_taps), s.tap_columns = count(h.n_taps);
            s.rows = count(v.count), s.columns = count(h.count);
            depthwise_kernels().forward(s, to + ((rows.first + v.first * rows.every) * to_width +
                                                 columns.first + h.first * columns.every) *
                                                    channels);
        });
    });
}

inline void depthwise_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                              const Rectifier& rectifier, const float* x, std::ptrdiff_t n,
                              float* y) {
    DepthwiseSums sums{};
    sums.weights = packed.forward.data(), sums.bias = bias, sums.channels = count(c.channels);
    sums.relu = rectifier.relu, sums.limit = rectifier.limit;
    for (std::ptrdiff_t i = 0; i < n; ++i, x += in_size(c), y += out_size(c))
        sum_depthwise({rows_of(c), 0, 1}, {columns_of(c), 0, 1}, sums, x, c.out_width, y);
}

inline void depthwise_backward_data(const Conv2D& c, const PackedConv2D& packed,
                                    const float* grad_y, std::ptrdiff_t n, float* grad_x) {
    DepthwiseSums sums{};
    sums.channels = count(c.channels);
    for (std::ptrdiff_t i = 0; i < n; ++i, grad_y += out_size(c), grad_x += in_size(c))
        for_phases(c, [&](const auto& rows, const auto& columns, auto weights, auto, auto) {
            sums.weights = packed.backward.data() + weights;
            sum_depthwise(rows, columns, sums, grad_y, c.width, grad_x);
        });
}

inline void depthwise_backward_weights(const Conv2D& c, const float* x, const float* grad_y,
                                       std::ptrdiff_t n, float* grad_kernel) {
    DepthwiseProducts p{};
    p.row_pitch = count(c.width * c.channels), p.row_step = count(c.stride_y) * p.row_pitch;
    p.step = count(c.stride_x * c.channels), p.sums_pitch = count(run_size(c));
    p.gradient_step = p.channels = count(c.channels);
    p.gradient_row = count(c.out_width * c.channels);
    for (std::ptrdiff_t i = 0; i < n; ++i, x += in_size(c), grad_y += out_size(c))
        rows_of(c).parts([&](const AxisPart& v) {
            columns_of(c).parts([&](const AxisPart& h) {
                if (v.n_taps == 0 || h.n_taps == 0) return;
                p.x = x + ((v.first * c.stride_y - c.pad_top + v.tap) * c.width +
                           h.first * c.stride_x - c.pad_left + h.tap) *
                              c.channels;
                p.gradients = grad_y + (v.first * c.out_width + h.first) * c.channels;
                p.tap_rows = count(v.n_taps), p.tap_columns = count(h.n_taps);
                p.rows = count(v.count), p.columns = count(h.count);
                p.sums = grad_kernel + (v.tap * c.kernel_width + h.tap) * c.channels;
                depthwise_kernels().correlate(p);
            });
        });
}

}  // namespace imgmine::conv2d
