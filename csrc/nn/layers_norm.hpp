#pragma once

#include "kernels/layers.hpp"
#include "nn/folding.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// Batch normalization over all axes but the last by moments that are known, so that it is a fixed
/// scale and offset. A ReLU that follows is done as well. In and out may be the same slot, going
/// forward.
class KnownNormLayer : public Layer {
  public:
    KnownNormLayer(const Graph& graph, std::size_t node, bool relu)
        : at_(graph, node),
          relu_(relu),
          channels_(static_cast<std::size_t>(at_.channels)),
          scale_(channels_),
          offset_(channels_),
          zeros_(channels_) {}

    void pack(const float* parameters, bool, Precision) override {
        at_.affine(parameters, scale_.data(), offset_.data());
    }

    void forward(const Pass& pass) const override {
        channel_kernels().affine(in(pass), count(pass) / channels_, channels_, scale_.data(),
                                 offset_.data(), relu_, out(pass));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (!grad_inputs[0]) return;
        float* grad = grad_out(pass);
        if (relu_) layer_kernels().relu_backward(out(pass), grad, count(pass), 0, grad);
        channel_kernels().affine(grad, count(pass) / channels_, channels_, scale_.data(),
                                 zeros_.data(), false, grad_inputs[0]);
    }

  private:
    NormParameters at_;
    bool relu_;
    std::size_t channels_;
    std::vector<float> scale_, offset_, zeros_;
};

/// Batch normalization over all axes but the last: by the batch's mean and variance when training,
/// which the running ones follow, else by the running ones. A ReLU that follows is done as well.
class BatchNormLayer : public BatchLayer {
  public:
    BatchNormLayer(const Graph& graph, std::size_t node, bool relu)
        : at_(graph, node),
          relu_(relu),
          momentum_(graph.nodes[node].rate),
          channels_(static_cast<std::size_t>(at_.channels)),
          pixels_(count_of(graph.nodes[node].shape) / at_.channels),
          scale_(channels_),
          offset_(channels_),
          mean_(channels_),
          inverse_deviation_(channels_),
          factors_(4 * channels_) {
        learns = true;
    }

    void pack(const float* parameters, bool, Precision) override {
        at_.affine(parameters, scale_.data(), offset_.data());
    }

    void forward(const Pass& pass) const override {
        channel_kernels().affine(in(pass), pixels(pass), channels_, scale_.data(), offset_.data(),
                                 relu_, out(pass));
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (grad_inputs[0])
            channel_kernels().combine(in(pass), grad_out(pass), pixels(pass), channels_,
                                      factors_.data(), grad_inputs[0]);
    }

    void start(std::ptrdiff_t n_groups) override {
        sums_.assign(static_cast<std::size_t>(n_groups) * 2 * channels_, 0);
    }

    void collect(const Pass& pass, std::ptrdiff_t group) override {
        double* sums = sums_of(group);
        channel_kernels().moments(in(pass), pixels(pass), channels_, pass.parameters + at_.mean,
                                  sums, sums + channels_);
    }

    void conclude(float* parameters, std::ptrdiff_t n_images) override {
        const double n = static_cast<double>(n_images) * static_cast<double>(pixels_);
        add_up();
        for (std::size_t c = 0; c < channels_; ++c) {
            // The running mean was the shift: it is near the batch's, so that nothing cancels.
            float& mean = parameters[at_.mean + static_cast<std::ptrdiff_t>(c)];
            float& variance = parameters[at_.variance + static_cast<std::ptrdiff_t>(c)];
            const double beyond = sums_[c] / n, of_batch = static_cast<double>(mean) + beyond;
            const double spread = std::max(sums_[channels_ + c] / n - beyond * beyond, 0.0);
            inverse_deviation_[c] = at_.inverse_deviation(spread);
            const double factor = inverse_deviation_[c] * value(parameters, at_.gamma, c);
            scale_[c] = static_cast<float>(factor);
            offset_[c] = static_cast<float>(value(parameters, at_.beta, c) - factor * of_batch);
            mean_[c] = static_cast<float>(of_batch);
            mean = follow(mean, of_batch);
            variance = follow(variance, spread);
        }
    }

    void collect_backward(const Pass& pass, std::ptrdiff_t group) override {
        double* sums = sums_of(group);
        const auto& kernels = channel_kernels();
        if (relu_)
            kernels.clip(in(pass), pixels(pass), channels_, scale_.data(), offset_.data(),
                         grad_out(pass));
        kernels.products(in(pass), grad_out(pass), pixels(pass), channels_, mean_.data(), sums,
                         sums + channels_);
    }

    void conclude_backward(const float* parameters, float* parameter_gradients,
                           std::ptrdiff_t n_images) override {
        const double n = static_cast<double>(n_images) * static_cast<double>(pixels_);
        add_up();
        float *f0 = factors_.data(), *f1 = f0 + channels_, *f2 = f1 + channels_;
        for (std::size_t c = 0; c < channels_; ++c) {
            const double factor = inverse_deviation_[c] * value(parameters, at_.gamma, c);
            const double grad_gamma = sums_[channels_ + c] * inverse_deviation_[c];
            f0[c] = static_cast<float>(factor);
            f1[c] = static_cast<float>(-factor * inverse_deviation_[c] * grad_gamma / n);
            f2[c] = static_cast<float>(-factor * sums_[c] / n);
            factors_[3 * channels_ + c] = mean_[c];
            const auto channel = static_cast<std::ptrdiff_t>(c);
            parameter_gradients[at_.gamma + channel] += static_cast<float>(grad_gamma);
            parameter_gradients[at_.beta + channel] += static_cast<float>(sums_[c]);
        }
    }

  private:
    static double value(const float* parameters, std::ptrdiff_t offset, std::size_t c) {
        return static_cast<double>(parameters[offset + static_cast<std::ptrdiff_t>(c)]);
    }

    float follow(float running, double of_batch) const {
        return static_cast<float>(momentum_ * static_cast<double>(running) +
                                  (1 - momentum_) * of_batch);
    }

    std::size_t pixels(const Pass& pass) const { return count(pass) / channels_; }

    double* sums_of(std::ptrdiff_t group) {
        return sums_.data() + static_cast<std::size_t>(group) * 2 * channels_;
    }

    /// The groups' sums, added to those of the first one in their order.
    void add_up() {
        const std::size_t size = 2 * channels_;
        for (std::size_t i = size; i < sums_.size(); ++i) sums_[i % size] += sums_[i];
    }

    NormParameters at_;
    bool relu_;
    double momentum_;
    std::size_t channels_;
    std::ptrdiff_t pixels_;  ///< an image
    std::vector<float> scale_, offset_, mean_;
    std::vector<double> inverse_deviation_, sums_;
    std::vector<float> factors_;
};

}  // namespace imgmine
