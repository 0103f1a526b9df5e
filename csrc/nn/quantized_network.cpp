#include "nn/quantized_network.hpp"

#include <new>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "nn/quantized_checks.hpp"
#include "nn/quantized_planner.hpp"

namespace imgmine {
namespace {

constexpr std::size_t line = 64;   // bytes to which buffers are aligned
constexpr std::size_t slack = 64;  // bytes that may be read past a buffer's values

std::size_t whole_lines(std::size_t bytes) {
    return (bytes + line - 1) / line * line;
}

struct Deleter {
    void operator()(std::uint8_t* p) const { ::operator delete(p, std::align_val_t{line}); }
};

/// How a node's result is stored.
Quantization quantization_of_node(const Graph& graph, std::size_t i,
                                  const std::vector<Quantization>& earlier,
                                  const ValueRange& range) {
    const Node& node = graph.nodes[i];
    const bool chooses =
        node.op == Op::max_pool2d || node.op == Op::global_max_pool2d || node.op == Op::upsample2d;
    if (is_view(node.op) || chooses) return earlier[node.inputs[0]];
    if (node.op != Op::rescale || !(node.scale > 0)) return quantization_of(range.low, range.high);
    // The same bytes, if 0 is one of them now, too.
    const Quantization& from = earlier[node.inputs[0]];
    const float scale = from.scale * node.scale;
    const double zero = from.zero - static_cast<double>(node.offset) / scale;
    if (scale > 1e-30f && zero > -0.5 && zero < 255.5 &&
        std::abs(zero - std::nearbyint(zero)) < 1e-4)
        return {scale, static_cast<int>(std::nearbyint(zero))};
    return quantization_of(range.low, range.high);
}

/// Squared errors of an output's weights, rounded to multiples of a scale.
double rounding_error(const float* kernel, std::ptrdiff_t n, std::ptrdiff_t outputs, float scale) {
    double error = 0;
    for (std::ptrdiff_t k = 0; k < n; ++k) {
        const double weight = kernel[k * outputs];
        const double steps = std::clamp(std::nearbyint(weight / scale), -127.0, 127.0);
        const double off = weight - steps * scale;
        error += off * off;
    }
    return error;
}

float best_scale(const float* kernel, std::ptrdiff_t n, std::ptrdiff_t outputs) {
    double greatest = 0, total = 0;
    for (std::ptrdiff_t k = 0; k < n; ++k) {
        const double size = std::abs(kernel[k * outputs]);
        greatest = std::max(greatest, size);
        total += size;
    }
    // Sums must fit into 32 bits: half a step is what rounding may add to a weight.
    const double room = (0x1p31 - 1) / 255 - 0.5 * static_cast<double>(n);
    const double least = std::max(room > 0 ? total / room : greatest, 1e-30);
    auto best = static_cast<float>(std::max(greatest / 127, least));
    if (greatest == 0) return 1;
    double best_error = rounding_error(kernel, n, outputs, best);
    for (int percent = 99; percent >= 50; --percent) {
        const auto scale = static_cast<float>(greatest / 127 * percent / 100);
        if (scale < least) break;
        const double error = rounding_error(kernel, n, outputs, scale);
        if (error < best_error) best_error = error, best = scale;
    }
    return best;
}

}  // namespace

QuantizedWeights quantize_weights(const float* kernel, std::ptrdiff_t n, std::ptrdiff_t outputs) {
    QuantizedWeights weights;
    weights.kernel.resize(static_cast<std::size_t>(n * outputs));
    weights.scales.resize(static_cast<std::size_t>(outputs));
    parallel_for(outputs, row_grain(n, 200), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t o = first; o < last; ++o) {
            const float scale = best_scale(kernel + o, n, outputs);
            weights.scales[static_cast<std::size_t>(o)] = scale;
            for (std::ptrdiff_t k = o; k < n * outputs; k += outputs)
                weights.kernel[static_cast<std::size_t>(k)] = static_cast<std::int8_t>(std::clamp(
                    std::nearbyint(static_cast<double>(kernel[k]) / scale), -127.0, 127.0));
        }
    });
    return weights;
}

QuantizedPlan::QuantizedPlan(const QuantizedGraph& network, const std::vector<std::size_t>& nodes) {
    QuantizedPlanner(network, nodes, *this);
    std::size_t image = 1;
    for (const Buffer& buffer : buffers_) image += buffer.size;
    constexpr std::size_t cached = 1 << 18;
    group_ =
        std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(cached / image), 1, most_images);
    place_buffers();
    for (const Step& step : steps_) scratch_ = std::max(scratch_, step.layer->scratch_size(group_));
}

/// Each where it overlaps none that is in use at the same time.
void QuantizedPlan::place_buffers() {
    const auto bytes = [&](const Buffer& buffer) {
        return whole_lines(buffer.size * static_cast<std::size_t>(group_) + slack);
    };
    for (std::size_t i = 0; i < buffers_.size(); ++i) {
        Buffer& buffer = buffers_[i];
        std::vector<std::pair<std::size_t, std::size_t>> taken;
        for (std::size_t j = 0; j < i; ++j)
            if (buffers_[j].last >= buffer.first && buffers_[j].first <= buffer.last)
                taken.emplace_back(buffers_[j].offset, buffers_[j].offset + bytes(buffers_[j]));
        std::sort(taken.begin(), taken.end());
        for (const auto& [start, end] : taken)
            if (start < buffer.offset + bytes(buffer)) buffer.offset = std::max(buffer.offset, end);
        memory_ = std::max(memory_, buffer.offset + bytes(buffer));
    }
}

void QuantizedPlan::take_inputs(const std::vector<Source>& inputs, std::ptrdiff_t first,
                                std::ptrdiff_t n, std::uint8_t* memory) const {
    for (const Input& input : inputs_) {
        const Source& source = inputs[input.source];
        std::uint8_t* out = memory + buffers_[input.buffer].offset;
        const auto count = static_cast<std::size_t>(n * input.size);
        const std::ptrdiff_t at = first * input.size;
        if (!source.bytes)
            quantized_maps_kernels().quantize(static_cast<const float*>(source.values) + at, count,
                                              1.0f / input.to.scale,
                                              static_cast<float>(input.to.zero), out);
        else if (const auto* bytes = static_cast<const std::uint8_t*>(source.values) + at;
                 input.table.empty())
            std::memcpy(out, bytes, count);
        else
            lookup_kernels().apply_table(bytes, count, input.table.data(), out);
    }
}

void QuantizedPlan::run(const std::vector<Source>& inputs, std::ptrdiff_t first,
                        std::ptrdiff_t last, const std::vector<float*>& outputs) const {
    const std::unique_ptr<std::uint8_t, Deleter> held(static_cast<std::uint8_t*>(
        ::operator new(memory_ + scratch_ + slack, std::align_val_t{line})));
    std::uint8_t* memory = held.get();
    std::vector<const std::uint8_t*> in;
    for (std::ptrdiff_t i = first; i < last; i += group_) {
        const std::ptrdiff_t n = std::min(group_, last - i);
        take_inputs(inputs, i, n, memory);
        for (const Step& step : steps_) {
            in.clear();
            for (const std::size_t buffer : step.in) in.push_back(memory + buffers_[buffer].offset);
            step.layer->run({in.data(), memory + buffers_[step.out].offset, memory + memory_, n});
        }
        for (std::size_t k = 0; k < outputs.size(); ++k) {
            const Buffer& buffer = buffers_[outputs_[k]];
            const std::size_t size = buffer.size / sizeof(float);
            std::memcpy(outputs[k] + static_cast<std::size_t>(i) * size, memory + buffer.offset,
                        static_cast<std::size_t>(n) * buffer.size);
        }
    }
}

QuantizedNetwork::QuantizedNetwork(Graph graph, std::vector<QuantizedParameters> parameters,
                                   const std::vector<ValueRange>& ranges)
    : network_{std::move(graph), std::move(parameters), {}} {
    check_quantized(network_.graph, network_.parameters, ranges);
    for (std::size_t i = 0; i < ranges.size(); ++i)
        network_.quantizations.push_back(
            quantization_of_node(network_.graph, i, network_.quantizations, ranges[i]));
}

const QuantizedPlan& QuantizedNetwork::plan_for(const std::vector<std::size_t>& nodes) const {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<QuantizedPlan>& plan = plans_[nodes];
    if (!plan) plan = std::make_unique<QuantizedPlan>(network_, nodes);
    return *plan;
}

void QuantizedNetwork::predict(const std::vector<QuantizedPlan::Source>& inputs, std::ptrdiff_t n,
                               const std::vector<std::size_t>& nodes,
                               const std::vector<float*>& outputs) const {
    require(inputs.size() == network_.graph.inputs.size(),
            "inputs must be " + std::to_string(network_.graph.inputs.size()) + ", got " +
                std::to_string(inputs.size()));
    const QuantizedPlan& plan = plan_for(nodes);
    parallel_for(n, row_grain(1, plan.cost()), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        plan.run(inputs, first, last, outputs);
    });
}

}  // namespace imgmine
