#pragma once

#include <utility>

#include "nn/node_shapes.hpp"

namespace imgmine {

/// A parameter of a node: `shape` values from `offset` on among those of the network.
struct NetworkParameter {
    std::size_t node;
    std::string name;  ///< "kernel", "bias", "gamma", "beta", "mean" or "variance"
    NodeShape shape;
    std::ptrdiff_t offset;
    bool trainable;
};

inline Op op_from_name(const NodeAttributes& attributes, const std::string& name) {
    static const std::map<std::string, Op> ops = {
        {"input", Op::input},
        {"conv2d", Op::conv2d},
        {"conv_transpose2d", Op::conv_transpose2d},
        {"max_pool2d", Op::max_pool2d},
        {"avg_pool2d", Op::avg_pool2d},
        {"global_avg_pool2d", Op::global_avg_pool2d},
        {"global_max_pool2d", Op::global_max_pool2d},
        {"flatten", Op::flatten},
        {"reshape", Op::reshape},
        {"dense", Op::dense},
        {"relu", Op::relu},
        {"leaky_relu", Op::leaky_relu},
        {"clip", Op::clip},
        {"sigmoid", Op::sigmoid},
        {"tanh", Op::tanh},
        {"softmax", Op::softmax},
        {"dropout", Op::dropout},
        {"batch_norm", Op::batch_norm},
        {"upsample2d", Op::upsample2d},
        {"rescale", Op::rescale},
        {"add", Op::add},
        {"concat", Op::concat},
    };
    const auto at = ops.find(name);
    attributes.require_that(at != ops.end(), "op is not known");
    return at->second;
}

/// The nodes of a network in an order in which each stands behind its inputs, and their parameters.
class Graph {
  public:
    /// Throws std::invalid_argument that names the node, and the attribute, where one is wrong.
    Graph(const std::vector<NodeSpec>& specs, const std::vector<std::int64_t>& results) {
        require(!specs.empty() && specs.size() <= most_nodes,
                "nodes must be 1 to " + std::to_string(most_nodes) + " in number, got " +
                    std::to_string(specs.size()));
        for (std::size_t i = 0; i < specs.size(); ++i) add_node(i, specs[i]);
        require(!results.empty(), "outputs must name at least one node");
        for (const std::int64_t node : results) outputs.push_back(checked(node));
        place_parameters(true);
        n_trainable = n_values;
        place_parameters(false);
    }

    /// An index of a node that comes from outside.
    std::size_t checked(std::int64_t node) const {
        require(node >= 0 && node < static_cast<std::int64_t>(nodes.size()),
                "outputs must be indexes of nodes below " + std::to_string(nodes.size()) +
                    ", got " + std::to_string(node));
        return static_cast<std::size_t>(node);
    }

    const NetworkParameter* find(std::size_t node, const char* name) const {
        for (const NetworkParameter& parameter : parameters)
            if (parameter.node == node && parameter.name == name) return &parameter;
        return nullptr;
    }

    std::vector<Node> nodes;
    std::vector<std::size_t> inputs;  ///< those nodes that are inputs
    std::vector<std::size_t> outputs;
    std::vector<NetworkParameter> parameters;  ///< in the order of the nodes
    std::ptrdiff_t n_values = 0;
    std::ptrdiff_t n_trainable = 0;  ///< of the values, the first ones

  private:
    static constexpr std::size_t most_nodes = 1 << 16;
    static constexpr std::ptrdiff_t most_values = 1 << 29;

    void add_node(std::size_t index, const NodeSpec& spec) {
        NodeAttributes attributes(index, spec);
        Node node{};
        node.op = op_from_name(attributes, spec.op);
        std::vector<const NodeShape*> shapes;
        for (const std::int64_t input : spec.inputs) {
            attributes.require_that(
                input >= 0 && input < static_cast<std::int64_t>(index),
                "inputs must be indexes of earlier nodes, got " + std::to_string(input));
            node.inputs.push_back(static_cast<std::size_t>(input));
            shapes.push_back(&nodes[static_cast<std::size_t>(input)].shape);
        }
        check_number_of_inputs(attributes, node);
        NodeShaper(attributes, shapes, node).settle();
        nodes.push_back(std::move(node));
        if (nodes.back().op == Op::input) inputs.push_back(index);
        name_parameters(index);
    }

    static void check_number_of_inputs(const NodeAttributes& attributes, const Node& node) {
        const std::size_t n = node.inputs.size();
        const std::string got = ", got " + std::to_string(n);
        if (node.op == Op::input)
            attributes.require_that(n == 0, "inputs must be none" + got);
        else if (node.op == Op::add || node.op == Op::concat)
            attributes.require_that(n >= 1, "inputs must be at least one" + got);
        else
            attributes.require_that(n == 1, "inputs must be one" + got);
    }

    void name_parameters(std::size_t index) {
        const Node& node = nodes[index];
        const auto add = [&](const char* name, const NodeShape& shape, bool trainable = true) {
            parameters.push_back({index, name, shape, 0, trainable});
        };
        const std::ptrdiff_t channels =
            node.inputs.empty() ? 0 : nodes[node.inputs[0]].shape.back();
        if (node.op == Op::conv2d)
            add("kernel", {node.size[0], node.size[1], channels / node.groups, node.units});
        if (node.op == Op::conv_transpose2d)
            add("kernel", {node.size[0], node.size[1], node.units, channels});
        if (node.op == Op::dense) add("kernel", {channels, node.units});
        if (node.use_bias) add("bias", {node.units});
        if (node.op != Op::batch_norm) return;
        add("gamma", {channels});
        add("beta", {channels});
        add("mean", {channels}, false);
        add("variance", {channels}, false);
    }

    /// Trainable parameters first, so that an optimizer has one array to work on.
    void place_parameters(bool trainable) {
        for (NetworkParameter& parameter : parameters) {
            if (parameter.trainable != trainable) continue;
            parameter.offset = n_values;
            n_values += count_of(parameter.shape);
            require(n_values <= most_values, "nodes must have at most 2^29 parameters together");
        }
    }
};

}  // namespace imgmine
