#pragma once

#include "nn/quantized_maps_layers.hpp"
#include "nn/quantized_plan.hpp"

namespace imgmine {

/// What batch_norm does to channel c.
inline auto quantized_normalization(const Node& node, const QuantizedParameters& p, std::size_t c) {
    const double factor = p.gamma[c] / std::sqrt(static_cast<double>(p.variance[c]) +
                                                 static_cast<double>(node.epsilon));
    return [factor, mean = static_cast<double>(p.mean[c]),
            beta = static_cast<double>(p.beta[c])](double x) { return (x - mean) * factor + beta; };
}

/// The table of an element-wise function; batch_norm has one for each channel.
inline std::vector<std::uint8_t> quantized_tables(const Node& node,
                                                  const QuantizedParameters& parameters,
                                                  const Quantization& from,
                                                  const Quantization& to) {
    std::vector<std::uint8_t> tables;
    const auto append = [&](const auto& function) {
        const std::vector<std::uint8_t> table = quantized_table(from, to, function);
        tables.insert(tables.end(), table.begin(), table.end());
    };
    switch (node.op) {
        case Op::relu:
            append([](double x) { return std::max(x, 0.0); });
            break;
        case Op::leaky_relu:
            append([&](double x) { return x < 0 ? x * node.slope : x; });
            break;
        case Op::clip:
            append([&](double x) {
                return std::clamp(x, static_cast<double>(node.low), static_cast<double>(node.high));
            });
            break;
        case Op::sigmoid:
            append(&sigmoid_same_bits);
            break;
        case Op::tanh:
            append(&tanh_same_bits);
            break;
        case Op::rescale:
            append([&](double x) { return x * node.scale + node.offset; });
            break;
        default:
            for (std::size_t c = 0; c < parameters.gamma.size(); ++c)
                append(quantized_normalization(node, parameters, c));
    }
    return tables;
}

}  // namespace imgmine
