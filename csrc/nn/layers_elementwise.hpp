#pragma once

#include "base/random.hpp"
#include "kernels/layers.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// ReLU, sigmoid and the like: value by value. In and out may be the same slot, going forward.
class ActivationLayer : public Layer {
  public:
    ActivationLayer(const Graph& graph, std::size_t node)
        : op_(graph.nodes[node].op),
          slope_(graph.nodes[node].slope),
          low_(graph.nodes[node].low),
          high_(graph.nodes[node].high) {}

    void forward(const Pass& pass) const override {
        const auto& kernels = layer_kernels();
        if (op_ == Op::sigmoid) return kernels.sigmoid(in(pass), count(pass), out(pass));
        if (op_ == Op::tanh) return kernels.tanh(in(pass), count(pass), out(pass));
        if (op_ == Op::clip) return kernels.clip(in(pass), count(pass), low_, high_, out(pass));
        kernels.relu(in(pass), count(pass), slope_, out(pass));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (!grad_inputs[0]) return;
        const auto& kernels = layer_kernels();
        const float *y = out(pass), *grad = grad_out(pass);
        if (op_ == Op::sigmoid)
            return kernels.sigmoid_backward(y, grad, count(pass), grad_inputs[0]);
        if (op_ == Op::tanh) return kernels.tanh_backward(y, grad, count(pass), grad_inputs[0]);
        if (op_ == Op::clip)
            return kernels.clip_backward(y, grad, count(pass), low_, high_, grad_inputs[0]);
        kernels.relu_backward(y, grad, count(pass), slope_, grad_inputs[0]);
    }

  private:
    Op op_;
    float slope_, low_, high_;
};

/// Softmax over the last axis.
class SoftmaxLayer : public Layer {
  public:
    SoftmaxLayer(const Graph& graph, std::size_t node)
        : classes_(static_cast<std::size_t>(graph.nodes[node].shape.back())) {}

    void forward(const Pass& pass) const override {
        float largest;
        for (std::size_t i = 0; i < count(pass); i += classes_)
            layer_kernels().softmax(in(pass) + i, classes_, out(pass) + i, &largest);
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (!grad_inputs[0]) return;
        for (std::size_t i = 0; i < count(pass); i += classes_)
            layer_kernels().softmax_backward(out(pass) + i, grad_out(pass) + i, classes_,
                                             grad_inputs[0] + i);
    }

  private:
    std::size_t classes_;
};

/// Values are dropped by a hash of seed, node, image and place: the same ones on the way back.
class DropoutLayer : public Layer {
  public:
    DropoutLayer(const Graph& graph, std::size_t node)
        : node_(node),
          dropped_(static_cast<std::uint32_t>(graph.nodes[node].rate * 4294967296.0)),
          scale_(static_cast<float>(1 / (1 - graph.nodes[node].rate))) {}

    void forward(const Pass& pass) const override { drop(pass, in(pass), out(pass)); }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (grad_inputs[0]) drop(pass, grad_out(pass), grad_inputs[0]);
    }

  private:
    void drop(const Pass& pass, const float* from, float* to) const {
        if (!pass.training) {
            std::memmove(to, from, count(pass) * sizeof(float));
            return;
        }
        for (std::ptrdiff_t i = 0; i < pass.n; ++i) {
            Random random(pass.seed);
            Random of_node(random.next() + node_);
            Random of_image(of_node.next() + static_cast<std::uint64_t>(pass.first + i));
            layer_kernels().dropout(from + i * out_size, static_cast<std::size_t>(out_size),
                                    of_image.next(), dropped_, scale_, to + i * out_size);
        }
    }

    std::size_t node_;
    std::uint32_t dropped_;
    float scale_;
};

/// scale * x + offset. In and out may be the same slot, going forward.
class RescaleLayer : public Layer {
  public:
    RescaleLayer(const Graph& graph, std::size_t node)
        : scale_(graph.nodes[node].scale), offset_(graph.nodes[node].offset) {}

    void forward(const Pass& pass) const override {
        layer_kernels().rescale(in(pass), count(pass), scale_, offset_, out(pass));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (grad_inputs[0])
            layer_kernels().rescale(grad_out(pass), count(pass), scale_, 0, grad_inputs[0]);
    }

  private:
    float scale_, offset_;
};

}  // namespace imgmine
