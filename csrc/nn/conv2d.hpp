#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/aligned.hpp"
#include "nn/scratch.hpp"

namespace imgmine {

/// A convolution (a correlation, as everywhere in this field) of images (height, width, channels)
/// with `filters` kernels: out[y][x][f] is the sum of kernel[i][j][c][f] * image[y * stride_y +
/// i - pad_top][x * stride_x + j - pad_left][c]; outside the image are zeros.
///
/// With groups > 1, by which channels and filters can be divided, the first filters / groups of
/// them see the first channels / groups of the channels, and so on; kernels have as many channels
/// as one of the groups.
///
/// Sizes and strides are > 0, padding >= 0 and less than the kernel, and no product of sizes
/// overflows: whoever builds one has checked that.
struct Conv2D {
    std::ptrdiff_t height, width, channels;
    std::ptrdiff_t kernel_height, kernel_width, filters;
    std::ptrdiff_t stride_y, stride_x;
    std::ptrdiff_t pad_top, pad_left;
    std::ptrdiff_t out_height, out_width;
    std::ptrdiff_t groups = 1;
};

/// What becomes of a sum: where `relu`, negative ones are set to 0 and those above `limit` to it.
struct Rectifier {
    Rectifier(bool is_relu, float most = std::numeric_limits<float>::infinity())
        : relu(is_relu), limit(most) {}

    bool relu;
    float limit;
};

/// How products are formed on the way forward: sums are in float32 either way, and so is all on the
/// way back. In bfloat16, values and weights are first rounded to 8 bits, and pairs of neighboring
/// channels are added as the instruction vdpbf16ps does, whose bits every CPU gives; where the
/// number of channels is odd, it is float32 all the same.
enum class Precision { float32, bfloat16 };

/// A convolution's weights in the order in which the loops read them.
struct PackedConv2D {
    Precision precision = Precision::float32;
    AlignedVector<float> forward;
    AlignedVector<float> backward;     ///< to the data; empty unless asked for
    AlignedVector<float> reverse;      ///< the same where few gradients are zero; or empty
    bool for_dense = true;             ///< whether to prepare for such gradients, too
    std::vector<PackedConv2D> groups;  ///< where there are several of more than one channel
};

// All calls work on `n` whole images on the calling thread, so that the caller shares a batch as it
// likes: results of one image do not depend on the others. Arrays are contiguous, (n, height,
// width, channels). `scratch` is the calling thread's own.

/// Arranges `kernel` (kernel_height, kernel_width, channels / groups, filters); to be done again
/// after each change of it. What `packed` held before is overwritten and its memory used again.
/// Throws std::invalid_argument where there are more than 65535 filters to go back through.
void pack_conv2d(const Conv2D& conv, const float* kernel, bool for_backward, Precision precision,
                 PackedConv2D& packed);

/// y = conv(x) + bias, rectified. `bias` may be null. Convolutions that take each channel by itself
/// are computed in float32, whatever the precision.
void conv2d_forward(const Conv2D& conv, const PackedConv2D& packed, const float* bias,
                    const Rectifier& rectifier, const float* x, std::ptrdiff_t n, float* y,
                    Scratch& scratch);

/// Of one group, as all that follows pooling:
/// pooled = the largest of each 2 x 2 outputs, negative values set to 0: (n, out_height / 2,
/// out_width / 2, filters). Outputs that no pair of rows or columns reaches are not computed.
///
/// `choice`, unless null, says for each value which of the four it was, in reading order, the first
/// one of equals; 4 where all were negative or 0.
void conv2d_relu_pool_forward(const Conv2D& conv, const PackedConv2D& packed, const float* bias,
                              const float* x, std::ptrdiff_t n, float* pooled, std::uint8_t* choice,
                              Scratch& scratch);

/// The gradient of what was pooled, put where it came from: grad_y (n, out_height, out_width,
/// filters), zeros elsewhere.
void conv2d_unpool(const Conv2D& conv, const float* grad_pooled, const std::uint8_t* choice,
                   std::ptrdiff_t n, float* grad_y);

/// grad_x (n, height, width, channels), overwritten. Costs the less, the more of grad_y is zero;
/// where few values are, none is left out. An image's own gradients decide on that.
void conv2d_backward_data(const Conv2D& conv, const PackedConv2D& packed, const float* grad_y,
                          std::ptrdiff_t n, float* grad_x, Scratch& scratch);

/// Adds to grad_kernel (kernel_height, kernel_width, channels / groups, filters) and to grad_bias
/// (filters; or null). Costs the less, the more of grad_y is zero; where few values are, none is
/// left out.
void conv2d_backward_weights(const Conv2D& conv, const float* x, const float* grad_y,
                             std::ptrdiff_t n, float* grad_kernel, float* grad_bias,
                             Scratch& scratch);

/// The same after conv2d_relu_pool_forward, without unpooling: a quarter of the work.
void conv2d_relu_pool_backward_data(const Conv2D& conv, const PackedConv2D& packed,
                                    const float* grad_pooled, const std::uint8_t* choice,
                                    std::ptrdiff_t n, float* grad_x, Scratch& scratch);
void conv2d_relu_pool_backward_weights(const Conv2D& conv, const float* x, const float* grad_pooled,
                                       const std::uint8_t* choice, std::ptrdiff_t n,
                                       float* grad_kernel, float* grad_bias, Scratch& scratch);

}  // namespace imgmine
