#pragma once

#include "nn/conv2d_backward.hpp"
#include "nn/conv2d_forward.hpp"

// The way back through a convolution where few gradients are zero.
namespace imgmine::conv2d {

/// What a product costs where zeros are left out, beside one where nothing is. With many filters,
/// weights come from the second-level cache.
inline double cost_in_lists(const Conv2D& c) {
    return c.filters <= 64 ? 2.2 : 5.0;
}

/// Whether the gradient of the data may be computed as a convolution of the outputs' gradient: a
/// larger one where nothing is padded, which must not be too much larger.
inline bool is_reversible(const Conv2D& c) {
    return c.stride_y == 1 && c.stride_x == 1 &&
           cost_in_lists(c) * static_cast<double>(c.out_height * c.out_width) >=
               static_cast<double>(c.height * c.width);
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

/// Whether leaving zeros out is worth it for the data's gradient of an image.
inline bool is_sparse(const Conv2D& c, const float* grad_y) {
    const std::ptrdiff_t n = c.out_height * c.out_width;
    return share_of_gradients(grad_y, n, c.filters) * cost_in_lists(c) * static_cast<double>(n) <
           static_cast<double>(c.height * c.width);
}

/// grad_x of n images, nothing left out.
inline void reverse_data(const Conv2D& c, const PackedConv2D& packed, const float* grad_y,
                         std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    sum_parts(reverse_of(c), packed.reverse.data(), nullptr, false, grad_y, n, grad_x, scratch);
}

/// Whether leaving zeros out is worth it for the weights' gradient of n images.
inline bool is_sparse(const Conv2D& c, const float* grad_y, std::ptrdiff_t n) {
    const double cost = c.filters <= 32 ? 1.8 : cost_in_lists(c);
    return share_of_gradients(grad_y, n * c.out_height * c.out_width, c.filters) * cost < 1;
}

/// Adds up what filters saw, some rows of outputs at a time, nothing left out but products with
/// what is outside of the image.
class PanelSums {
  public:
    PanelSums(const Conv2D& c, const Blocks& blocks, float* sums, Scratch& scratch)
        : c_(c), sums_(sums), is_padded_(false) {
        columns_of(c).parts(
            [&](const AxisPart& part) { is_padded_ = is_padded_ || part.n_taps < c.kernel_width; });
        const std::ptrdiff_t n = blocks.most_rows();
        places_ = scratch.array<std::size_t>(places_array, 2 * n);
        outputs_ = places_ + n;
        panels_ = scratch.array<float>(lists_array,
                                       n * c.out_width * round_up(c.filters, ConvPanels::panel));
    }

    /// Rows [first, last) of outputs of n images.
    void run(const float* grad_y, std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t n,
             const float* image) const {
        const std::ptrdiff_t n_outputs = n * (last - first) * c_.out_width;
        conv_panel_kernels().to_panels(grad_y, count(n_outputs), count(c_.filters), panels_);
        ConvPanels p{panels_,
                     count(n_outputs),
                     places_,
                     outputs_,
                     0,
                     0,
                     count(c_.filters),
                     image,
                     count(c_.stride_x * c_.channels),
                     0,
                     sums_};
        for (std::ptrdiff_t tap = 0; tap < c_.kernel_height; ++tap) {
            p.rows = place_rows(tap, first, last, n);
            add_row_of_kernel(p, tap);
        }
    }

  private:
    /// The rows of outputs for which row `tap` of the kernel is inside.
    std::size_t place_rows(std::ptrdiff_t tap, std::ptrdiff_t first, std::ptrdiff_t last,
                           std::ptrdiff_t n) const {
        std::size_t found = 0;
        for (std::ptrdiff_t i = 0; i < n; ++i)
            for (std::ptrdiff_t o = first; o < last; ++o) {
                const std::ptrdiff_t y = o * c_.stride_y + tap - c_.pad_top;
                if (y < 0 || y >= c_.height) continue;
                places_[found] = count((i * c_.height + y) * c_.width * c_.channels);
                outputs_[found++] = count((i * (last - first) + o - first) * c_.out_width);
            }
        return found;
    }

    void add_row_of_kernel(const ConvPanels& all, std::ptrdiff_t tap) const {
        ConvPanels p = all;
        p.sums += tap * run_size(c_) * c_.filters;
        p.columns = count(c_.out_width), p.n_values = count(run_size(c_));
        if (!is_padded_) return conv_panel_kernels().correlate(p);
        p.n_values = count(c_.channels);
        for (std::ptrdiff_t j = 0; j < c_.kernel_width; ++j, p.sums += c_.channels * c_.filters) {
            const auto x = [&](std::ptrdiff_t o) { return o * c_.stride_x + j - c_.pad_left; };
            std::ptrdiff_t from = 0, to = c_.out_width;
            while (from < to && x(from) < 0) ++from;
            while (to > from && x(to - 1) >= c_.width) --to;
            if (from == to) continue;
            p.columns = count(to - from);
            p.image = all.image + x(from) * c_.channels;
            p.gradients = all.gradients + from * ConvPanels::panel;
            conv_panel_kernels().correlate(p);
        }
    }

    const Conv2D& c_;
    float *sums_, *panels_;
    std::size_t *places_, *outputs_;
    bool is_padded_;
};

}  // namespace imgmine::conv2d
