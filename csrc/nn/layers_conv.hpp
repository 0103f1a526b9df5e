#pragma once

#include "base/aligned.hpp"
#include "kernels/layers.hpp"
#include "nn/conv_bands.hpp"
#include "nn/folding.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// The convolution that a node is, or of which it is the reverse.
inline Conv2D conv_of(const Node& node, const NodeShape& image, const NodeShape& result,
                      std::ptrdiff_t filters) {
    return {.height = image[0],
            .width = image[1],
            .channels = image[2],
            .kernel_height = node.size[0],
            .kernel_width = node.size[1],
            .filters = filters,
            .stride_y = node.stride[0],
            .stride_x = node.stride[1],
            .pad_top = node.padding[0],
            .pad_left = node.padding[1],
            .out_height = result[0],
            .out_width = result[1],
            .groups = node.groups};
}

/// A convolution, with what follows it: batch normalization by known moments, ReLU, with a limit if
/// there is one, and pooling of 2 x 2.
class ConvLayer : public Layer {
  public:
    ConvLayer(const Graph& graph, std::size_t conv, std::size_t norm, const Rectifier& rectifier,
              bool pooled)
        : conv_(conv_of(graph.nodes[conv], graph.nodes[graph.nodes[conv].inputs[0]].shape,
                        graph.nodes[conv].shape, graph.nodes[conv].units)),
          weights_(graph, conv, norm, 1),
          rectifier_(rectifier),
          pooled_(pooled) {
        packed_.for_dense = !pooled;
        learns = !graph.nodes[conv].frozen;
    }

    void pack(const float* parameters, bool for_backward, Precision precision) override {
        weights_.update(parameters);
        pack_conv2d(conv_, weights_.kernel(), for_backward, precision, packed_);
    }

    void forward(const Pass& pass) const override {
        if (pass.shared)
            return conv2d_in_bands(conv_, packed_, weights_.bias(), rectifier_, pooled_, in(pass),
                                   pass.n, out(pass), *pass.shared);
        if (pooled_)
            conv2d_relu_pool_forward(conv_, packed_, weights_.bias(), in(pass), pass.n, out(pass),
                                     pass.training ? kept(pass) : nullptr, pass.scratch);
        else
            conv2d_forward(conv_, packed_, weights_.bias(), rectifier_, in(pass), pass.n, out(pass),
                           pass.scratch);
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        float* grad_kernel = pass.parameter_gradients + weights_.kernel_offset();
        float* grad_bias =
            weights_.has_bias() ? pass.parameter_gradients + weights_.bias_offset() : nullptr;
        float* grad = grad_out(pass);
        if (pooled_) {
            if (learns)
                conv2d_relu_pool_backward_weights(conv_, in(pass), grad, kept(pass), pass.n,
                                                  grad_kernel, grad_bias, pass.scratch);
            if (grad_inputs[0])
                conv2d_relu_pool_backward_data(conv_, packed_, grad, kept(pass), pass.n,
                                               grad_inputs[0], pass.scratch);
            return;
        }
        if (rectifier_.relu)
            layer_kernels().clip_backward(out(pass), grad, count(pass), 0, rectifier_.limit, grad);
        if (learns)
            conv2d_backward_weights(conv_, in(pass), grad, pass.n, grad_kernel, grad_bias,
                                    pass.scratch);
        if (grad_inputs[0])
            conv2d_backward_data(conv_, packed_, grad, pass.n, grad_inputs[0], pass.scratch);
    }

    std::ptrdiff_t kept_bytes() const override { return pooled_ ? out_size : 0; }

  private:
    Conv2D conv_;
    FoldedWeights weights_;
    PackedConv2D packed_;
    Rectifier rectifier_;
    bool pooled_;
};

/// A transposed convolution: what a convolution does to gradients on their way back to its data.
class ConvTransposeLayer : public Layer {
  public:
    ConvTransposeLayer(const Graph& graph, std::size_t node, std::size_t norm)
        : conv_(conv_of(graph.nodes[node], graph.nodes[node].shape,
                        graph.nodes[graph.nodes[node].inputs[0]].shape,
                        graph.nodes[graph.nodes[node].inputs[0]].shape[2])),
          weights_(graph, node, norm, graph.nodes[graph.nodes[node].inputs[0]].shape[2]),
          ones_(static_cast<std::size_t>(conv_.channels), 1.0f) {
        learns = !graph.nodes[node].frozen;
    }

    void pack(const float* parameters, bool, Precision precision) override {
        weights_.update(parameters);
        pack_conv2d(conv_, weights_.kernel(), true, precision, packed_);
    }

    void forward(const Pass& pass) const override {
        conv2d_backward_data(conv_, packed_, in(pass), pass.n, out(pass), pass.scratch);
        if (!weights_.bias()) return;
        channel_kernels().affine(out(pass), count(pass) / ones_.size(), ones_.size(), ones_.data(),
                                 weights_.bias(), false, out(pass));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        const float* grad = grad_out(pass);
        if (learns)
            conv2d_backward_weights(conv_, grad, in(pass), pass.n,
                                    pass.parameter_gradients + weights_.kernel_offset(), nullptr,
                                    pass.scratch);
        if (learns && weights_.has_bias()) add_bias_gradient(pass);
        if (grad_inputs[0])
            conv2d_forward(conv_, packed_, nullptr, false, grad, pass.n, grad_inputs[0],
                           pass.scratch);
    }

  private:
    void add_bias_gradient(const Pass& pass) const {
        auto* sums = pass.own.array<double>(0, conv_.channels);
        std::fill_n(sums, ones_.size(), 0.0);
        channel_kernels().sums(grad_out(pass), count(pass) / ones_.size(), ones_.size(), sums);
        float* grad_bias = pass.parameter_gradients + weights_.bias_offset();
        for (std::size_t c = 0; c < ones_.size(); ++c) grad_bias[c] += static_cast<float>(sums[c]);
    }

    Conv2D conv_;
    FoldedWeights weights_;
    PackedConv2D packed_;
    std::vector<float> ones_;
};

}  // namespace imgmine
