#pragma once

#include "kernels/layers.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// The sum of its inputs, which are added in their order.
class AddLayer : public Layer {
  public:
    void forward(const Pass& pass) const override {
        std::memmove(out(pass), in(pass), count(pass) * sizeof(float));
        for (std::size_t i = 1; i < inputs.size(); ++i)
            layer_kernels().add(in(pass, i), count(pass), out(pass));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (grad_inputs[i])
                std::memcpy(grad_inputs[i], grad_out(pass), count(pass) * sizeof(float));
    }
};

/// Its inputs side by side along the last axis.
class ConcatLayer : public Layer {
  public:
    ConcatLayer(const Graph& graph, std::size_t node)
        : width_(static_cast<std::size_t>(graph.nodes[node].shape.back())) {
        for (const std::size_t input : graph.nodes[node].inputs)
            widths_.push_back(static_cast<std::size_t>(graph.nodes[input].shape.back()));
    }

    void forward(const Pass& pass) const override {
        std::size_t column = 0;
        for (std::size_t i = 0; i < inputs.size(); column += widths_[i++])
            for (std::size_t r = 0; r < count(pass) / width_; ++r)
                std::memcpy(out(pass) + r * width_ + column, in(pass, i) + r * widths_[i],
                            widths_[i] * sizeof(float));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        std::size_t column = 0;
        for (std::size_t i = 0; i < inputs.size(); column += widths_[i++]) {
            if (!grad_inputs[i]) continue;
            for (std::size_t r = 0; r < count(pass) / width_; ++r)
                std::memcpy(grad_inputs[i] + r * widths_[i], grad_out(pass) + r * width_ + column,
                            widths_[i] * sizeof(float));
        }
    }

  private:
    std::size_t width_;
    std::vector<std::size_t> widths_;
};

}  // namespace imgmine
