#pragma once

#include <cstring>
#include <memory>

#include "nn/conv2d.hpp"
#include "nn/graph.hpp"
#include "nn/pool.hpp"
#include "nn/scratch.hpp"

namespace imgmine {

/// What a layer works on: a few images of a batch, by one thread.
struct Pass {
    std::ptrdiff_t n;      ///< images
    std::ptrdiff_t first;  ///< place of the first of them in the batch
    bool training;
    std::uint64_t seed;
    const float* parameters;
    float* parameter_gradients;       ///< to add to
    float* const* values;             ///< by slot: of the first of the images
    float* const* gradients;          ///< the same
    std::uint8_t* const* kept;        ///< by layer: what its backward needs to know of the images
    Scratch& scratch;                 ///< the kernels'
    Scratch& own;                     ///< the layer's: its array 0
    Pool<Scratch>* shared = nullptr;  ///< of threads that share the work; null: this one does all
};

/// One step of a plan: a node, or several that are done in one go.
///
/// Slots are where results are put. A layer may overwrite the gradient in its output's slot while
/// it goes backward: nobody asks for that again.
class Layer {
  public:
    Layer() = default;
    virtual ~Layer() = default;
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;

    /// Called once the parameters have changed.
    virtual void pack(const float* /*parameters*/, bool /*for_backward*/, Precision) {}
    virtual void forward(const Pass& pass) const = 0;
    /// `grad_inputs`: by input, to overwrite; null where nobody asks.
    virtual void backward(const Pass& pass, float* const* grad_inputs) const = 0;
    /// Bytes an image for backward.
    virtual std::ptrdiff_t kept_bytes() const { return 0; }

    std::size_t index = 0;                 ///< in the plan
    std::vector<std::size_t> inputs;       ///< slots
    std::vector<std::ptrdiff_t> in_sizes;  ///< values an image
    std::size_t output = 0;
    std::ptrdiff_t out_size = 0;
    bool learns = false;            ///< whether it has parameters that are not frozen
    std::vector<char> is_trained;   ///< by input: whether parameters before it need its gradient
    std::vector<char> accumulates;  ///< by input: whether another layer has written its gradient

  protected:
    const float* in(const Pass& pass, std::size_t i = 0) const { return pass.values[inputs[i]]; }
    float* out(const Pass& pass) const { return pass.values[output]; }
    float* grad_out(const Pass& pass) const { return pass.gradients[output]; }
    std::uint8_t* kept(const Pass& pass) const { return pass.kept[index]; }
    /// Values of the output, of all images of a pass.
    std::size_t count(const Pass& pass) const {
        return static_cast<std::size_t>(pass.n * out_size);
    }
};

/// A layer that needs to know the whole batch before it can go on, when training: it looks at all
/// images group by group, then draws its conclusions, then goes on group by group.
class BatchLayer : public Layer {
  public:
    virtual void start(std::ptrdiff_t n_groups) = 0;
    virtual void collect(const Pass& pass, std::ptrdiff_t group) = 0;
    /// `parameters` may be changed where they are no subject of training.
    virtual void conclude(float* parameters, std::ptrdiff_t n_images) = 0;
    virtual void collect_backward(const Pass& pass, std::ptrdiff_t group) = 0;
    virtual void conclude_backward(const float* parameters, float* parameter_gradients,
                                   std::ptrdiff_t n_images) = 0;
};

}  // namespace imgmine
