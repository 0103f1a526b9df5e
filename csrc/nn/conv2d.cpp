#include "nn/conv2d.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/conv.hpp"

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

std::ptrdiff_t panel_columns(const Conv2D& c) {
    constexpr std::ptrdiff_t panel = ConvSums::panel;
    return (c.filters + panel - 1) / panel * panel;
}

/// Images with the zeros around them that a convolution reads: copied one at a time, where there
/// are any. Begins with the biases, as many as the loops load.
class PaddedImages {
  public:
    PaddedImages(const Conv2D& c, const float* bias, Scratch& scratch)
        : c_(c),
          height_((c.out_height - 1) * c.stride_y + c.kernel_height),
          width_((c.out_width - 1) * c.stride_x + c.kernel_width),
          copies_(c.pad_top || c.pad_left || height_ > c.height || width_ > c.width) {
        if (!copies_) width_ = c.width;
        const std::ptrdiff_t n_bias = panel_columns(c);
        const std::ptrdiff_t size = copies_ ? height_ * width_ * c.channels : 0;
        bias_ = scratch.floats(static_cast<std::size_t>(n_bias + size));
        image_ = bias_ + n_bias;
        std::fill(bias_, image_ + size, 0.0f);
        if (bias) std::copy_n(bias, c.filters, bias_);
    }

    /// `x`, or where its padded copy is.
    const float* padded(const float* x) const {
        if (!copies_) return x;
        const std::ptrdiff_t n_rows = std::min(c_.height, height_ - c_.pad_top),
                             n = std::min(c_.width, width_ - c_.pad_left) * c_.channels;
        for (std::ptrdiff_t y = 0; y < n_rows; ++y)
            std::copy_n(x + y * c_.width * c_.channels, n,
                        image_ + ((y + c_.pad_top) * width_ + c_.pad_left) * c_.channels);
        return image_;
    }

    ConvSums sums(const PackedConv2D& packed, std::ptrdiff_t rows, std::ptrdiff_t columns,
                  bool relu) const {
        const auto size = [](std::ptrdiff_t n) { return static_cast<std::size_t>(n); };
        const std::size_t pitch = size(width_ * c_.channels);
        return {nullptr,
                pitch,
                pitch * size(c_.stride_y),
                size(c_.stride_x * c_.channels),
                size(c_.kernel_height),
                size(c_.kernel_width * c_.channels),
                packed.forward.data(),
                bias_,
                size(c_.filters),
                size(rows),
                size(columns),
                relu};
    }

  private:
    const Conv2D& c_;
    std::ptrdiff_t height_, width_;
    bool copies_;
    float *bias_, *image_;
};

}  // namespace

void pack_conv2d(const Conv2D& c, const float* kernel, bool, Precision precision,
                 PackedConv2D& packed) {
    constexpr std::ptrdiff_t panel = ConvSums::panel;
    const std::ptrdiff_t size = c.kernel_height * c.kernel_width * c.channels;
    packed.precision = precision;
    packed.backward.assign(kernel, kernel + size * c.filters);
    packed.forward.resize(static_cast<std::size_t>(panel_columns(c) * size));
    float* to = packed.forward.data();
    for (std::ptrdiff_t f = 0; f < c.filters; f += panel) {
        const std::ptrdiff_t count = std::min(panel, c.filters - f);
        for (std::ptrdiff_t k = 0; k < size; ++k, to += panel) {
            std::copy_n(kernel + k * c.filters + f, count, to);
            std::fill(to + count, to + panel, 0.0f);
        }
    }
}

void conv2d_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias, bool relu,
                    const float* x, std::ptrdiff_t n, float* y, Scratch& scratch) {
    const PaddedImages images(c, bias, scratch);
    ConvSums sums = images.sums(packed, c.out_height, c.out_width, relu);
    const ConvKernels& loops = conv_kernels();
    for (; n-- > 0; x += in_size(c), y += out_size(c)) {
        sums.x = images.padded(x);
        loops.forward(sums, y);
    }
}

void conv2d_relu_pool_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                              const float* x, std::ptrdiff_t n, float* pooled, std::uint8_t* choice,
                              Scratch& scratch) {
    const PaddedImages images(c, bias, scratch);
    ConvSums sums = images.sums(packed, c.out_height / 2, c.out_width / 2, true);
    const ConvKernels& loops = conv_kernels();
    const std::ptrdiff_t size = (c.out_height / 2) * (c.out_width / 2) * c.filters;
    for (; n-- > 0; x += in_size(c), pooled += size) {
        sums.x = images.padded(x);
        loops.forward_pooled(sums, pooled, choice);
        if (choice) choice += size;
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
                                      packed.backward[static_cast<std::size_t>(
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
