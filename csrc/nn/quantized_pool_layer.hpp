#pragma once

#include "kernels/quantized_maps.hpp"
#include "nn/quantized_dots_layer.hpp"

namespace imgmine {

/// The greatest, or the mean, of each window; padding is left out of both.
class QuantizedPoolLayer : public QuantizedLayer {
  public:
    QuantizedPoolLayer(const QuantizedWindows& windows, bool mean, const Quantization& from,
                       const Quantization& to)
        : windows_(windows), mean_(mean), from_(from), to_(to) {}

    std::size_t scratch_size(std::ptrdiff_t) const override {
        return mean_ ? static_cast<std::size_t>(windows_.channels) * sizeof(std::int32_t) : 0;
    }

    void run(const LayerImages& images) const override {
        const std::uint8_t* x = images.in[0];
        std::uint8_t* out = images.out;
        for (std::ptrdiff_t i = 0; i < images.n; ++i, x += windows_.image_size())
            for (std::ptrdiff_t row = 0; row < windows_.out_height; ++row)
                for (std::ptrdiff_t column = 0; column < windows_.out_width; ++column) {
                    const Span down = span(0, row), right = span(1, column);
                    if (mean_)
                        average(x, down, right, images.scratch, out);
                    else
                        greatest(x, down, right, out);
                    out += windows_.channels;
                }
    }

  private:
    struct Span {
        std::ptrdiff_t first, last;
    };

    /// What a window covers of an axis of the image.
    Span span(std::size_t axis, std::ptrdiff_t window) const {
        const std::ptrdiff_t start = window * windows_.stride[axis] - windows_.padding[axis];
        const std::ptrdiff_t length = axis ? windows_.width : windows_.height;
        return {std::max<std::ptrdiff_t>(start, 0), std::min(start + windows_.size[axis], length)};
    }

    template <class Body>
    void for_each_pixel(const std::uint8_t* x, Span down, Span right, const Body& body) const {
        for (std::ptrdiff_t y = down.first; y < down.last; ++y)
            for (std::ptrdiff_t column = right.first; column < right.last; ++column)
                body(x + (y * windows_.width + column) * windows_.channels);
    }

    void greatest(const std::uint8_t* x, Span down, Span right, std::uint8_t* out) const {
        const auto channels = static_cast<std::size_t>(windows_.channels);
        std::memset(out, 0, channels);
        for_each_pixel(x, down, right, [&](const std::uint8_t* pixel) {
            quantized_maps_kernels().maximum(pixel, channels, out);
        });
    }

    void average(const std::uint8_t* x, Span down, Span right, std::uint8_t* scratch,
                 std::uint8_t* out) const {
        const auto channels = static_cast<std::size_t>(windows_.channels);
        auto* sums = reinterpret_cast<std::int32_t*>(scratch);
        std::memset(sums, 0, channels * sizeof *sums);
        for_each_pixel(x, down, right, [&](const std::uint8_t* pixel) {
            quantized_maps_kernels().add(pixel, channels, sums);
        });
        const std::ptrdiff_t count = (down.last - down.first) * (right.last - right.first);
        const double ratio = static_cast<double>(from_.scale) / to_.scale;
        quantized_maps_kernels().requantize(sums, channels,
                                            static_cast<float>(ratio / static_cast<double>(count)),
                                            static_cast<float>(to_.zero - from_.zero * ratio), out);
    }

    QuantizedWindows windows_;
    bool mean_;
    Quantization from_, to_;
};

}  // namespace imgmine
