#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/math_log.hpp"
#include "kernels/layers.hpp"
#include "kernels/losses.hpp"

namespace imgmine {

enum class Loss { cross_entropy, mse, binary_cross_entropy };

inline Loss loss_from_name(const std::string& name) {
    if (name == "cross_entropy") return Loss::cross_entropy;
    if (name == "mse") return Loss::mse;
    require(name == "binary_cross_entropy",
            "loss must be 'cross_entropy', 'mse' or 'binary_cross_entropy', got '" + name + "'");
    return Loss::binary_cross_entropy;
}

struct LossOutcome {
    double loss = 0;
    std::int64_t n_correct = 0;
};

/// The loss of one image at a time and the gradient of the mean over a batch.
class LossOfImage {
  public:
    /// `size`: values of an image's result; `classes`: of its last axis; `class_weights`: by label,
    /// empty: all 1.
    LossOfImage(Loss loss, std::ptrdiff_t size, std::ptrdiff_t classes, std::ptrdiff_t n_images,
                double label_smoothing, const std::vector<double>& class_weights)
        : loss_(loss),
          size_(static_cast<std::size_t>(size)),
          classes_(static_cast<std::size_t>(classes)),
          terms_(static_cast<double>(n_images) *
                 static_cast<double>(loss == Loss::cross_entropy ? size / classes : size)),
          smoothing_(label_smoothing),
          weights_(class_weights) {}

    /// What the sum of all images' losses is to be divided by.
    double terms() const { return terms_; }
    /// Labels an image, for cross entropy.
    std::ptrdiff_t labels() const { return static_cast<std::ptrdiff_t>(size_ / classes_); }

    LossOutcome operator()(const float* y, const std::int32_t* labels, float* grad) const {
        LossOutcome outcome;
        for (std::size_t i = 0; i < size_; i += classes_, ++labels)
            cross_entropy(y + i, static_cast<std::size_t>(*labels), grad + i, outcome);
        return outcome;
    }

    LossOutcome operator()(const float* y, const float* target, float* grad) const {
        const double weight = weight_of(target[0] > 0.5f);
        const auto scale = static_cast<float>(weight / terms_);
        if (loss_ == Loss::mse)
            return {loss_kernels().squared_error(y, target, size_, scale, grad), 0};
        LossOutcome outcome;
        for (std::size_t i = 0; i < size_; i += LossKernels::block) {
            double products[LossKernels::lanes];
            outcome.loss +=
                loss_kernels().logistic(y + i, target + i, std::min(size_ - i, LossKernels::block),
                                        scale, grad + i, products);
            for (const double product : products) outcome.loss += log_or_nan(product);
        }
        outcome.loss *= weight;
        for (std::size_t i = 0; i < size_; ++i)
            outcome.n_correct += (y[i] > 0) == (target[i] > 0.5f);
        return outcome;
    }

  private:
    static double log_or_nan(double x) {
        return x > 0 && x <= std::numeric_limits<double>::max()
                   ? log_same_bits(x)
                   : std::numeric_limits<double>::quiet_NaN();
    }

    double weight_of(std::size_t label) const { return weights_.empty() ? 1 : weights_[label]; }

    /// Of one softmax.
    void cross_entropy(const float* y, std::size_t label, float* grad, LossOutcome& outcome) const {
        float largest;
        const float total = layer_kernels().softmax(y, classes_, grad, &largest);
        const double n = static_cast<double>(classes_), weight = weight_of(label);
        double expected = (1 - smoothing_) * static_cast<double>(y[label]);
        if (smoothing_ > 0) expected += smoothing_ / n * loss_kernels().sum(y, classes_);
        outcome.loss += weight * (log_or_nan(static_cast<double>(total)) +
                                  static_cast<double>(largest) - expected);
        outcome.n_correct +=
            std::max_element(y, y + classes_) - y == static_cast<std::ptrdiff_t>(label);
        loss_kernels().scale_shift(grad, classes_, static_cast<float>(weight / terms_),
                                   static_cast<float>(-smoothing_ / n / terms_ * weight));
        grad[label] -= static_cast<float>((1 - smoothing_) / terms_ * weight);
    }

    Loss loss_;
    std::size_t size_, classes_;
    double terms_, smoothing_;
    const std::vector<double>& weights_;
};

}  // namespace imgmine
