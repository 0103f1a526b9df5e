#pragma once

#include <cmath>
#include <string>

#include "nn/quantized_float_layer.hpp"
#include "nn/quantized_network.hpp"

namespace imgmine {

/// Checks one node of a network that is to be quantized.
class QuantizedChecks {
  public:
    QuantizedChecks(const Graph& graph, std::size_t index)
        : graph_(graph), node_(graph.nodes[index]), index_(index) {}

    void check(const QuantizedParameters& parameters, const ValueRange& range) const {
        that(std::isfinite(range.low) && std::isfinite(range.high) && range.low <= range.high,
             "range must be finite and rising, got " + std::to_string(range.low) + " to " +
                 std::to_string(range.high));
        if (node_.op == Op::conv2d || node_.op == Op::conv_transpose2d || node_.op == Op::dense)
            check_weights(parameters.weights);
        if (node_.op == Op::batch_norm) check_norm(parameters);
        if (node_.op == Op::avg_pool2d || node_.op == Op::global_avg_pool2d) check_pool();
    }

  private:
    void that(bool ok, const std::string& message) const {
        require(ok, "nodes[" + std::to_string(index_) + "]: " + message);
    }

    const NodeShape& from() const { return graph_.nodes[node_.inputs[0]].shape; }

    void check_values(const char* name, const std::vector<float>& values, std::ptrdiff_t n,
                      float least) const {
        that(values.size() == static_cast<std::size_t>(n), std::string(name) + " must have " +
                                                               std::to_string(n) + " values, got " +
                                                               std::to_string(values.size()));
        for (const float value : values)
            that(std::isfinite(value) && value >= least,
                 std::string(name) + " must be finite and at least " + std::to_string(least) +
                     ", got " + std::to_string(value));
    }

    void check_weights(const QuantizedWeights& weights) const {
        constexpr float lowest = -std::numeric_limits<float>::max();
        const NetworkParameter& kernel = *graph_.find(index_, "kernel");
        that(weights.kernel.size() == static_cast<std::size_t>(count_of(kernel.shape)),
             "kernel must have " + std::to_string(count_of(kernel.shape)) + " values, got " +
                 std::to_string(weights.kernel.size()));
        check_values("scales", weights.scales, kernel.shape.back(), 0);
        check_values("bias", weights.bias, node_.use_bias ? node_.units : 0, lowest);
        if (is_in_floats(node_)) return;
        check_sums(weights);
        if (node_.op == Op::dense) return;
        const std::ptrdiff_t height = from()[0] + node_.padding[0] + node_.padding[2];
        const std::ptrdiff_t width = from()[1] + node_.padding[1] + node_.padding[3];
        that(height <= NodeAttributes::most / width / from()[2],
             "the image and its padding must have fewer than 2^31 values");
    }

    /// No sum of products may exceed 32 bits.
    void check_sums(const QuantizedWeights& weights) const {
        std::vector<std::int64_t> sums(weights.scales.size());
        for (std::size_t i = 0; i < weights.kernel.size(); ++i)
            sums[i % sums.size()] += std::abs(weights.kernel[i]);
        for (const std::int64_t sum : sums)
            that(sum * 255 <= NodeAttributes::most,
                 "an output's weights must not add up to more than 2^31 / 255, got " +
                     std::to_string(sum));
    }

    void check_norm(const QuantizedParameters& parameters) const {
        constexpr float lowest = -std::numeric_limits<float>::max();
        check_values("gamma", parameters.gamma, from().back(), lowest);
        check_values("beta", parameters.beta, from().back(), lowest);
        check_values("mean", parameters.mean, from().back(), lowest);
        check_values("variance", parameters.variance, from().back(), 0);
    }

    void check_pool() const {
        const std::ptrdiff_t pixels =
            node_.op == Op::avg_pool2d
                ? std::min(node_.size[0], from()[0]) * std::min(node_.size[1], from()[1])
                : from()[0] * from()[1];
        that(pixels <= NodeAttributes::most / 255,
             "a mean must be of at most 2^31 / 255 pixels, got " + std::to_string(pixels));
    }

    const Graph& graph_;
    const Node& node_;
    std::size_t index_;
};

inline void check_quantized(const Graph& graph, const std::vector<QuantizedParameters>& parameters,
                            const std::vector<ValueRange>& ranges) {
    require(parameters.size() == graph.nodes.size(),
            "parameters must be " + std::to_string(graph.nodes.size()) +
                ", one of each node, got " + std::to_string(parameters.size()));
    require(ranges.size() == graph.nodes.size(),
            "ranges must be " + std::to_string(graph.nodes.size()) + ", one of each node, got " +
                std::to_string(ranges.size()));
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
        QuantizedChecks(graph, i).check(parameters[i], ranges[i]);
}

}  // namespace imgmine
