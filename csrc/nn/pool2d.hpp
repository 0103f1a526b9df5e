#pragma once

#include <cstddef>
#include <cstdint>

namespace imgmine {

/// Windows of `size_y` x `size_x` pixels of images (height, width, channels). What lies outside the
/// image counts nothing: the largest and the mean are those of the pixels inside, of which each
/// window has at least one. A global pool is one whose window is the image.
///
/// Sizes and strides are > 0, padding >= 0 and less than the window.
struct Pool2D {
    std::ptrdiff_t height, width, channels;
    std::ptrdiff_t size_y, size_x;
    std::ptrdiff_t stride_y, stride_x;
    std::ptrdiff_t pad_top, pad_left;
    std::ptrdiff_t out_height, out_width;
};

// All calls work on `n` images (n, height, width, channels) on the calling thread.

/// y (n, out_height, out_width, channels). `winner`, unless null, says which pixel of its image
/// (y * width + x) each value is: the first one of equals.
void max_pool2d_forward(const Pool2D& pool, const float* x, std::ptrdiff_t n, float* y,
                        std::int32_t* winner);
/// grad_x, overwritten.
void max_pool2d_backward(const Pool2D& pool, const float* grad_y, const std::int32_t* winner,
                         std::ptrdiff_t n, float* grad_x);

void avg_pool2d_forward(const Pool2D& pool, const float* x, std::ptrdiff_t n, float* y);
/// grad_x, overwritten.
void avg_pool2d_backward(const Pool2D& pool, const float* grad_y, std::ptrdiff_t n, float* grad_x);

}  // namespace imgmine
