#include "nn/dense.hpp"

namespace imgmine {
namespace {

/// `n` samples are an image of n pixels.
Conv2D pixels(const Dense& dense, std::ptrdiff_t n) {
    return {1, n, dense.inputs, 1, 1, dense.units, 1, 1, 0, 0, 1, n};
}

}  // namespace

void pack_dense(const Dense& dense, const float* weights, bool for_backward, Precision precision,
                PackedDense& packed) {
    packed.packed.for_dense = false;
    pack_conv2d(pixels(dense, 1), weights, for_backward, precision, packed.packed);
}

void dense_forward(const Dense& dense, const PackedDense& packed, const float* bias, bool relu,
                   const float* x, std::ptrdiff_t n, float* y, Scratch& scratch) {
    if (n) conv2d_forward(pixels(dense, n), packed.packed, bias, relu, x, 1, y, scratch);
}

void dense_backward_data(const Dense& dense, const PackedDense& packed, const float* grad_y,
                         std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    if (n) conv2d_backward_data(pixels(dense, n), packed.packed, grad_y, 1, grad_x, scratch);
}

void dense_backward_weights(const Dense& dense, const float* x, const float* grad_y,
                            std::ptrdiff_t n, float* grad_weights, float* grad_bias,
                            Scratch& scratch) {
    if (n)
        conv2d_backward_weights(pixels(dense, n), x, grad_y, 1, grad_weights, grad_bias, scratch);
}

}  // namespace imgmine
