#include "nn/pool2d.hpp"

#include <algorithm>

#include "kernels/pool.hpp"

namespace imgmine {
namespace {

std::ptrdiff_t in_size(const Pool2D& p) {
    return p.height * p.width * p.channels;
}

/// body(part of the image under a window, its first pixel) for each output pixel, in reading order.
template <class Body>
void for_windows(const Pool2D& p, const Body& body) {
    const auto count = [](std::ptrdiff_t n) { return static_cast<std::size_t>(n); };
    for (std::ptrdiff_t y = 0; y < p.out_height; ++y)
        for (std::ptrdiff_t x = 0; x < p.out_width; ++x) {
            const std::ptrdiff_t first_y = y * p.stride_y - p.pad_top,
                                 first_x = x * p.stride_x - p.pad_left;
            const std::ptrdiff_t top = std::max<std::ptrdiff_t>(first_y, 0),
                                 bottom = std::min(first_y + p.size_y, p.height),
                                 left = std::max<std::ptrdiff_t>(first_x, 0),
                                 right = std::min(first_x + p.size_x, p.width);
            body(PoolWindow{count(bottom - top), count(right - left), count(p.channels),
                            count(p.width * p.channels)},
                 top * p.width + left);
        }
}

}  // namespace

void max_pool2d_forward(const Pool2D& p, const float* x, std::ptrdiff_t n, float* y,
                        std::int32_t* winner) {
    const PoolKernels& loops = pool_kernels();
    for (; n-- > 0; x += in_size(p))
        for_windows(p, [&](const PoolWindow& window, std::ptrdiff_t first) {
            const float* from = x + first * p.channels;
            if (winner) {
                loops.find_largest(window, from, static_cast<std::int32_t>(first),
                                   static_cast<std::int32_t>(p.width), y, winner);
                winner += p.channels;
            } else {
                loops.largest(window, from, y);
            }
            y += p.channels;
        });
}

void max_pool2d_backward(const Pool2D& p, const float* grad_y, const std::int32_t* winner,
                         std::ptrdiff_t n, float* grad_x) {
    std::fill_n(grad_x, n * in_size(p), 0.0f);
    for (; n-- > 0; grad_x += in_size(p))
        for (std::ptrdiff_t i = 0; i < p.out_height * p.out_width; ++i)
            for (std::ptrdiff_t c = 0; c < p.channels; ++c)
                grad_x[*winner++ * p.channels + c] += *grad_y++;
}

void avg_pool2d_forward(const Pool2D& p, const float* x, std::ptrdiff_t n, float* y) {
    for (; n-- > 0; x += in_size(p))
        for_windows(p, [&](const PoolWindow& window, std::ptrdiff_t first) {
            pool_kernels().mean(window, x + first * p.channels, y);
            y += p.channels;
        });
}

void avg_pool2d_backward(const Pool2D& p, const float* grad_y, std::ptrdiff_t n, float* grad_x) {
    std::fill_n(grad_x, n * in_size(p), 0.0f);
    for (; n-- > 0; grad_x += in_size(p))
        for_windows(p, [&](const PoolWindow& window, std::ptrdiff_t first) {
            pool_kernels().share(window, grad_y, grad_x + first * p.channels);
            grad_y += p.channels;
        });
}

}  // namespace imgmine
