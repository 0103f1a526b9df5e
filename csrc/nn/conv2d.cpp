#include "nn/conv2d.hpp"

#include <algorithm>
#include <cmath>

namespace imgmine {
namespace {

/// body(position of the output, tap, offset in the image of channel 0) for what lies inside.
template <class Body>
void for_taps(const Conv2D& c, const Body& body) {
    for (std::ptrdiff_t y = 0; y < c.out_height; ++y)
        for (std::ptrdiff_t x = 0; x < c.out_width; ++x)
            for (std::ptrdiff_t i = 0; i < c.kernel_height; ++i)
                for (std::ptrdiff_t j = 0; j < c.kernel_width; ++j) {
                    const std::ptrdiff_t row = y * c.stride_y + i - c.pad_top,
                                         column = x * c.stride_x + j - c.pad_left;
                    if (row >= 0 && row < c.height && column >= 0 && column < c.width)
                        body(y * c.out_width + x, i * c.kernel_width + j,
                             (row * c.width + column) * c.channels);
                }
}

std::ptrdiff_t in_size(const Conv2D& c) {
    return c.height * c.width * c.channels;
}
std::ptrdiff_t out_size(const Conv2D& c) {
    return c.out_height * c.out_width * c.filters;
}

}  // namespace

void pack_conv2d(const Conv2D& c, const float* kernel, bool, Precision precision,
                 PackedConv2D& packed) {
    packed.precision = precision;
    packed.forward.assign(kernel,
                          kernel + c.kernel_height * c.kernel_width * c.channels * c.filters);
}

void conv2d_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias, bool relu,
                    const float* x, std::ptrdiff_t n, float* y, Scratch&) {
    for (; n-- > 0; x += in_size(c), y += out_size(c)) {
        for (std::ptrdiff_t i = 0; i < out_size(c); ++i) y[i] = bias ? bias[i % c.filters] : 0.0f;
        for_taps(c, [&](std::ptrdiff_t position, std::ptrdiff_t tap, std::ptrdiff_t from) {
            for (std::ptrdiff_t k = 0; k < c.channels; ++k)
                for (std::ptrdiff_t f = 0; f < c.filters; ++f) {
                    float& out = y[position * c.filters + f];
                    out = std::fma(x[from + k],
                                   packed.forward[static_cast<std::size_t>(
                                       (tap * c.channels + k) * c.filters + f)],
                                   out);
                }
        });
        for (std::ptrdiff_t i = 0; relu && i < out_size(c); ++i) y[i] = y[i] < 0 ? 0 : y[i];
    }
}

void conv2d_relu_pool_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                              const float* x, std::ptrdiff_t n, float* pooled, std::uint8_t* choice,
                              Scratch& scratch) {
    float* y = scratch.floats(static_cast<std::size_t>(out_size(c)));
    Scratch other;
    for (; n-- > 0; x += in_size(c)) {
        conv2d_forward(c, packed, bias, true, x, 1, y, other);
        for (std::ptrdiff_t v = 0; v < c.out_height / 2; ++v)
            for (std::ptrdiff_t u = 0; u < c.out_width / 2; ++u)
                for (std::ptrdiff_t f = 0; f < c.filters; ++f) {
                    float largest = 0;
                    std::uint8_t which = 4;
                    for (std::ptrdiff_t q = 0; q < 4; ++q) {
                        const float value =
                            y[((2 * v + q / 2) * c.out_width + 2 * u + q % 2) * c.filters + f];
                        if (value > largest) largest = value, which = static_cast<std::uint8_t>(q);
                    }
                    *pooled++ = largest;
                    if (choice) *choice++ = which;
                }
    }
}

void conv2d_unpool(const Conv2D& c, const float* grad_pooled, const std::uint8_t* choice,
                   std::ptrdiff_t n, float* grad_y) {
    std::fill(grad_y, grad_y + n * out_size(c), 0.0f);
    for (; n-- > 0; grad_y += out_size(c))
        for (std::ptrdiff_t v = 0; v < c.out_height / 2; ++v)
            for (std::ptrdiff_t u = 0; u < c.out_width / 2; ++u)
                for (std::ptrdiff_t f = 0; f < c.filters; ++f, ++choice, ++grad_pooled)
                    if (*choice < 4)
                        grad_y[((2 * v + *choice / 2) * c.out_width + 2 * u + *choice % 2) *
                                   c.filters +
                               f] = *grad_pooled;
}

void conv2d_backward_data(const Conv2D& c, const PackedConv2D& packed, const float* grad_y,
                          std::ptrdiff_t n, float* grad_x, Scratch&) {
    std::fill(grad_x, grad_x + n * in_size(c), 0.0f);
    for (; n-- > 0; grad_x += in_size(c), grad_y += out_size(c))
        for_taps(c, [&](std::ptrdiff_t position, std::ptrdiff_t tap, std::ptrdiff_t to) {
            for (std::ptrdiff_t k = 0; k < c.channels; ++k)
                for (std::ptrdiff_t f = 0; f < c.filters; ++f)
                    grad_x[to + k] += grad_y[position * c.filters + f] *
                                      packed.forward[static_cast<std::size_t>(
                                          (tap * c.channels + k) * c.filters + f)];
        });
}

void conv2d_backward_weights(const Conv2D& c, const float* x, const float* grad_y, std::ptrdiff_t n,
                             float* grad_kernel, float* grad_bias, Scratch&) {
    for (; n-- > 0; x += in_size(c), grad_y += out_size(c)) {
        for_taps(c, [&](std::ptrdiff_t position, std::ptrdiff_t tap, std::ptrdiff_t from) {
            for (std::ptrdiff_t k = 0; k < c.channels; ++k)
                for (std::ptrdiff_t f = 0; f < c.filters; ++f)
                    grad_kernel[(tap * c.channels + k) * c.filters + f] +=
                        x[from + k] * grad_y[position * c.filters + f];
        });
        for (std::ptrdiff_t i = 0; grad_bias && i < out_size(c); ++i)
            grad_bias[i % c.filters] += grad_y[i];
    }
}

void conv2d_relu_pool_backward_data(const Conv2D& c, const PackedConv2D& packed,
                                    const float* grad_pooled, const std::uint8_t* choice,
                                    std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    float* grad_y = scratch.floats(static_cast<std::size_t>(n * out_size(c)));
    conv2d_unpool(c, grad_pooled, choice, n, grad_y);
    Scratch other;
    conv2d_backward_data(c, packed, grad_y, n, grad_x, other);
}

void conv2d_relu_pool_backward_weights(const Conv2D& c, const float* x, const float* grad_pooled,
                                       const std::uint8_t* choice, std::ptrdiff_t n,
                                       float* grad_kernel, float* grad_bias, Scratch& scratch) {
    float* grad_y = scratch.floats(static_cast<std::size_t>(n * out_size(c)));
    conv2d_unpool(c, grad_pooled, choice, n, grad_y);
    Scratch other;
    conv2d_backward_weights(c, x, grad_y, n, grad_kernel, grad_bias, other);
}

}  // namespace imgmine
