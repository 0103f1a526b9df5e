#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "nn/graph.hpp"

namespace imgmine {

/// No node.
constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// Where the parameters of a batch normalization stand, and what it does to each channel once its
/// moments are known: scale * x + offset.
class NormParameters {
  public:
    NormParameters(const Graph& graph, std::size_t node)
        : channels(graph.nodes[node].shape.back()),
          epsilon(static_cast<double>(graph.nodes[node].epsilon)),
          gamma(graph.find(node, "gamma")->offset),
          beta(graph.find(node, "beta")->offset),
          mean(graph.find(node, "mean")->offset),
          variance(graph.find(node, "variance")->offset) {}

    /// 1 / the standard deviation.
    double inverse_deviation(double of_variance) const {
        return 1 / std::sqrt(std::max(of_variance, 0.0) + epsilon);
    }

    void affine(const float* parameters, float* scale, float* offset) const {
        for (std::ptrdiff_t c = 0; c < channels; ++c) {
            const double factor = static_cast<double>(parameters[gamma + c]) *
                                  inverse_deviation(static_cast<double>(parameters[variance + c]));
            scale[c] = static_cast<float>(factor);
            offset[c] = static_cast<float>(static_cast<double>(parameters[beta + c]) -
                                           factor * static_cast<double>(parameters[mean + c]));
        }
    }

    std::ptrdiff_t channels;
    double epsilon;
    std::ptrdiff_t gamma, beta, mean, variance;  ///< offsets
};

/// Kernel and bias of a node, into which a batch normalization that follows may be folded.
class FoldedWeights {
  public:
    /// `run`: how many weights that lie side by side lead to the same output.
    FoldedWeights(const Graph& graph, std::size_t node, std::size_t norm, std::ptrdiff_t run)
        : outputs_(graph.nodes[node].units), run_(run) {
        const NetworkParameter* kernel = graph.find(node, "kernel");
        kernel_offset_ = kernel->offset;
        size_ = count_of(kernel->shape);
        if (const NetworkParameter* bias = graph.find(node, "bias")) bias_offset_ = bias->offset;
        if (norm != none) norm_ = std::make_unique<NormParameters>(graph, norm);
    }

    void update(const float* parameters) {
        kernel_ = parameters + kernel_offset_;
        bias_ = has_bias() ? parameters + bias_offset_ : nullptr;
        if (!norm_) return;
        std::vector<float> scale(static_cast<std::size_t>(outputs_));
        const float* bias_before = bias_;
        folded_bias_.resize(scale.size());
        folded_.assign(kernel_, kernel_ + size_);
        norm_->affine(parameters, scale.data(), folded_bias_.data());
        for (std::ptrdiff_t i = 0; i < size_; ++i)
            folded_[static_cast<std::size_t>(i)] *=
                scale[static_cast<std::size_t>(i / run_ % outputs_)];
        for (std::size_t o = 0; bias_before && o < scale.size(); ++o)
            folded_bias_[o] += scale[o] * bias_before[o];
        kernel_ = folded_.data();
        bias_ = folded_bias_.data();
    }

    const float* kernel() const { return kernel_; }
    const float* bias() const { return bias_; }  ///< null where there is none
    bool has_bias() const { return bias_offset_ >= 0; }
    std::ptrdiff_t kernel_offset() const { return kernel_offset_; }
    std::ptrdiff_t bias_offset() const { return bias_offset_; }

  private:
    std::ptrdiff_t outputs_, run_, size_ = 0, kernel_offset_ = 0, bias_offset_ = -1;
    std::unique_ptr<NormParameters> norm_;
    const float* kernel_ = nullptr;
    const float* bias_ = nullptr;
    std::vector<float> folded_, folded_bias_;
};

}  // namespace imgmine
