#include "nn/pool2d.hpp"

#include <algorithm>

namespace imgmine {
namespace {

std::ptrdiff_t in_size(const Pool2D& p) {
    return p.height * p.width * p.channels;
}

/// The part of a window that lies in the image.
struct Window {
    std::ptrdiff_t top, bottom, left, right;

    float area() const { return static_cast<float>((bottom - top) * (right - left)); }
};

/// body(window) for each output pixel of an image, in reading order.
template <class Body>
void for_windows(const Pool2D& p, const Body& body) {
    for (std::ptrdiff_t y = 0; y < p.out_height; ++y)
        for (std::ptrdiff_t x = 0; x < p.out_width; ++x) {
            const std::ptrdiff_t top = y * p.stride_y - p.pad_top,
                                 left = x * p.stride_x - p.pad_left;
            body(Window{std::max<std::ptrdiff_t>(top, 0), std::min(top + p.size_y, p.height),
                        std::max<std::ptrdiff_t>(left, 0), std::min(left + p.size_x, p.width)});
        }
}

/// body(pixel) for each pixel of a window, in reading order.
template <class Body>
void for_pixels(const Pool2D& p, const Window& window, const Body& body) {
    for (std::ptrdiff_t y = window.top; y < window.bottom; ++y)
        for (std::ptrdiff_t x = window.left; x < window.right; ++x) body(y * p.width + x);
}

}  // namespace

void max_pool2d_forward(const Pool2D& p, const float* x, std::ptrdiff_t n, float* y,
                        std::int32_t* winner) {
    for (; n-- > 0; x += in_size(p))
        for_windows(p, [&](const Window& window) {
            const std::ptrdiff_t first = window.top * p.width + window.left;
            std::copy_n(x + first * p.channels, p.channels, y);
            if (winner) std::fill_n(winner, p.channels, static_cast<std::int32_t>(first));
            for_pixels(p, window, [&](std::ptrdiff_t pixel) {
                for (std::ptrdiff_t c = 0; c < p.channels; ++c) {
                    const float value = x[pixel * p.channels + c];
                    if (!(value > y[c])) continue;
                    y[c] = value;
                    if (winner) winner[c] = static_cast<std::int32_t>(pixel);
                }
            });
            y += p.channels;
            if (winner) winner += p.channels;
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
        for_windows(p, [&](const Window& window) {
            std::fill_n(y, p.channels, 0.0f);
            for_pixels(p, window, [&](std::ptrdiff_t pixel) {
                for (std::ptrdiff_t c = 0; c < p.channels; ++c) y[c] += x[pixel * p.channels + c];
            });
            for (std::ptrdiff_t c = 0; c < p.channels; ++c) y[c] /= window.area();
            y += p.channels;
        });
}

void avg_pool2d_backward(const Pool2D& p, const float* grad_y, std::ptrdiff_t n, float* grad_x) {
    std::fill_n(grad_x, n * in_size(p), 0.0f);
    for (; n-- > 0; grad_x += in_size(p))
        for_windows(p, [&](const Window& window) {
            for_pixels(p, window, [&](std::ptrdiff_t pixel) {
                for (std::ptrdiff_t c = 0; c < p.channels; ++c)
                    grad_x[pixel * p.channels + c] += grad_y[c] / window.area();
            });
            grad_y += p.channels;
        });
}

}  // namespace imgmine
