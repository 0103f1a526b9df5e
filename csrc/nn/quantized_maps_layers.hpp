#pragma once

#include <limits>
#include <utility>

#include "base/math.hpp"
#include "kernels/lookup.hpp"
#include "kernels/quantized_maps.hpp"
#include "nn/quantized_layer.hpp"

namespace imgmine {

/// Bytes by a table of 256, or by one for each channel.
class QuantizedTableLayer : public QuantizedLayer {
  public:
    /// `tables` are those of the channels, one behind the other; `size` is of an image.
    QuantizedTableLayer(std::vector<std::uint8_t> tables, std::ptrdiff_t size)
        : tables_(std::move(tables)), size_(size) {}

    void run(const LayerImages& images) const override {
        const auto n = static_cast<std::size_t>(images.n * size_);
        const std::size_t channels = tables_.size() / 256;
        if (channels == 1)
            lookup_kernels().apply_table(images.in[0], n, tables_.data(), images.out);
        else
            lookup_kernels().apply_tables(images.in[0], n / channels, channels, tables_.data(),
                                          images.out);
    }

  private:
    std::vector<std::uint8_t> tables_;
    std::ptrdiff_t size_;
};

/// A table by which a function of numbers is applied to bytes.
template <class Function>
std::vector<std::uint8_t> quantized_table(const Quantization& from, const Quantization& to,
                                          const Function& function) {
    std::vector<std::uint8_t> table(256);
    for (int byte = 0; byte < 256; ++byte)
        table[static_cast<std::size_t>(byte)] = quantized(function(dequantized(byte, from)), to);
    return table;
}

/// Sums of several inputs, with a ReLU or without.
class QuantizedAddLayer : public QuantizedLayer {
  public:
    QuantizedAddLayer(const std::vector<Quantization>& from, const Quantization& to, bool relu,
                      std::ptrdiff_t size)
        : size_(size) {
        double offset = to.zero;
        for (const Quantization& input : from) {
            const double factor = static_cast<double>(input.scale) / to.scale;
            factors_.push_back(static_cast<float>(std::min(factor, 1e30)));
            offset -= factors_.back() * static_cast<double>(input.zero);
        }
        offset_ = static_cast<float>(std::clamp(offset, -1e34, 1e34));
        least_ = relu ? static_cast<float>(to.zero) : 0;
    }

    void run(const LayerImages& images) const override {
        quantized_maps_kernels().combine(images.in, factors_.data(), factors_.size(), offset_,
                                         least_, static_cast<std::size_t>(images.n * size_),
                                         images.out);
    }

  private:
    std::vector<float> factors_;
    float offset_, least_;
    std::ptrdiff_t size_;
};

/// The channels of several inputs side by side.
class QuantizedConcatLayer : public QuantizedLayer {
  public:
    QuantizedConcatLayer(const std::vector<Quantization>& from, const Quantization& to,
                         std::vector<std::ptrdiff_t> channels, std::ptrdiff_t pixels)
        : channels_(std::move(channels)), pixels_(pixels) {
        for (const Quantization& input : from)
            tables_.push_back(quantized_table(input, to, [](double number) { return number; }));
    }

    void run(const LayerImages& images) const override {
        std::vector<const std::uint8_t*> in(images.in, images.in + channels_.size());
        std::uint8_t* out = images.out;
        for (std::ptrdiff_t pixel = 0; pixel < images.n * pixels_; ++pixel)
            for (std::size_t j = 0; j < in.size(); ++j) {
                lookup_kernels().apply_table(in[j], static_cast<std::size_t>(channels_[j]),
                                             tables_[j].data(), out);
                in[j] += channels_[j];
                out += channels_[j];
            }
    }

  private:
    std::vector<std::ptrdiff_t> channels_;
    std::ptrdiff_t pixels_;
    std::vector<std::vector<std::uint8_t>> tables_;
};

/// Each pixel becomes a block of its like.
class QuantizedUpsampleLayer : public QuantizedLayer {
  public:
    QuantizedUpsampleLayer(std::ptrdiff_t rows, std::ptrdiff_t columns, std::ptrdiff_t channels,
                           std::ptrdiff_t down, std::ptrdiff_t right)
        : rows_(rows), columns_(columns), channels_(channels), down_(down), right_(right) {}

    void run(const LayerImages& images) const override {
        const auto pixel = static_cast<std::size_t>(channels_);
        const auto row = static_cast<std::size_t>(columns_ * right_ * channels_);
        const std::uint8_t* in = images.in[0];
        std::uint8_t* out = images.out;
        for (std::ptrdiff_t y = 0; y < images.n * rows_; ++y) {
            for (std::ptrdiff_t x = 0; x < columns_; ++x, in += channels_)
                for (std::ptrdiff_t i = 0; i < right_; ++i, out += channels_)
                    std::memcpy(out, in, pixel);
            for (std::ptrdiff_t i = 1; i < down_; ++i, out += row) std::memcpy(out, out - row, row);
        }
    }

  private:
    std::ptrdiff_t rows_, columns_, channels_, down_, right_;
};

/// Floats to bytes.
class QuantizeLayer : public QuantizedLayer {
  public:
    QuantizeLayer(const Quantization& to, std::ptrdiff_t size) : to_(to), size_(size) {}

    void run(const LayerImages& images) const override {
        quantized_maps_kernels().quantize(reinterpret_cast<const float*>(images.in[0]),
                                          static_cast<std::size_t>(images.n * size_),
                                          1.0f / to_.scale, static_cast<float>(to_.zero),
                                          images.out);
    }

  private:
    Quantization to_;
    std::ptrdiff_t size_;
};

/// Bytes to floats.
class DequantizeLayer : public QuantizedLayer {
  public:
    DequantizeLayer(const Quantization& from, std::ptrdiff_t size) : from_(from), size_(size) {}

    void run(const LayerImages& images) const override {
        quantized_maps_kernels().dequantize(
            images.in[0], static_cast<std::size_t>(images.n * size_),
            static_cast<float>(from_.zero), from_.scale, reinterpret_cast<float*>(images.out));
    }

  private:
    Quantization from_;
    std::ptrdiff_t size_;
};

inline double sigmoid_same_bits(double x) {
    return 1 / (1 + exp_same_bits(std::clamp(-x, -690.0, 690.0)));
}

inline double tanh_same_bits(double x) {
    return 2 * sigmoid_same_bits(2 * x) - 1;
}

/// A function of each float.
class QuantizedFloatMapLayer : public QuantizedLayer {
  public:
    using Function = double (*)(double);
    QuantizedFloatMapLayer(Function function, std::ptrdiff_t size)
        : function_(function), size_(size) {}

    void run(const LayerImages& images) const override {
        const auto* in = reinterpret_cast<const float*>(images.in[0]);
        auto* out = reinterpret_cast<float*>(images.out);
        for (std::ptrdiff_t i = 0; i < images.n * size_; ++i)
            out[i] = static_cast<float>(function_(in[i]));
    }

  private:
    Function function_;
    std::ptrdiff_t size_;
};

/// Rows of floats to shares of 1.
class QuantizedSoftmaxLayer : public QuantizedLayer {
  public:
    QuantizedSoftmaxLayer(std::ptrdiff_t rows, std::ptrdiff_t size) : rows_(rows), size_(size) {}

    void run(const LayerImages& images) const override {
        const auto* in = reinterpret_cast<const float*>(images.in[0]);
        auto* out = reinterpret_cast<float*>(images.out);
        for (std::ptrdiff_t row = 0; row < images.n * rows_; ++row, in += size_, out += size_)
            share(in, out);
    }

  private:
    void share(const float* in, float* out) const {
        const double greatest = *std::max_element(in, in + size_);
        double total = 0;
        for (std::ptrdiff_t i = 0; i < size_; ++i) {
            const double power = exp_same_bits(std::max(in[i] - greatest, -690.0));
            total += power;
            out[i] = static_cast<float>(power);
        }
        for (std::ptrdiff_t i = 0; i < size_; ++i) out[i] = static_cast<float>(out[i] / total);
    }

    std::ptrdiff_t rows_, size_;
};

}  // namespace imgmine
