#pragma once

#include <functional>
#include <utility>

#include "kernels/quantized_maps.hpp"
#include "nn/layers_conv.hpp"
#include "nn/layers_upsample.hpp"
#include "nn/quantized_dots_layer.hpp"

namespace imgmine {

/// From an image's floats to its result's.
using FloatOperation = std::function<void(const float* x, float* y, Scratch& scratch)>;

/// What is computed in floats between bytes: image by image, so that its floats stay in the cache.
class QuantizedFloatLayer : public QuantizedLayer {
  public:
    /// `floats`: whether results are left as they are, else they become bytes as `to` says.
    QuantizedFloatLayer(FloatOperation operation, std::ptrdiff_t in_size, std::ptrdiff_t out_size,
                        const Quantization& from, const Quantization& to, bool floats)
        : operation_(std::move(operation)),
          in_size_(static_cast<std::size_t>(in_size)),
          out_size_(static_cast<std::size_t>(out_size)),
          from_(from),
          to_(to),
          floats_(floats) {}

    std::size_t scratch_size(std::ptrdiff_t) const override {
        return (in_floats() + out_size_) * sizeof(float);
    }

    void run(const LayerImages& images) const override {
        const Pool<Scratch>::Lease scratch(scratches_);
        auto* x = reinterpret_cast<float*>(images.scratch);
        for (std::ptrdiff_t i = 0; i < images.n; ++i) {
            const std::size_t from = static_cast<std::size_t>(i) * in_size_,
                              to = static_cast<std::size_t>(i) * out_size_;
            quantized_maps_kernels().dequantize(images.in[0] + from, in_size_,
                                                static_cast<float>(from_.zero), from_.scale, x);
            float* y = floats_ ? reinterpret_cast<float*>(images.out) + to : x + in_floats();
            operation_(x, y, *scratch);
            if (!floats_)
                quantized_maps_kernels().quantize(y, out_size_, 1.0f / to_.scale,
                                                  static_cast<float>(to_.zero), images.out + to);
        }
    }

  private:
    /// Whole lines of the cache.
    std::size_t in_floats() const { return (in_size_ + 15) / 16 * 16; }

    FloatOperation operation_;
    std::size_t in_size_, out_size_;
    Quantization from_, to_;
    bool floats_;
    mutable Pool<Scratch> scratches_;
};

/// Whether a node has no form of its own in bytes.
inline bool is_in_floats(const Node& node) {
    return node.op == Op::conv_transpose2d || (node.op == Op::conv2d && node.groups > 1) ||
           (node.op == Op::upsample2d && node.bilinear);
}

/// A convolution or the way back of one, by weights of bytes.
inline FloatOperation float_convolution(const Node& node, const NodeShape& from,
                                        const QuantizedWeights& weights) {
    std::vector<float> kernel(weights.kernel.size());
    for (std::size_t i = 0; i < kernel.size(); ++i)
        kernel[i] =
            static_cast<float>(weights.kernel[i]) * weights.scales[i % weights.scales.size()];
    const bool back = node.op == Op::conv_transpose2d;
    const Conv2D conv = back ? conv_of(node, node.shape, from, from[2])
                             : conv_of(node, from, node.shape, node.units);
    auto packed = std::make_shared<PackedConv2D>();
    pack_conv2d(conv, kernel.data(), back, Precision::float32, *packed);
    if (!back)
        return [conv, packed, bias = weights.bias](const float* x, float* y, Scratch& scratch) {
            conv2d_forward(conv, *packed, bias.empty() ? nullptr : bias.data(), false, x, 1, y,
                           scratch);
        };
    const std::vector<float> ones(weights.bias.size(), 1.0f);
    return [conv, packed, ones, bias = weights.bias](const float* x, float* y, Scratch& scratch) {
        conv2d_backward_data(conv, *packed, x, 1, y, scratch);
        if (!bias.empty())
            channel_kernels().affine(y, static_cast<std::size_t>(conv.height * conv.width),
                                     ones.size(), ones.data(), bias.data(), false, y);
    };
}

inline FloatOperation float_upsampling(const Graph& graph, std::size_t node) {
    auto layer = std::make_shared<UpsampleLayer>(graph, node);
    layer->inputs = {0};
    layer->in_sizes = {count_of(graph.nodes[graph.nodes[node].inputs[0]].shape)};
    layer->output = 1;
    layer->out_size = count_of(graph.nodes[node].shape);
    return [layer](const float* x, float* y, Scratch& scratch) {
        float* values[] = {const_cast<float*>(x), y};
        layer->forward(
            {1, 0, false, 0, nullptr, nullptr, values, nullptr, nullptr, scratch, scratch});
    };
}

inline FloatOperation float_operation(const Graph& graph, std::size_t i,
                                      const QuantizedWeights& weights) {
    const Node& node = graph.nodes[i];
    return node.op == Op::upsample2d
               ? float_upsampling(graph, i)
               : float_convolution(node, graph.nodes[node.inputs[0]].shape, weights);
}

}  // namespace imgmine
