#pragma once

#include "nn/quantized_dots_layer.hpp"

// What a quantized network asks of its nodes' shapes.
namespace imgmine {

/// Whether a node's result is its input's under another shape.
inline bool is_view(Op op) {
    return op == Op::flatten || op == Op::reshape || op == Op::dropout;
}

inline bool is_pool_of_four(const Node& node) {
    using Pair = std::array<std::ptrdiff_t, 2>;
    return node.op == Op::max_pool2d && node.size == Pair{2, 2} && node.stride == Pair{2, 2} &&
           node.padding == std::array<std::ptrdiff_t, 4>{};
}

inline QuantizedWindows windows_of(const std::vector<Node>& nodes, std::size_t i) {
    const Node& node = nodes[i];
    const NodeShape& from = nodes[node.inputs[0]].shape;
    if (node.op == Op::dense) {
        const std::ptrdiff_t rows = count_of(from) / from.back();
        return {rows, 1, from.back(), {1, 1}, {1, 1}, {}, rows, 1};
    }
    if (node.op == Op::global_max_pool2d || node.op == Op::global_avg_pool2d)
        return {from[0], from[1], from[2], {from[0], from[1]}, {1, 1}, {}, 1, 1};
    return {from[0],     from[1],      from[2],       node.size,
            node.stride, node.padding, node.shape[0], node.shape[1]};
}

}  // namespace imgmine
