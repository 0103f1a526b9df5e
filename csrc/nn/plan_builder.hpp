#pragma once

#include "nn/layers_conv.hpp"
#include "nn/layers_dense.hpp"
#include "nn/layers_elementwise.hpp"
#include "nn/layers_join.hpp"
#include "nn/layers_norm.hpp"
#include "nn/layers_pool.hpp"
#include "nn/layers_upsample.hpp"
#include "nn/plan_memory.hpp"

namespace imgmine {

/// Makes a plan, node by node.
class PlanBuilder {
  public:
    PlanBuilder(const Graph& graph, const std::vector<std::size_t>& targets, bool training)
        : graph_(graph), targets_(targets), training_(training), n_(graph.nodes.size()) {}

    Plan build() {
        find_needed();
        slot_of_.assign(n_, none);
        fused_.assign(n_, 0);
        for (const std::size_t input : graph_.inputs) add_input(input);
        for (std::size_t i = 0; i < n_; ++i)
            if (needed_[i] && !fused_[i] && graph_.nodes[i].op != Op::input) add_node(i);
        for (const std::size_t target : targets_) plan_.targets.push_back(slot_of_[target]);
        find_writers();
        return std::move(plan_);
    }

  private:
    void find_needed() {
        needed_.assign(n_, 0);
        is_target_.assign(n_, 0);
        consumers_.assign(n_, {});
        for (const std::size_t target : targets_) needed_[target] = is_target_[target] = 1;
        for (std::size_t i = n_; i-- > 0;) {
            if (!needed_[i]) continue;
            plan_.multiply_adds += static_cast<double>(graph_.nodes[i].multiply_adds);
            for (const std::size_t input : graph_.nodes[i].inputs) {
                needed_[input] = 1;
                consumers_[input].push_back(i);
            }
        }
    }

    /// The only node that looks at this one's result, if it does `op`.
    std::size_t next(std::size_t node, Op op) const {
        if (is_target_[node] || consumers_[node].size() != 1) return none;
        const std::size_t found = consumers_[node][0];
        return graph_.nodes[found].op == op ? found : none;
    }

    /// Moves on to the next node if it does `op`.
    bool take(std::size_t& last, Op op) {
        const std::size_t found = next(last, op);
        if (found == none) return false;
        fused_[found] = 1;
        last = found;
        return true;
    }

    std::size_t new_slot(std::size_t node) {
        plan_.slot_sizes.push_back(count_of(graph_.nodes[node].shape));
        return slot_of_[node] = plan_.slot_sizes.size() - 1;
    }

    void add_input(std::size_t node) {
        std::size_t last = node;
        PlanInput input{node, 0, count_of(graph_.nodes[node].shape), needed_[node] != 0, false,
                        1,    0};
        if (input.needed && take(last, Op::rescale)) {
            input.rescaled = true;
            input.scale = graph_.nodes[last].scale;
            input.offset = graph_.nodes[last].offset;
        }
        input.slot = new_slot(last);
        input_slots_.push_back(input.slot);
        plan_.inputs.push_back(input);
    }

    void add_node(std::size_t i) {
        const Node& node = graph_.nodes[i];
        switch (node.op) {
            case Op::input:
                return;
            case Op::flatten:
            case Op::reshape:
                return pass_on(i);
            case Op::dropout:
                if (!training_ || node.rate == 0) return pass_on(i);
                return add<DropoutLayer>(i, i);
            case Op::conv2d:
                return add_conv(i);
            case Op::conv_transpose2d: {
                std::size_t last = i;
                const std::size_t norm = take_norm(last);
                return add<ConvTransposeLayer>(i, last, norm);
            }
            case Op::dense: {
                std::size_t last = i;
                const std::size_t norm = take_norm(last);
                const bool relu = take(last, Op::relu);
                return add<DenseLayer>(i, last, norm, relu);
            }
            case Op::max_pool2d:
            case Op::avg_pool2d:
            case Op::global_avg_pool2d:
            case Op::global_max_pool2d:
                return add<PoolLayer>(i, i);
            case Op::relu:
            case Op::leaky_relu:
            case Op::clip:
            case Op::sigmoid:
            case Op::tanh:
                return add_in_place<ActivationLayer>(i);
            case Op::rescale:
                return add_in_place<RescaleLayer>(i);
            case Op::batch_norm:
                return add_norm(i);
            case Op::softmax:
                return add_in_place<SoftmaxLayer>(i);
            case Op::upsample2d:
                return add<UpsampleLayer>(i, i);
            case Op::add:
                return add_sum(i);
            case Op::concat:
                return add<ConcatLayer>(i, i);
        }
    }

    /// Whether a batch normalization's moments are known when the plan is packed.
    bool is_known(std::size_t norm) const { return !training_ || graph_.nodes[norm].frozen; }

    /// A batch normalization behind weights into which it can be folded: in training, all of them
    /// must stay as they are.
    std::size_t take_norm(std::size_t& last) {
        const std::size_t norm = next(last, Op::batch_norm);
        const bool folds =
            norm != none && is_known(norm) && (!training_ || graph_.nodes[last].frozen);
        return folds && take(last, Op::batch_norm) ? last : none;
    }

    void add_conv(std::size_t i) {
        std::size_t last = i;
        const std::size_t norm = take_norm(last);
        Rectifier rectifier = take(last, Op::relu);
        const bool is_plain = rectifier.relu && graph_.nodes[i].groups == 1;
        if (const std::size_t clip = next(last, Op::clip); !rectifier.relu && clip != none)
            if (const Node& node = graph_.nodes[clip]; node.low == 0)
                rectifier = Rectifier(take(last, Op::clip), node.high);
        bool pooled = false;
        if (const std::size_t pool = next(last, Op::max_pool2d); is_plain && pool != none) {
            const Node& node = graph_.nodes[pool];
            const std::array<std::ptrdiff_t, 2> two{2, 2};
            pooled = node.size == two && node.stride == two &&
                     node.padding == std::array<std::ptrdiff_t, 4>{};
            if (pooled) take(last, Op::max_pool2d);
        }
        add<ConvLayer>(i, last, norm, rectifier, pooled);
    }

    void add_norm(std::size_t i) {
        std::size_t last = i;
        const bool relu = take(last, Op::relu);
        std::unique_ptr<Layer> layer;
        if (is_known(i))
            layer = std::make_unique<KnownNormLayer>(graph_, i, relu);
        else
            layer = std::make_unique<BatchNormLayer>(graph_, i, relu);
        place(std::move(layer), i, last, own_or_same_slot(i));
        slot_of_[last] = slot_of_[i];
    }

    void pass_on(std::size_t i) { slot_of_[i] = slot_of_[graph_.nodes[i].inputs[0]]; }

    /// Adds a layer that begins with node `first` and leaves its result as that of `last`.
    template <class T, class... Arguments>
    void add(std::size_t first, std::size_t last, const Arguments&... arguments) {
        place(std::make_unique<T>(graph_, first, arguments...), first, last, new_slot(last));
    }

    /// The same, in the slot of its input where nobody else needs that.
    template <class T>
    void add_in_place(std::size_t i) {
        place(std::make_unique<T>(graph_, i), i, i, own_or_same_slot(i));
    }

    void add_sum(std::size_t i) { place(std::make_unique<AddLayer>(), i, i, own_or_same_slot(i)); }

    std::size_t own_or_same_slot(std::size_t i) {
        const std::size_t slot = slot_of_[graph_.nodes[i].inputs[0]];
        std::size_t users = 0;
        for (std::size_t node = 0; node < n_; ++node)
            if (slot_of_[node] == slot && needed_[node])
                users += is_target_[node] ? 2 : uses_left(node, i);
        const bool is_input = std::count(input_slots_.begin(), input_slots_.end(), slot) > 0;
        if (training_ || users > 1 || is_input) return new_slot(i);
        return slot_of_[i] = slot;
    }

    /// How many of a node's consumers are `from` or come later, those that pass it on left out.
    std::size_t uses_left(std::size_t node, std::size_t from) const {
        std::size_t uses = 0;
        for (const std::size_t consumer : consumers_[node]) uses += consumer >= from;
        return uses;
    }

    void place(std::unique_ptr<Layer> layer, std::size_t first, std::size_t last,
               std::size_t slot) {
        for (const std::size_t input : graph_.nodes[first].inputs) {
            layer->inputs.push_back(slot_of_[input]);
            layer->in_sizes.push_back(plan_.slot_sizes[slot_of_[input]]);
        }
        layer->output = slot;
        layer->out_size = count_of(graph_.nodes[last].shape);
        layer->index = plan_.layers.size();
        plan_.layers.push_back(std::move(layer));
    }

    /// Which gradients somebody needs, and who is the first to write one on the way back.
    void find_writers() {
        std::vector<char> trained(plan_.slot_sizes.size(), 0), written(trained);
        for (const auto& layer : plan_.layers) {
            for (const std::size_t slot : layer->inputs) layer->is_trained.push_back(trained[slot]);
            for (const std::size_t slot : layer->inputs) trained[layer->output] |= trained[slot];
            trained[layer->output] |= layer->learns;
        }
        for (const std::size_t slot : plan_.targets) written[slot] = 1;
        for (std::size_t l = plan_.layers.size(); l-- > 0;)
            for (const std::size_t slot : plan_.layers[l]->inputs) {
                plan_.layers[l]->accumulates.push_back(written[slot]);
                written[slot] = 1;
            }
    }

    const Graph& graph_;
    const std::vector<std::size_t>& targets_;
    bool training_;
    std::size_t n_;
    Plan plan_;
    std::vector<char> needed_, is_target_, fused_;
    std::vector<std::vector<std::size_t>> consumers_;
    std::vector<std::size_t> slot_of_, input_slots_;
};

inline Plan make_plan(const Graph& graph, const std::vector<std::size_t>& targets, bool training) {
    Plan plan = PlanBuilder(graph, targets, training).build();
    if (!training) place_slots(plan);
    return plan;
}

}  // namespace imgmine
