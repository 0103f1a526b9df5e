// What the layers of networks give, forward and backward; see bits.hpp.
#include "bits.hpp"
#include "nn/conv2d.hpp"
#include "nn/dense.hpp"
#include "nn/pool2d.hpp"

using namespace imgmine;

namespace {

/// About -1 to 1; so many of a hundred are zero.
std::vector<float> values(std::ptrdiff_t n, std::uint64_t seed, int zeros = 0) {
    Random random(seed);
    std::vector<float> v(static_cast<std::size_t>(n));
    for (float& x : v)
        x = static_cast<int>(random.below(100)) < zeros
                ? 0.0f
                : static_cast<float>(static_cast<int>(random.below(20001)) - 10000) * 1e-4f;
    return v;
}

template <class... Ts>
std::uint32_t all(const std::vector<Ts>&... results) {
    std::vector<std::uint32_t> sums = {checksum(results)...};
    return checksum(sums);
}

constexpr std::ptrdiff_t n = 5;  // images

/// Images, weights and gradients of a convolution, and room for what comes of them.
struct Layer {
    Conv2D c;
    Precision precision;
    int zeros = 50;  // of a hundred gradients
    std::ptrdiff_t n_in = c.height * c.width * c.channels,
                   n_weights = c.kernel_height * c.kernel_width * c.channels / c.groups * c.filters,
                   n_out = c.out_height * c.out_width * c.filters,
                   n_pooled = (c.out_height / 2) * (c.out_width / 2) * c.filters;
    std::vector<float> x = values(n * n_in, 1, 20), kernel = values(n_weights, 2),
                       bias = values(c.filters, 3), grad_y = values(n * n_out, 4, zeros),
                       grad_pooled = values(n * n_pooled, 5);
    std::vector<float> y = std::vector<float>(grad_y.size()),
                       pooled = std::vector<float>(grad_pooled.size()),
                       grad_x = std::vector<float>(x.size()),
                       grad_kernel = std::vector<float>(kernel.size()),
                       grad_bias = std::vector<float>(bias.size());
    std::vector<std::uint8_t> choice = std::vector<std::uint8_t>(pooled.size());
    PackedConv2D packed = {};
    Scratch scratch = {};

    std::uint32_t plain() {
        pack_conv2d(c, kernel.data(), true, precision, packed);
        conv2d_forward(c, packed, bias.data(), true, x.data(), n, y.data(), scratch);
        conv2d_backward_data(c, packed, grad_y.data(), n, grad_x.data(), scratch);
        conv2d_backward_weights(c, x.data(), grad_y.data(), n, grad_kernel.data(), grad_bias.data(),
                                scratch);
        return all(y, grad_x, grad_kernel, grad_bias);
    }

    std::uint32_t with_pooling() {
        pack_conv2d(c, kernel.data(), true, precision, packed);
        conv2d_relu_pool_forward(c, packed, bias.data(), x.data(), n, pooled.data(), choice.data(),
                                 scratch);
        conv2d_relu_pool_backward_data(c, packed, grad_pooled.data(), choice.data(), n,
                                       grad_x.data(), scratch);
        conv2d_relu_pool_backward_weights(c, x.data(), grad_pooled.data(), choice.data(), n,
                                          grad_kernel.data(), grad_bias.data(), scratch);
        return checksum(choice) ^ all(pooled, grad_x, grad_kernel, grad_bias);
    }
};

constexpr Conv2D first = {28, 28, 1, 3, 3, 32, 1, 1, 0, 0, 26, 26},
                 second = {13, 13, 32, 3, 3, 64, 1, 1, 0, 0, 11, 11},
                 third = {5, 5, 64, 3, 3, 64, 1, 1, 0, 0, 3, 3},
                 odd = {19, 17, 6, 5, 3, 21, 2, 1, 2, 1, 10, 17},
                 padded = {8, 7, 33, 3, 3, 130, 1, 1, 1, 1, 8, 7},
                 groups = {9, 8, 24, 3, 3, 36, 1, 2, 1, 1, 9, 4, 4},
                 depthwise = {12, 11, 37, 3, 3, 37, 1, 1, 1, 1, 12, 11, 37},
                 depthwise_strides = {12, 11, 37, 3, 3, 37, 2, 2, 1, 1, 6, 6, 37},
                 depthwise_odd = {12, 11, 21, 5, 2, 21, 3, 1, 4, 0, 5, 11, 21};

template <Precision precision>
std::uint32_t plain(const Conv2D& c) {
    return Layer{c, precision}.plain();
}

std::uint32_t dense_gradients() {
    return Layer{padded, Precision::float32, 0}.plain();
}

template <Precision precision>
std::uint32_t with_pooling(const Conv2D& c) {
    return Layer{c, precision}.with_pooling();
}

std::uint32_t dense() {
    const Dense d{100, 37};
    const auto x = values(n * d.inputs, 1), weights = values(d.inputs * d.units, 2),
               bias = values(d.units, 3), grad_y = values(n * d.units, 4, 50);
    std::vector<float> y(grad_y.size()), grad_x(x.size()), grad_weights(weights.size()),
        grad_bias(bias.size());
    PackedDense packed;
    Scratch scratch;
    pack_dense(d, weights.data(), true, Precision::float32, packed);
    dense_forward(d, packed, bias.data(), true, x.data(), n, y.data(), scratch);
    dense_backward_data(d, packed, grad_y.data(), n, grad_x.data(), scratch);
    dense_backward_weights(d, x.data(), grad_y.data(), n, grad_weights.data(), grad_bias.data(),
                           scratch);
    return all(y, grad_x, grad_weights, grad_bias);
}

std::uint32_t pools() {
    const Pool2D p{17, 19, 21, 3, 3, 2, 2, 1, 1, 9, 10};
    const std::ptrdiff_t n_out = p.out_height * p.out_width * p.channels;
    const auto x = values(n * p.height * p.width * p.channels, 1, 50),
               grad_y = values(n * n_out, 2);
    std::vector<float> largest(grad_y.size()), mean(grad_y.size()), back(x.size()),
        shared(x.size());
    std::vector<std::int32_t> winner(grad_y.size());
    max_pool2d_forward(p, x.data(), n, largest.data(), winner.data());
    max_pool2d_backward(p, grad_y.data(), winner.data(), n, back.data());
    avg_pool2d_forward(p, x.data(), n, mean.data());
    avg_pool2d_backward(p, grad_y.data(), n, shared.data());
    return checksum(winner) ^ all(largest, back, mean, shared);
}

}  // namespace

int main() {
    constexpr Precision f32 = Precision::float32, bf16 = Precision::bfloat16;
    return check_bits({
        {"conv2d one channel", [] { return plain<f32>(first); }, 0x6051ceddu},
        {"conv2d one channel pooled", [] { return with_pooling<f32>(first); }, 0xef3ec303u},
        {"conv2d", [] { return plain<f32>(second); }, 0xe4ed8a37u},
        {"conv2d pooled", [] { return with_pooling<f32>(second); }, 0xaef8ffc5u},
        {"conv2d small", [] { return plain<f32>(third); }, 0xedfa3f22u},
        {"conv2d padded", [] { return plain<f32>(padded); }, 0xb86793a6u},
        {"conv2d dense gradients", dense_gradients, 0xc0b66b78u},
        {"conv2d strides", [] { return plain<f32>(odd); }, 0x762989fau},
        {"conv2d strides pooled", [] { return with_pooling<f32>(odd); }, 0x9822f003u},
        {"conv2d bfloat16", [] { return plain<bf16>(second); }, 0x0ca535b3u},
        {"conv2d bfloat16 pooled", [] { return with_pooling<bf16>(second); }, 0x93ebedf7u},
        {"conv2d bfloat16 strides", [] { return plain<bf16>(odd); }, 0x57386463u},
        {"conv2d groups", [] { return plain<f32>(groups); }, 0xafad8098u},
        {"conv2d groups bfloat16", [] { return plain<bf16>(groups); }, 0x5a318e80u},
        {"conv2d each channel", [] { return plain<f32>(depthwise); }, 0x60b83297u},
        {"conv2d each channel, strides", [] { return plain<f32>(depthwise_strides); }, 0xa346a842u},
        {"conv2d each channel, 5 x 2", [] { return plain<f32>(depthwise_odd); }, 0x8dca59eau},
        {"dense", dense, 0x13b85faau},
        {"pool2d", pools, 0x05c788f0u},
    });
}
