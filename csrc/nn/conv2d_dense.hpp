#pragma once

#include "nn/conv2d_backward.hpp"
#include "nn/conv2d_forward.hpp"

// The way back through a convolution where few gradients are zero.
namespace imgmine::conv2d {

/// Whether the gradient of the data is a convolution of the outputs' gradient.
inline bool is_reversible(const Conv2D& c) {
    return c.stride_y == 1 && c.stride_x == 1;
}

/// That convolution: the kernel is turned by half a circle, channels and filters change places.
inline Conv2D reverse_of(const Conv2D& c) {
    return {.height = c.out_height,
            .width = c.out_width,
            .channels = c.filters,
            .kernel_height = c.kernel_height,
            .kernel_width = c.kernel_width,
            .filters = c.channels,
            .stride_y = 1,
            .stride_x = 1,
            .pad_top = c.kernel_height - 1 - c.pad_top,
            .pad_left = c.kernel_width - 1 - c.pad_left,
            .out_height = c.height,
            .out_width = c.width};
}

/// Its weights in panels.
inline void pack_reverse(const Conv2D& c, const float* kernel, PackedConv2D& packed) {
    const std::ptrdiff_t n_taps = c.kernel_height * c.kernel_width;
    packed.reverse.resize(count(round_up(c.channels, panel) * n_taps * c.filters));
    if (c.channels % panel) std::fill(packed.reverse.begin(), packed.reverse.end(), 0.0f);
    float* to = packed.reverse.data();
    for (std::ptrdiff_t first = 0; first < c.channels; first += panel)
        for (std::ptrdiff_t tap = n_taps; tap-- > 0; to += c.filters * panel)
            conv_list_kernels().transpose(
                kernel + (tap * c.channels + first) * c.filters, count(c.filters),
                count(std::min(panel, c.channels - first)), count(c.filters), to, count(panel));
}

/// The share of values that are not zero, of some pixels spread over n of them.
inline double share_of_gradients(const float* gradients, std::ptrdiff_t n, std::ptrdiff_t filters) {
    const std::ptrdiff_t step = std::max<std::ptrdiff_t>(1, n / 24);
    std::ptrdiff_t seen = 0;
    std::size_t found = 0;
    for (std::ptrdiff_t i = step / 2; i < n; i += step, seen += filters)
        found += conv_panel_kernels().count_gradients(gradients + i * filters, count(filters));
    return static_cast<double>(found) / static_cast<double>(std::max<std::ptrdiff_t>(1, seen));
}

/// What a product costs where zeros are left out, beside one where nothing is. With many filters,
/// weights come from the second-level cache.
inline double cost_in_lists(const Conv2D& c) {
    return c.filters <= 64 ? 2.2 : 5.0;
}

/// Whether leaving zeros out is worth it for the data's gradient of an image.
inline bool is_sparse(const Conv2D& c, const float* grad_y) {
    const std::ptrdiff_t n = c.out_height * c.out_width;
    return share_of_gradients(grad_y, n, c.filters) * cost_in_lists(c) * static_cast<double>(n) <
           static_cast<double>(c.height * c.width);
}

/// grad_x of n images, nothing left out.
inline void reverse_data(const Conv2D& c, const PackedConv2D& packed, const float* grad_y,
                         std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    const Conv2D reverse = reverse_of(c);
    const ConvFrame frame(reverse, false);
    ConvSums sums =
        sums_of(reverse, Precision::float32, packed.reverse.data(), frame, nullptr, scratch);
    sums.rows = count(c.height), sums.columns = count(c.width), sums.relu = false;
    for_images(reverse, Precision::float32, frame, grad_y, n, scratch,
               [&](const float* image, auto i) {
                   sums.x = image;
                   conv_kernels().forward(sums, grad_x + i * in_size(c));
               });
}

/// Whether leaving zeros out is worth it for the weights' gradient of n images.
inline bool is_sparse(const Conv2D& c, const float* grad_y, std::ptrdiff_t n) {
    return share_of_gradients(grad_y, n * c.out_height * c.out_width, c.filters) *
               cost_in_lists(c) <
           1;
}

/// Adds up what filters saw, some rows of outputs at a time, nothing left out.
class PanelSums {
  public:
    PanelSums(const Conv2D& c, const ConvFrame& frame, const ConvOutputs& outputs,
              const Blocks& blocks, float* sums, Scratch& scratch)
        : c_(c), pitch_(frame.width * c.channels), sums_(sums) {
        const std::ptrdiff_t n = blocks.most_rows();
        places_ = scratch.array<std::uint32_t>(places_array, n);
        for (std::ptrdiff_t i = 0; i < n; ++i)
            places_[i] = static_cast<std::uint32_t>(i / blocks.rows * frame.size(c) +
                                                    i % blocks.rows * c.stride_y * pitch_);
        panels_ = scratch.array<float>(
            lists_array, n * outputs.columns * round_up(c.filters, ConvPanels::panel));
    }

    void run(const ConvOutputs& outputs, std::ptrdiff_t n_rows, const float* image) const {
        conv_panel_kernels().to_panels(outputs.values, count(n_rows * outputs.columns),
                                       count(c_.filters), panels_);
        conv_panel_kernels().correlate({panels_, places_, count(n_rows), count(outputs.columns),
                                        count(c_.filters), image, count(pitch_),
                                        count(c_.stride_x * c_.channels), count(c_.kernel_height),
                                        count(run_size(c_)), sums_});
    }

  private:
    const Conv2D& c_;
    std::ptrdiff_t pitch_;
    float *sums_, *panels_;
    std::uint32_t* places_;
};

}  // namespace imgmine::conv2d
