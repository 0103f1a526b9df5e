#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/context.hpp"
#include "nn/conv2d.hpp"
#include "nn/graph.hpp"
#include "nn/loss.hpp"

namespace imgmine {

/// What step() compares the results with: `labels` (one for each pixel of the result, but for its
/// last axis) for cross entropy, `targets` (the result's shape) for the others; of each image of
/// the inputs, from which `rows` select.
struct NetworkTargets {
    const std::int32_t* labels = nullptr;
    const float* targets = nullptr;
    std::ptrdiff_t n = 0;           ///< images
    std::ptrdiff_t image_size = 0;  ///< labels or targets of one
    /// What each label's loss and gradients are multiplied by: one for each class of cross entropy,
    /// two for binary cross entropy of one output; empty: all 1. The mean is over the images still.
    std::vector<double> class_weights = {};
};

/// A convolutional network: a graph of nodes, their parameters, and what learns and uses them.
///
/// Every result has the same bits with any number of threads and on every CPU level. Several
/// threads may call at once; those that train wait for each other, and what predict() answers while
/// values change is not defined.
class Network {
  public:
    /// Throws std::invalid_argument that names node and attribute where one is wrong.
    Network(const std::vector<NodeSpec>& nodes, const std::vector<std::int64_t>& outputs,
            const std::string& precision);
    ~Network();

    const Graph& graph() const;

    /// The parameters, graph().n_values of them, trainable ones first; zeros at first, but for
    /// gamma and variance of batch_norm, which are ones. After writing to them call touch(), and
    /// say whether those of frozen nodes may be among what has changed.
    float* values();
    void touch(bool frozen = true);
    /// Has the parameters of these nodes, and of no others, stay as they are in training: they get
    /// no gradients, batch_norm uses its running moments, and the way back ends where nothing
    /// before it learns. What forward() has kept is lost.
    void freeze(const std::vector<std::int64_t>& nodes);
    /// As many, zeros for what is not trainable.
    float* gradients();

    /// Results of the output nodes for `n` images, into `results` (by output). With `training`,
    /// dropout and batch statistics work and what backward() needs is kept.
    void forward(const std::vector<NetworkInput>& inputs, bool training, std::uint64_t seed,
                 const std::vector<float*>& results);

    /// The gradients of a function of the last forward(training)'s results, given its gradients
    /// with respect to these for its `n` images: sums over the batch, written to gradients(), and,
    /// unless `input_gradients` is empty, those with respect to each input.
    void backward(const std::vector<const float*>& output_gradients, std::ptrdiff_t n,
                  const std::vector<float*>& input_gradients);

    /// forward(training), the loss of the only output, and backward() of its mean over the images
    /// that `rows` (n_rows of them; null: all) select. Cross entropy looks before a softmax at the
    /// end, and takes the output for logits where there is none; so does binary cross entropy with
    /// a sigmoid. Labels that are right: the largest logit's (the first one of equals), or signs.
    LossOutcome step(const std::vector<NetworkInput>& inputs, const std::int64_t* rows,
                     std::ptrdiff_t n_rows, const NetworkTargets& targets, const std::string& loss,
                     std::uint64_t seed, double label_smoothing);

    /// Results of any nodes for any number of images, by running statistics and without dropout.
    void predict(const std::vector<NetworkInput>& inputs, const std::vector<std::int64_t>& nodes,
                 const std::vector<float*>& results);

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace imgmine
