#pragma once

#include "nn/quantized_float_layer.hpp"
#include "nn/quantized_plan.hpp"
#include "nn/quantized_pool_layer.hpp"
#include "nn/quantized_shapes.hpp"
#include "nn/quantized_tables.hpp"

namespace imgmine {

/// Chooses the steps of a plan.
class QuantizedPlanner {
  public:
    QuantizedPlanner(const QuantizedGraph& network, const std::vector<std::size_t>& wanted,
                     QuantizedPlan& plan)
        : network_(network),
          nodes_(network.graph.nodes),
          plan_(plan),
          needs_(nodes_.size()),
          bytes_(nodes_.size(), none),
          floats_(nodes_.size(), none),
          end_(nodes_.size()),
          is_done_(nodes_.size()) {
        for (const std::size_t node : wanted) needs_[node].floats = needs_[node].wanted = true;
        for (std::size_t i = nodes_.size(); i-- > 0;) ask_inputs(i);
        for (std::size_t i = 0; i < nodes_.size(); ++i) add_node(i);
        for (const std::size_t node : wanted) plan_.outputs_.push_back(floats_[node]);
        for (const std::size_t buffer : plan_.outputs_)
            plan_.buffers_[buffer].last = plan_.steps_.size();
    }

  private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    struct Needs {
        bool bytes = false, floats = false;  ///< in which form the result is needed
        bool wanted = false;                 ///< from outside
        std::vector<std::size_t> consumers;
    };

    bool is_needed(std::size_t i) const { return needs_[i].bytes || needs_[i].floats; }

    /// Whether a node takes its input as floats.
    bool takes_floats(std::size_t i) const {
        const Op op = nodes_[i].op;
        return op == Op::softmax || ((op == Op::sigmoid || op == Op::tanh) && !needs_[i].bytes);
    }

    /// Notes what a node asks of those before it.
    void ask_inputs(std::size_t i) {
        if (!is_needed(i)) return;
        for (const std::size_t input : nodes_[i].inputs) {
            Needs& needs = needs_[input];
            needs.consumers.push_back(i);
            if (is_view(nodes_[i].op)) {
                needs.bytes |= needs_[i].bytes;
                needs.floats |= needs_[i].floats;
            } else {
                (takes_floats(i) ? needs.floats : needs.bytes) = true;
            }
        }
    }

    /// The only node that looks at this one's result, through those that leave it as it is.
    std::size_t sole_consumer(std::size_t i) const {
        do {
            const Needs& needs = needs_[i];
            if (needs.wanted || needs.consumers.size() != 1) return none;
            i = needs.consumers[0];
        } while (nodes_[i].op == Op::dropout);
        return i;
    }

    void add_node(std::size_t i) {
        if (!is_needed(i) || is_done_[i]) return;
        const Node& node = nodes_[i];
        if (is_view(node.op)) {
            bytes_[i] = bytes_[node.inputs[0]];
            floats_[i] = floats_[node.inputs[0]];
            return;
        }
        if (is_in_floats(node)) {
            add_in_floats(i);
            return add_other_form(end_[i] ? end_[i] : i);
        }
        switch (node.op) {
            case Op::input:
                add_input(i);
                break;
            case Op::conv2d:
            case Op::dense:
                add_dots(i);
                break;
            case Op::max_pool2d:
            case Op::avg_pool2d:
            case Op::global_max_pool2d:
            case Op::global_avg_pool2d:
                add_pool(i);
                break;
            case Op::add:
                add_sum(i);
                break;
            case Op::concat:
                add_concat(i);
                break;
            case Op::upsample2d:
                add_upsampling(i);
                break;
            case Op::softmax:
                add_softmax(i);
                break;
            case Op::sigmoid:
            case Op::tanh:
                if (takes_floats(i))
                    add_float_map(i);
                else
                    add_table(i);
                break;
            default:
                add_table(i);
        }
        add_other_form(end_[i] ? end_[i] : i);
    }

    std::size_t add_buffer(std::ptrdiff_t size, bool floats) {
        plan_.buffers_.push_back({static_cast<std::size_t>(size) * (floats ? sizeof(float) : 1),
                                  plan_.steps_.size(), plan_.steps_.size()});
        return plan_.buffers_.size() - 1;
    }

    /// A step that gives the result of node i.
    void add_step(std::size_t i, std::unique_ptr<QuantizedLayer> layer, bool floats,
                  const std::vector<std::size_t>& in) {
        for (const std::size_t buffer : in) plan_.buffers_[buffer].last = plan_.steps_.size();
        const std::size_t out = add_buffer(count_of(nodes_[i].shape), floats);
        (floats ? floats_ : bytes_)[i] = out;
        plan_.cost_ += static_cast<double>(count_of(nodes_[i].shape)) / 10;
        plan_.steps_.push_back({std::move(layer), in, out});
    }

    template <class Layer, class... Arguments>
    void add(std::size_t i, bool floats, Arguments&&... arguments) {
        std::vector<std::size_t> in;
        const bool from_floats = takes_floats(i);
        for (const std::size_t input : nodes_[i].inputs)
            in.push_back((from_floats ? floats_ : bytes_)[input]);
        add_step(i, std::make_unique<Layer>(std::forward<Arguments>(arguments)...), floats, in);
    }

    /// A result is needed as bytes and as floats, and is there as one of them.
    void add_other_form(std::size_t i) {
        const std::ptrdiff_t size = count_of(nodes_[i].shape);
        const Quantization& form = network_.quantizations[i];
        if (needs_[i].floats && floats_[i] == none)
            add_step(i, std::make_unique<DequantizeLayer>(form, size), true, {bytes_[i]});
        if (needs_[i].bytes && bytes_[i] == none)
            add_step(i, std::make_unique<QuantizeLayer>(form, size), false, {floats_[i]});
    }

    void add_input(std::size_t i) {
        const Quantization& to = network_.quantizations[i];
        bytes_[i] = add_buffer(count_of(nodes_[i].shape), false);
        plan_.buffers_[bytes_[i]].first = 0;  // it is filled before any step
        std::vector<std::uint8_t> table;
        if (!(to == Quantization{}))
            table = quantized_table({}, to, [](double number) { return number; });
        const std::vector<std::size_t>& inputs = network_.graph.inputs;
        const auto source = std::find(inputs.begin(), inputs.end(), i) - inputs.begin();
        plan_.inputs_.push_back({static_cast<std::size_t>(source), bytes_[i],
                                 count_of(nodes_[i].shape), to, std::move(table)});
    }

    /// The node behind one, if that is the only one to look at it and does no more than cut off
    /// what bytes of its result cannot stand for.
    std::size_t clipping_after(std::size_t i) const {
        const std::size_t next = sole_consumer(i);
        if (next == none || !needs_[next].bytes) return none;
        const Node& node = nodes_[next];
        const Quantization& to = network_.quantizations[next];
        const bool clips = node.op == Op::clip && node.low == 0 &&
                           255.0 * to.scale <= static_cast<double>(node.high) * (1 + 1e-6);
        return to.zero == 0 && (clips || node.op == Op::relu) ? next : none;
    }

    void add_in_floats(std::size_t i) {
        std::size_t last = i;
        if (const std::size_t next = clipping_after(i); next != none) is_done_[last = next] = true;
        const std::size_t input = nodes_[i].inputs[0];
        const bool floats = !needs_[last].bytes;
        auto layer = std::make_unique<QuantizedFloatLayer>(
            float_operation(network_.graph, i, network_.parameters[i].weights),
            count_of(nodes_[input].shape), count_of(nodes_[i].shape), network_.quantizations[input],
            network_.quantizations[last], floats);
        add_step(last, std::move(layer), floats, {bytes_[input]});
        plan_.cost_ += static_cast<double>(nodes_[i].multiply_adds) / 30;
        end_[i] = last;
    }

    /// With the ReLU and the pool behind it, where nobody looks in between.
    void add_dots(std::size_t i) {
        std::size_t last = i;
        DotsResult result;
        if (const std::size_t next = sole_consumer(i);
            next != none && (nodes_[next].op == Op::relu || next == clipping_after(i))) {
            result.relu = is_done_[next] = true;
            last = next;
        }
        if (const std::size_t next = sole_consumer(last);
            nodes_[i].op == Op::conv2d && next != none && is_pool_of_four(nodes_[next])) {
            result.pooled = is_done_[next] = true;
            last = next;
        }
        result.floats = !result.pooled && !needs_[last].bytes;
        result.to = network_.quantizations[last];
        const Quantization& from = network_.quantizations[nodes_[i].inputs[0]];
        const std::vector<std::size_t> in{bytes_[nodes_[i].inputs[0]]};
        add_step(last,
                 std::make_unique<QuantizedDotsLayer>(windows_of(nodes_, i),
                                                      network_.parameters[i].weights, from, result),
                 result.floats, in);
        plan_.cost_ += static_cast<double>(nodes_[i].multiply_adds) / 200;
        end_[i] = last;
    }

    void add_pool(std::size_t i) {
        const bool mean = nodes_[i].op == Op::avg_pool2d || nodes_[i].op == Op::global_avg_pool2d;
        const QuantizedWindows windows = windows_of(nodes_, i);
        plan_.cost_ += static_cast<double>(windows.image_size()) / 4;
        add<QuantizedPoolLayer>(i, false, windows, mean,
                                network_.quantizations[nodes_[i].inputs[0]],
                                network_.quantizations[i]);
    }

    std::vector<Quantization> input_forms(std::size_t i) const {
        std::vector<Quantization> forms;
        for (const std::size_t input : nodes_[i].inputs)
            forms.push_back(network_.quantizations[input]);
        return forms;
    }

    void add_sum(std::size_t i) {
        const std::size_t next = sole_consumer(i);
        const bool relu = next != none && nodes_[next].op == Op::relu;
        end_[i] = relu ? next : i;
        is_done_[end_[i]] = true;
        std::vector<std::size_t> in;
        for (const std::size_t input : nodes_[i].inputs) in.push_back(bytes_[input]);
        add_step(
            end_[i],
            std::make_unique<QuantizedAddLayer>(input_forms(i), network_.quantizations[end_[i]],
                                                relu, count_of(nodes_[i].shape)),
            false, in);
    }

    void add_concat(std::size_t i) {
        std::vector<std::ptrdiff_t> channels;
        for (const std::size_t input : nodes_[i].inputs)
            channels.push_back(nodes_[input].shape.back());
        const NodeShape& shape = nodes_[i].shape;
        add<QuantizedConcatLayer>(i, false, input_forms(i), network_.quantizations[i], channels,
                                  count_of(shape) / shape.back());
    }

    void add_upsampling(std::size_t i) {
        const NodeShape& from = nodes_[nodes_[i].inputs[0]].shape;
        add<QuantizedUpsampleLayer>(i, false, from[0], from[1], from[2], nodes_[i].size[0],
                                    nodes_[i].size[1]);
    }

    void add_softmax(std::size_t i) {
        const std::ptrdiff_t size = nodes_[i].shape.back();
        plan_.cost_ += static_cast<double>(count_of(nodes_[i].shape)) * 30;
        add<QuantizedSoftmaxLayer>(i, true, count_of(nodes_[i].shape) / size, size);
    }

    void add_float_map(std::size_t i) {
        plan_.cost_ += static_cast<double>(count_of(nodes_[i].shape)) * 30;
        add<QuantizedFloatMapLayer>(
            i, true, nodes_[i].op == Op::sigmoid ? &sigmoid_same_bits : &tanh_same_bits,
            count_of(nodes_[i].shape));
    }

    void add_table(std::size_t i) {
        const Quantization& from = network_.quantizations[nodes_[i].inputs[0]];
        add<QuantizedTableLayer>(
            i, false,
            quantized_tables(nodes_[i], network_.parameters[i], from, network_.quantizations[i]),
            count_of(nodes_[i].shape));
    }

    const QuantizedGraph& network_;
    const std::vector<Node>& nodes_;
    QuantizedPlan& plan_;
    std::vector<Needs> needs_;
    std::vector<std::size_t> bytes_, floats_;  ///< the buffers of nodes' results
    std::vector<std::size_t> end_;             ///< the last node that a node's step does, if not 0
    std::vector<bool> is_done_;                ///< by the step of a node before it
};

}  // namespace imgmine
