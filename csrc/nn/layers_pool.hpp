#pragma once

#include "nn/layer.hpp"
#include "nn/pool2d.hpp"

namespace imgmine {

/// Largest or mean values of windows, or of whole images.
class PoolLayer : public Layer {
  public:
    PoolLayer(const Graph& graph, std::size_t node)
        : pool_(pool_of(graph, node)), largest_(is_max(graph.nodes[node].op)) {}

    void forward(const Pass& pass) const override {
        if (!largest_) return avg_pool2d_forward(pool_, in(pass), pass.n, out(pass));
        max_pool2d_forward(pool_, in(pass), pass.n, out(pass),
                           pass.training ? winner(pass) : nullptr);
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (!grad_inputs[0]) return;
        if (largest_)
            max_pool2d_backward(pool_, grad_out(pass), winner(pass), pass.n, grad_inputs[0]);
        else
            avg_pool2d_backward(pool_, grad_out(pass), pass.n, grad_inputs[0]);
    }

    std::ptrdiff_t kept_bytes() const override {
        return largest_ ? out_size * static_cast<std::ptrdiff_t>(sizeof(std::int32_t)) : 0;
    }

  private:
    static bool is_max(Op op) { return op == Op::max_pool2d || op == Op::global_max_pool2d; }

    static Pool2D pool_of(const Graph& graph, std::size_t index) {
        const Node& node = graph.nodes[index];
        const NodeShape& image = graph.nodes[node.inputs[0]].shape;
        if (node.op == Op::global_avg_pool2d || node.op == Op::global_max_pool2d)
            return {.height = image[0],
                    .width = image[1],
                    .channels = image[2],
                    .size_y = image[0],
                    .size_x = image[1],
                    .stride_y = 1,
                    .stride_x = 1,
                    .pad_top = 0,
                    .pad_left = 0,
                    .out_height = 1,
                    .out_width = 1};
        return {.height = image[0],
                .width = image[1],
                .channels = image[2],
                .size_y = node.size[0],
                .size_x = node.size[1],
                .stride_y = node.stride[0],
                .stride_x = node.stride[1],
                .pad_top = node.padding[0],
                .pad_left = node.padding[1],
                .out_height = node.shape[0],
                .out_width = node.shape[1]};
    }

    std::int32_t* winner(const Pass& pass) const {
        return reinterpret_cast<std::int32_t*>(kept(pass));
    }

    Pool2D pool_;
    bool largest_;
};

}  // namespace imgmine
