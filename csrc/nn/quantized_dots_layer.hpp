#pragma once

#include <array>
#include <limits>

#include "base/aligned.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/quantized_dots.hpp"
#include "nn/quantized_layer.hpp"

namespace imgmine {

/// Weights (values of a sum, outputs), row after row; weight * scales[output] is what one stands
/// for.
struct QuantizedWeights {
    std::vector<std::int8_t> kernel;
    std::vector<float> scales;
    std::vector<float> bias;  ///< empty: none
};

/// Windows over images of (height, width, channels). A dense layer has windows of one pixel.
struct QuantizedWindows {
    std::ptrdiff_t height, width, channels;
    std::array<std::ptrdiff_t, 2> size{1, 1}, stride{1, 1};
    std::array<std::ptrdiff_t, 4> padding{};  ///< top, left, bottom, right
    std::ptrdiff_t out_height, out_width;

    std::ptrdiff_t padded_height() const { return height + padding[0] + padding[2]; }
    std::ptrdiff_t padded_width() const { return width + padding[1] + padding[3]; }
    std::ptrdiff_t image_size() const { return height * width * channels; }
    std::ptrdiff_t padded_size() const { return padded_height() * padded_width() * channels; }
};

/// What becomes of the sums.
struct DotsResult {
    bool floats = false;  ///< else bytes as `to` says
    bool relu = false;
    bool pooled = false;  ///< the greatest of each 2 x 2, of bytes only
    Quantization to;
};

/// A convolution or a dense layer with what follows it.
class QuantizedDotsLayer : public QuantizedLayer {
  public:
    QuantizedDotsLayer(const QuantizedWindows& windows, const QuantizedWeights& weights,
                       const Quantization& from, const DotsResult& result)
        : windows_(windows), result_(result), from_zero_(static_cast<std::uint8_t>(from.zero)) {
        pack(weights);
        scale(weights, from);
        find_places();
    }

    std::size_t scratch_size(std::ptrdiff_t n) const override {
        return is_padded()
                   ? static_cast<std::size_t>(std::min(n, at_once_) * windows_.padded_size())
                   : 0;
    }

    void run(const LayerImages& images) const override {
        if (is_padded()) std::memset(images.scratch, from_zero_, scratch_size(images.n));
        const std::size_t value_size = result_.floats ? sizeof(float) : 1;
        const std::ptrdiff_t results = n_places_ / (result_.pooled ? 4 : 1);
        for (std::ptrdiff_t i = 0; i < images.n; i += at_once_) {
            const std::ptrdiff_t n = std::min(at_once_, images.n - i);
            const std::uint8_t* x = images.in[0] + i * windows_.image_size();
            if (is_padded()) x = pad(x, n, images.scratch);
            share(x, n * n_places_,
                  images.out + static_cast<std::size_t>(i * results) * n_outputs_ * value_size);
        }
    }

  private:
    bool is_padded() const { return windows_.padded_size() != windows_.image_size(); }

    void pack(const QuantizedWeights& weights) {
        n_outputs_ = weights.scales.size();
        std::ptrdiff_t run = windows_.size[1] * windows_.channels;
        n_runs_ = static_cast<std::size_t>(windows_.size[0]);
        if (windows_.size[1] == windows_.padded_width()) {  // rows under a kernel touch
            run *= windows_.size[0];
            n_runs_ = 1;
        }
        quads_ = (static_cast<std::size_t>(run) + 3) / 4;
        const std::size_t n_panels = (n_outputs_ + panel_outputs - 1) / panel_outputs;
        const std::size_t panel_size = n_runs_ * quads_ * 4 * panel_outputs;
        panels_.assign(n_panels * panel_size, 0);
        const std::int8_t* from = weights.kernel.data();
        for (std::size_t r = 0; r < n_runs_; ++r)
            for (std::size_t k = 0; k < static_cast<std::size_t>(run); ++k)
                for (std::size_t o = 0; o < n_outputs_; ++o, ++from)
                    panels_[o / panel_outputs * panel_size +
                            ((r * quads_ + k / 4) * panel_outputs + o % panel_outputs) * 4 +
                            k % 4] = *from;
        starts_.assign(n_panels * panel_outputs, 0);
        for (std::size_t i = 0; i < weights.kernel.size(); ++i)
            starts_[i % n_outputs_] -= from_zero_ * weights.kernel[i];
    }

    void scale(const QuantizedWeights& weights, const Quantization& from) {
        factors_.assign(starts_.size(), 0);
        offsets_.assign(starts_.size(), 0);
        const double unit = result_.floats ? 1 : result_.to.scale;
        const double zero = result_.floats ? 0 : result_.to.zero;
        for (std::size_t o = 0; o < n_outputs_; ++o) {
            const double bias = weights.bias.empty() ? 0 : weights.bias[o];
            factors_[o] = bounded(static_cast<double>(from.scale) * weights.scales[o] / unit);
            offsets_[o] = bounded(bias / unit + zero);
        }
        least_ = result_.relu ? static_cast<float>(zero) : -std::numeric_limits<float>::max();
    }

    static float bounded(double value) {
        constexpr double most = 1e28;  // no product with a sum overflows
        return static_cast<float>(std::clamp(value, -most, most));
    }

    void find_places() {
        const std::ptrdiff_t rows = windows_.out_height, columns = windows_.out_width;
        const auto add = [&](std::ptrdiff_t image, std::ptrdiff_t y, std::ptrdiff_t x) {
            const std::ptrdiff_t pixel =
                y * windows_.stride[0] * windows_.padded_width() + x * windows_.stride[1];
            places_.push_back(static_cast<std::int32_t>(image * windows_.padded_size() +
                                                        pixel * windows_.channels));
        };
        n_places_ = result_.pooled ? rows / 2 * (columns / 2) * 4 : rows * columns;
        constexpr std::ptrdiff_t enough = 64, most_bytes = 1 << 20;
        at_once_ = std::clamp<std::ptrdiff_t>(
            std::min(enough / std::max<std::ptrdiff_t>(n_places_, 1),
                     most_bytes / std::max<std::ptrdiff_t>(windows_.padded_size(), 1)),
            1, 16);
        for (std::ptrdiff_t i = 0; i < at_once_; ++i) {
            if (!result_.pooled)
                for (std::ptrdiff_t y = 0; y < rows; ++y)
                    for (std::ptrdiff_t x = 0; x < columns; ++x) add(i, y, x);
            else
                for (std::ptrdiff_t y = 0; y + 1 < rows; y += 2)
                    for (std::ptrdiff_t x = 0; x + 1 < columns; x += 2)
                        for (std::ptrdiff_t k = 0; k < 4; ++k) add(i, y + k / 2, x + k % 2);
        }
    }

    const std::uint8_t* pad(const std::uint8_t* x, std::ptrdiff_t n, std::uint8_t* out) const {
        const std::ptrdiff_t row = windows_.width * windows_.channels;
        const std::ptrdiff_t padded_row = windows_.padded_width() * windows_.channels;
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            std::uint8_t* to = out + i * windows_.padded_size() + windows_.padding[0] * padded_row +
                               windows_.padding[1] * windows_.channels;
            for (std::ptrdiff_t y = 0; y < windows_.height; ++y, x += row, to += padded_row)
                std::memcpy(to, x, static_cast<std::size_t>(row));
        }
        return out;
    }

    /// The places of a few images, among threads if they are much work (and no other thread is at
    /// work: the images of a large batch have been shared before).
    void share(const std::uint8_t* x, std::ptrdiff_t n_places, std::uint8_t* out) const {
        constexpr std::ptrdiff_t block = 8;
        const double block_cost =
            static_cast<double>(n_runs_ * quads_ * 4 * n_outputs_ * block) / 100;
        const std::ptrdiff_t blocks = (n_places + block - 1) / block,
                             grain = row_grain(1, block_cost);
        if (blocks < 2 * grain) return make(x, 0, n_places, out);
        parallel_for(blocks, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            make(x, first * block, std::min(last * block, n_places), out);
        });
    }

    void make(const std::uint8_t* x, std::ptrdiff_t first, std::ptrdiff_t last,
              std::uint8_t* out) const {
        const QuantizedDots dots{
            panels_.data(),
            starts_.data(),
            factors_.data(),
            offsets_.data(),
            least_,
            n_outputs_,
            n_runs_,
            quads_,
            static_cast<std::size_t>(windows_.padded_width() * windows_.channels)};
        const auto n = static_cast<std::size_t>(last - first);
        const std::int32_t* places = places_.data() + first;
        const std::size_t at =
            static_cast<std::size_t>(first) / (result_.pooled ? 4 : 1) * n_outputs_;
        const QuantizedDotsKernels& loops = quantized_dots_kernels();
        if (result_.floats)
            loops.floats(dots, x, places, n, reinterpret_cast<float*>(out) + at, n_outputs_);
        else
            (result_.pooled ? loops.pooled_bytes : loops.bytes)(dots, x, places, n, out + at,
                                                                n_outputs_);
    }

    QuantizedWindows windows_;
    DotsResult result_;
    std::uint8_t from_zero_;
    std::size_t n_outputs_ = 0, n_runs_ = 0, quads_ = 0;
    std::ptrdiff_t n_places_ = 0, at_once_ = 1;  ///< of an image; images
    float least_ = 0;
    AlignedVector<std::int8_t> panels_;
    std::vector<std::int32_t> starts_, places_;
    std::vector<float> factors_, offsets_;
};

}  // namespace imgmine
