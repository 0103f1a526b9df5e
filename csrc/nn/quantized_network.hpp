#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "nn/quantized_plan.hpp"

namespace imgmine {

/// The numbers that a node's results go from and to.
struct ValueRange {
    float low, high;
};

/// A network whose results and weights are bytes: sums of products are exact integers, each result
/// is float(sum) * factor + offset in float32, rounded to nearest, ties to even. Pools, views and
/// inputs of bytes 0..255 stay as they are; element-wise functions are tables; softmax, and a
/// sigmoid or tanh at the end, are computed in floats. So are convolutions with groups, transposed
/// ones and bilinear enlargement: from bytes, by weights of bytes, to bytes.
///
/// Convolutions and dense layers are one step with a ReLU and a 2 x 2 pool behind them, unless what
/// stands in between is asked for or used elsewhere.
class QuantizedNetwork {
  public:
    /// One of `parameters` and of `ranges` for each node. Throws std::invalid_argument that names
    /// the node where something is missing or wrong.
    QuantizedNetwork(Graph graph, std::vector<QuantizedParameters> parameters,
                     const std::vector<ValueRange>& ranges);

    const Graph& graph() const { return network_.graph; }
    const std::vector<Quantization>& quantizations() const { return network_.quantizations; }

    /// Results of `nodes` for n images; an array of floats or bytes for each input of the network,
    /// in the order of its nodes. May be called by several threads at once.
    void predict(const std::vector<QuantizedPlan::Source>& inputs, std::ptrdiff_t n,
                 const std::vector<std::size_t>& nodes, const std::vector<float*>& outputs) const;

  private:
    const QuantizedPlan& plan_for(const std::vector<std::size_t>& nodes) const;

    QuantizedGraph network_;
    mutable std::mutex mutex_;
    mutable std::map<std::vector<std::size_t>, std::unique_ptr<QuantizedPlan>> plans_;
};

/// Rounds weights (n values of a sum, outputs), row after row, to whole numbers of -127..127, and
/// gives what 1 stands for, for each output: of some scales that with the least sum of squared
/// errors, the greater one of equals. Weights must be finite.
QuantizedWeights quantize_weights(const float* kernel, std::ptrdiff_t n, std::ptrdiff_t outputs);

}  // namespace imgmine
