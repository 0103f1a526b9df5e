#pragma once

#include "kernels/layers.hpp"
#include "nn/layer.hpp"

namespace imgmine {

/// Images enlarged by whole factors: pixels repeated, or bilinear between the centers of pixels,
/// the outermost ones continued.
class UpsampleLayer : public Layer {
  public:
    UpsampleLayer(const Graph& graph, std::size_t which) {
        const Node& node = graph.nodes[which];
        const NodeShape& image = graph.nodes[node.inputs[0]].shape;
        channels_ = static_cast<std::size_t>(image[2]);
        in_row_ = image[1] * image[2];
        rows_ = taps(image[0], node.size[0], node.bilinear);
        columns_ = taps(image[1], node.size[1], node.bilinear);
    }

    void forward(const Pass& pass) const override {
        const auto& kernels = layer_kernels();
        const auto wide = static_cast<std::size_t>(in_row_);
        float* row = pass.own.array<float>(0, in_row_);
        float* y = out(pass);
        for (std::ptrdiff_t i = 0; i < pass.n; ++i)
            for (const Tap& at : rows_) {
                const float* x = in(pass) + i * in_sizes[0];
                std::fill_n(row, wide, 0.0f);
                kernels.add_scaled(x + at.first * in_row_, at.weight, wide, row);
                if (at.weight < 1)
                    kernels.add_scaled(x + at.second * in_row_, 1 - at.weight, wide, row);
                for (const Tap& to : columns_) {
                    std::fill_n(y, channels_, 0.0f);
                    kernels.add_scaled(pixel(row, to.first), to.weight, channels_, y);
                    if (to.weight < 1)
                        kernels.add_scaled(pixel(row, to.second), 1 - to.weight, channels_, y);
                    y += channels_;
                }
            }
    }

    void backward(const Pass& pass, float* const* grad_inputs) const override {
        if (!grad_inputs[0]) return;
        const auto& kernels = layer_kernels();
        const auto wide = static_cast<std::size_t>(in_row_);
        float* row = pass.own.array<float>(0, in_row_);
        const float* grad = grad_out(pass);
        std::fill_n(grad_inputs[0], pass.n * in_sizes[0], 0.0f);
        for (std::ptrdiff_t i = 0; i < pass.n; ++i)
            for (const Tap& at : rows_) {
                float* x = grad_inputs[0] + i * in_sizes[0];
                std::fill_n(row, wide, 0.0f);
                for (const Tap& to : columns_) {
                    kernels.add_scaled(grad, to.weight, channels_, pixel(row, to.first));
                    if (to.weight < 1)
                        kernels.add_scaled(grad, 1 - to.weight, channels_, pixel(row, to.second));
                    grad += channels_;
                }
                kernels.add_scaled(row, at.weight, wide, x + at.first * in_row_);
                if (at.weight < 1)
                    kernels.add_scaled(row, 1 - at.weight, wide, x + at.second * in_row_);
            }
    }

  private:
    /// An output is weight * input[first] + (1 - weight) * input[second].
    struct Tap {
        std::ptrdiff_t first, second;
        float weight;
    };

    static std::vector<Tap> taps(std::ptrdiff_t length, std::ptrdiff_t factor, bool bilinear) {
        std::vector<Tap> found;
        for (std::ptrdiff_t i = 0; i < length * factor; ++i) {
            if (!bilinear) {
                found.push_back({i / factor, i / factor, 1});
                continue;
            }
            // Centers in units of half an output pixel, so that whole numbers do.
            const std::ptrdiff_t place = std::max<std::ptrdiff_t>(2 * i + 1 - factor, 0);
            const std::ptrdiff_t first = place / (2 * factor);
            const auto beyond = static_cast<float>(place - first * 2 * factor);
            found.push_back({first, std::min(first + 1, length - 1),
                             1 - beyond / static_cast<float>(2 * factor)});
        }
        return found;
    }

    template <class T>
    T* pixel(T* row, std::ptrdiff_t x) const {
        return row + x * static_cast<std::ptrdiff_t>(channels_);
    }

    std::size_t channels_;
    std::ptrdiff_t in_row_;
    std::vector<Tap> rows_, columns_;
};

}  // namespace imgmine
