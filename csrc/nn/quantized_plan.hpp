#pragma once

#include <memory>

#include "nn/graph.hpp"
#include "nn/quantized_dots_layer.hpp"

namespace imgmine {

/// What a node of a quantized network knows besides its attributes.
struct QuantizedParameters {
    QuantizedWeights weights;                        ///< of conv2d, conv_transpose2d, dense
    std::vector<float> gamma, beta, mean, variance;  ///< of batch_norm
};

/// A network's nodes with what their results are stored as.
struct QuantizedGraph {
    Graph graph;
    std::vector<QuantizedParameters> parameters;
    std::vector<Quantization> quantizations;
};

/// The steps that lead from images to the results of some nodes, and where their results lie.
class QuantizedPlan {
  public:
    static constexpr std::ptrdiff_t most_images = 16;  ///< of a group

    QuantizedPlan(const QuantizedGraph& network, const std::vector<std::size_t>& nodes);

    /// An input's images: floats or bytes.
    struct Source {
        const void* values;
        bool bytes;
    };
    /// Computes the images from `first` up to `last`.
    void run(const std::vector<Source>& inputs, std::ptrdiff_t first, std::ptrdiff_t last,
             const std::vector<float*>& outputs) const;

    double cost() const { return cost_ + 1; }  ///< of an image, in about nanoseconds

  private:
    friend class QuantizedPlanner;

    struct Buffer {
        std::size_t size;         ///< bytes of an image
        std::size_t first, last;  ///< the steps between which it is in use
        std::size_t offset = 0;   ///< in the memory of a group
    };
    struct Step {
        std::unique_ptr<QuantizedLayer> layer;
        std::vector<std::size_t> in;
        std::size_t out;
    };
    struct Input {
        std::size_t source;  ///< which of the network's
        std::size_t buffer;
        std::ptrdiff_t size;
        Quantization to;
        std::vector<std::uint8_t> table;  ///< for images of bytes; empty if they stay as they are
    };

    void place_buffers();
    void take_inputs(const std::vector<Source>& inputs, std::ptrdiff_t first, std::ptrdiff_t n,
                     std::uint8_t* memory) const;

    std::vector<Input> inputs_;
    std::vector<Step> steps_;
    std::vector<std::size_t> outputs_;  ///< buffers of floats
    std::vector<Buffer> buffers_;
    std::ptrdiff_t group_ = 1;
    std::size_t memory_ = 0, scratch_ = 0;
    double cost_ = 0;
};

}  // namespace imgmine
