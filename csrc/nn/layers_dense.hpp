#pragma once

#include "kernels/layers.hpp"
#include "nn/dense.hpp"
#include "nn/folding.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// A fully connected layer over the last axis, with batch normalization by known moments and ReLU.
class DenseLayer : public Layer {
  public:
    DenseLayer(const Graph& graph, std::size_t dense, std::size_t norm, bool relu)
        : dense_{graph.nodes[graph.nodes[dense].inputs[0]].shape.back(), graph.nodes[dense].units},
          rows_(count_of(graph.nodes[dense].shape) / graph.nodes[dense].units),
          weights_(graph, dense, norm, 1),
          relu_(relu) {
        learns = !graph.nodes[dense].frozen;
    }

    void pack(const float* parameters, bool for_backward, Precision precision) override {
        weights_.update(parameters);
        pack_dense(dense_, weights_.kernel(), for_backward, precision, packed_);
    }

    void forward(const Pass& pass) const override {
        dense_forward(dense_, packed_, weights_.bias(), relu_, in(pass), pass.n * rows_, out(pass),
                      pass.scratch);
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        float* grad = grad_out(pass);
        if (relu_) layer_kernels().relu_backward(out(pass), grad, count(pass), 0, grad);
        if (learns)
            dense_backward_weights(
                dense_, in(pass), grad, pass.n * rows_,
                pass.parameter_gradients + weights_.kernel_offset(),
                weights_.has_bias() ? pass.parameter_gradients + weights_.bias_offset() : nullptr,
                pass.scratch);
        if (grad_inputs[0])
            dense_backward_data(dense_, packed_, grad, pass.n * rows_, grad_inputs[0],
                                pass.scratch);
    }

  private:
    Dense dense_;
    std::ptrdiff_t rows_;  ///< an image
    FoldedWeights weights_;
    PackedDense packed_;
    bool relu_;
};

}  // namespace imgmine
