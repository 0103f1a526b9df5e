#pragma once

#include "nn/conv2d_frame.hpp"

namespace imgmine::conv2d {

inline void pack_backward(const Conv2D& c, const float* kernel, PackedConv2D& packed) {
    const Patch patch(c);
    packed.backward.assign(count(patch.n_chunks * c.filters * patch.pitch), 0.0f);
    for (std::ptrdiff_t v = 0; v < patch.n_vectors; ++v) {
        const std::ptrdiff_t run = v / patch.run_vectors, first = v % patch.run_vectors * 16;
        conv_list_kernels().transpose(
            kernel + (run * run_size(c) + first) * c.filters, count(c.filters),
            count(std::min<std::ptrdiff_t>(16, run_size(c) - first)), count(c.filters),
            packed.backward.data() + v / patch.chunk * c.filters * patch.pitch +
                v % patch.chunk * 16,
            count(patch.pitch));
    }
}

/// Outputs that are worked on at once: some images, or some rows of one.
struct Blocks {
    std::ptrdiff_t images, rows;  ///< rows: all of an image's where there is more than one image

    /// At most so many outputs and values of images, but at least a row.
    Blocks(const ConvOutputs& outputs, std::ptrdiff_t n, std::ptrdiff_t image_size,
           std::ptrdiff_t most_outputs, std::ptrdiff_t most_values)
        : images(std::clamp<std::ptrdiff_t>(
              std::min(most_outputs / std::max<std::ptrdiff_t>(1, outputs.rows * outputs.per_row()),
                       most_values / image_size),
              1, std::max<std::ptrdiff_t>(n, 1))),
          rows(std::clamp<std::ptrdiff_t>(
              most_outputs / std::max<std::ptrdiff_t>(1, outputs.per_row()), 1,
              std::max<std::ptrdiff_t>(1, outputs.rows))) {
        if (images > 1) rows = outputs.rows;
    }

    std::ptrdiff_t most_rows() const { return images * rows; }
};

/// Where in a frame the patches of a block's rows of outputs begin, and where their gradients do.
inline void place_outputs(const Conv2D& c, const ConvFrame& frame, const ConvOutputs& outputs,
                          const Blocks& blocks, std::uint32_t* places, std::uint32_t* gradients) {
    const auto u32 = [](std::ptrdiff_t n) { return static_cast<std::uint32_t>(n); };
    const std::ptrdiff_t step = outputs.step();
    for (std::ptrdiff_t i = 0; i < blocks.most_rows(); ++i)
        for (std::ptrdiff_t lower = 0; lower < step; ++lower)
            for (std::ptrdiff_t x = 0; x < outputs.columns * step; ++x) {
                const std::ptrdiff_t y = i % blocks.rows * step + lower;
                *places++ = u32(i / blocks.rows * frame.size(c) +
                                (y * c.stride_y * frame.width + x * c.stride_x) * c.channels);
                *gradients++ = u32((i * outputs.columns + x / step) * outputs.filters);
            }
}

inline ConvGradients gradients_of(const ConvOutputs& outputs, std::ptrdiff_t n) {
    return {outputs.values, outputs.choice, count(n), count(outputs.filters)};
}

/// Adds to frames what their outputs say, some rows of outputs at a time.
class Scattering {
  public:
    Scattering(const Conv2D& c, const PackedConv2D& packed, const ConvFrame& frame,
               const ConvOutputs& outputs, const Blocks& blocks, Scratch& scratch)
        : c_(c), packed_(packed), patch_(c), per_row_(outputs.per_row()) {
        const std::ptrdiff_t n = blocks.most_rows() * per_row_;
        ends_ = scratch.array<std::uint32_t>(rows_array, 3 * n + 1 + patch_.n_vectors);
        rows_ = ends_ + n + 1, places_ = rows_ + n, vectors_ = places_ + n;
        filters_ = scratch.array<std::uint16_t>(lists_array, n * c.filters + 32);
        place_outputs(c, frame, outputs, blocks, places_, rows_);
        for (std::ptrdiff_t v = 0; v < patch_.n_vectors; ++v)
            vectors_[v] = static_cast<std::uint32_t>(
                v / patch_.run_vectors * frame.width * c.channels + v % patch_.run_vectors * 16);
    }

    void run(const ConvOutputs& outputs, std::ptrdiff_t n_rows, float* image) const {
        ends_[0] = 0;
        for (std::ptrdiff_t i = 0; i < n_rows; ++i)
            conv_list_kernels().by_output(
                gradients_of(outputs.from(i * outputs.columns), outputs.columns), filters_,
                ends_ + i * per_row_);
        ConvScatter s{outputs.values,
                      filters_,
                      ends_,
                      rows_,
                      places_,
                      count(n_rows * per_row_),
                      packed_.backward.data(),
                      count(patch_.pitch),
                      vectors_,
                      0,
                      image};
        for (std::ptrdiff_t v = 0; v < patch_.n_vectors; v += patch_.chunk) {
            s.n_vectors = count(std::min(patch_.chunk, patch_.n_vectors - v));
            conv_backward_kernels().scatter(s);
            s.weights += c_.filters * patch_.pitch;
            s.patch += patch_.chunk;
        }
    }

  private:
    const Conv2D& c_;
    const PackedConv2D& packed_;
    Patch patch_;
    std::ptrdiff_t per_row_;
    std::uint32_t *ends_, *rows_, *places_, *vectors_;
    std::uint16_t* filters_;
};

/// Adds up what filters saw, some rows of outputs at a time.
class Gathering {
  public:
    Gathering(const Conv2D& c, const ConvFrame& frame, const ConvOutputs& outputs,
              const Blocks& blocks, Scratch& scratch)
        : c_(c),
          patch_(c),
          pitch_(frame.width * c.channels),
          most_(blocks.most_rows() * outputs.columns) {
        const std::ptrdiff_t n_sums = c.filters * patch_.n_vectors * 16;
        sums_ = scratch.array<float>(sums_array, n_sums);
        std::fill_n(sums_, n_sums, 0.0f);
        outputs_ = scratch.array<std::uint16_t>(lists_array, c.filters * (most_ + 32));
        counts_ = scratch.array<std::uint32_t>(rows_array, c.filters + most_);
        starts_ = counts_ + c.filters;
        if (outputs.choice) places_ = scratch.array<std::uint32_t>(places_array, most_ * c.filters);
        for (std::ptrdiff_t i = 0; i < most_; ++i) {
            const std::ptrdiff_t row = i / outputs.columns,
                                 y = row % blocks.rows * outputs.step() * c.stride_y,
                                 x = i % outputs.columns * outputs.step() * c.stride_x;
            starts_[i] = static_cast<std::uint32_t>(row / blocks.rows * frame.size(c) + y * pitch_ +
                                                    x * c.channels);
        }
    }

    void run(const ConvOutputs& outputs, std::ptrdiff_t n_rows, const float* image) const {
        const ConvGradients gradients = gradients_of(outputs, n_rows * outputs.columns);
        conv_list_kernels().by_filter(gradients, outputs_, count(most_ + 32), counts_);
        if (outputs.choice) {
            const auto right = static_cast<std::uint32_t>(c_.stride_x * c_.channels),
                       down = static_cast<std::uint32_t>(c_.stride_y * pitch_);
            const std::uint32_t four[] = {0, right, down, down + right};
            conv_list_kernels().place_windows(gradients, starts_, four, places_);
        }
        conv_backward_kernels().gather({outputs.values, count(c_.filters), outputs_, counts_,
                                        count(most_ + 32), outputs.choice ? places_ : starts_,
                                        outputs.choice ? count(c_.filters) : 1,
                                        outputs.choice ? std::size_t{1} : 0, image, count(pitch_),
                                        count(c_.kernel_height), count(patch_.run_vectors), sums_});
    }

    void add_to(float* grad_kernel) const {
        for (std::ptrdiff_t i = 0; i < c_.kernel_height; ++i)
            conv_list_kernels().add_transposed(
                sums_ + i * patch_.run_vectors * 16, count(patch_.n_vectors * 16),
                count(c_.filters), count(run_size(c_)), grad_kernel + i * run_size(c_) * c_.filters,
                count(c_.filters));
    }

  private:
    const Conv2D& c_;
    Patch patch_;
    std::ptrdiff_t pitch_, most_;
    float* sums_;
    std::uint16_t* outputs_;
    std::uint32_t *counts_, *starts_, *places_ = nullptr;
};

}  // namespace imgmine::conv2d
