#pragma once

#include <algorithm>

#include "base/parallel.hpp"
#include "nn/conv2d.hpp"
#include "nn/pool.hpp"

namespace imgmine {

/// Some rows of a convolution's outputs: a convolution of the part of the image under them.
struct ConvBand {
    Conv2D conv;
    std::ptrdiff_t from;  ///< values of the image before it

    ConvBand(const Conv2D& whole, std::ptrdiff_t first, std::ptrdiff_t last) : conv(whole) {
        const std::ptrdiff_t start = first * whole.stride_y - whole.pad_top;
        const std::ptrdiff_t begin = std::max<std::ptrdiff_t>(start, 0);
        const std::ptrdiff_t end = std::min(
            whole.height, (last - 1) * whole.stride_y - whole.pad_top + whole.kernel_height);
        conv.pad_top = begin - start;
        conv.height = end - begin;
        conv.out_height = last - first;
        from = begin * whole.width * whole.channels;
    }
};

/// conv2d_forward, or conv2d_relu_pool_forward, of few images: threads share the rows.
inline void conv2d_in_bands(const Conv2D& conv, const PackedConv2D& packed, const float* bias,
                            const Rectifier& rectifier, bool pooled, const float* x,
                            std::ptrdiff_t n, float* y, Pool<Scratch>& scratches) {
    const std::ptrdiff_t step = pooled ? 2 : 1, rows = conv.out_height / step;
    const double products = static_cast<double>(conv.out_width * conv.filters * step) *
                            static_cast<double>(conv.kernel_height * conv.kernel_width) *
                            static_cast<double>(conv.channels / conv.groups * n);
    // A thread that has just worked is worth waking for some 20 microseconds of work.
    const auto grain = static_cast<std::ptrdiff_t>(20e3 * 40 / products) + 1;
    const std::ptrdiff_t image = conv.height * conv.width * conv.channels;
    const std::ptrdiff_t result = rows * (conv.out_width / step) * conv.filters;
    parallel_for(rows, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        const Pool<Scratch>::Lease scratch(scratches);
        const ConvBand band(conv, first * step, last * step);
        const std::ptrdiff_t to = first * (conv.out_width / step) * conv.filters;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            const float* from = x + i * image + band.from;
            if (pooled)
                conv2d_relu_pool_forward(band.conv, packed, bias, from, 1, y + i * result + to,
                                         nullptr, *scratch);
            else
                conv2d_forward(band.conv, packed, bias, rectifier, from, 1, y + i * result + to,
                               *scratch);
        }
    });
}

}  // namespace imgmine
