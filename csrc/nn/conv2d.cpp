#include "nn/conv2d.hpp"

#include <algorithm>

#include "kernels/conv.hpp"
#include "kernels/conv_backward.hpp"
#include "nn/conv2d_frame.hpp"

namespace imgmine {
namespace {

std::size_t count(std::ptrdiff_t n) {
    return static_cast<std::size_t>(n);
}

std::ptrdiff_t round_up(std::ptrdiff_t n, std::ptrdiff_t to) {
    return (n + to - 1) / to * to;
}

std::ptrdiff_t in_size(const Conv2D& c) {
    return c.height * c.width * c.channels;
}

/// Contiguous values under a row of the kernel.
std::ptrdiff_t run_size(const Conv2D& c) {
    return c.kernel_width * c.channels;
}

constexpr std::ptrdiff_t panel = ConvSums::panel;

/// Arrays of a thread's scratch memory.
enum : std::size_t { frame_array, bias_array, sums_array, lists_array, places_array, rows_array };

void pack_forward(const Conv2D& c, const float* kernel, PackedConv2D& packed) {
    const std::ptrdiff_t size = c.kernel_height * run_size(c);
    packed.forward.resize(count(round_up(c.filters, panel) * size));
    float* to = packed.forward.data();
    for (std::ptrdiff_t f = 0; f < c.filters; f += panel) {
        const std::ptrdiff_t n = std::min(panel, c.filters - f);
        for (std::ptrdiff_t k = 0; k < size; ++k, to += panel) {
            std::copy_n(kernel + k * c.filters + f, n, to);
            std::fill(to + n, to + panel, 0.0f);
        }
    }
}

/// A patch of the image under the kernel: 16 values at a time of each run, in a few chunks.
struct Patch {
    std::ptrdiff_t run_vectors, n_vectors, n_chunks, chunk, pitch;

    explicit Patch(const Conv2D& c)
        : run_vectors(round_up(run_size(c), 16) / 16),
          n_vectors(run_vectors * c.kernel_height),
          n_chunks(round_up(n_vectors, most) / most),
          chunk(round_up(n_vectors, n_chunks) / n_chunks),
          pitch(chunk * 16) {}

    static constexpr std::ptrdiff_t most = ConvScatter::most_vectors;
};

void pack_backward(const Conv2D& c, const float* kernel, PackedConv2D& packed) {
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

/// body(sums, image) for each image, whose `sums` lack rows, columns and relu.
template <class Body>
void for_sums(const Conv2D& c, const PackedConv2D& packed, const float* bias, const float* x,
              std::ptrdiff_t n, Scratch& scratch, const Body& body) {
    const ConvFrame frame(c, false);
    float* offsets = scratch.array<float>(bias_array, round_up(c.filters, panel));
    std::fill_n(offsets, round_up(c.filters, panel), 0.0f);
    if (bias) std::copy_n(bias, c.filters, offsets);
    const std::size_t pitch = count(frame.width * c.channels);
    ConvSums sums{nullptr,
                  pitch,
                  pitch * count(c.stride_y),
                  count(c.stride_x * c.channels),
                  count(c.kernel_height),
                  count(run_size(c)),
                  packed.forward.data(),
                  offsets,
                  count(c.filters),
                  0,
                  0,
                  true};
    float* copy = scratch.array<float>(frame_array, frame.copies ? frame.size(c) : 0);
    if (frame.copies) std::fill_n(copy, frame.size(c), 0.0f);
    for (std::ptrdiff_t i = 0; i < n; ++i, x += in_size(c)) {
        sums.x = frame.copies ? copy : x;
        if (frame.copies) frame.copy_in(c, x, 1, copy);
        body(sums, i);
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
void place_outputs(const Conv2D& c, const ConvFrame& frame, const ConvOutputs& outputs,
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

ConvGradients gradients_of(const ConvOutputs& outputs, std::ptrdiff_t n) {
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

void backward_data(const Conv2D& c, const PackedConv2D& packed, const ConvOutputs& outputs,
                   std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    const ConvFrame frame(c, true);
    const Blocks blocks(outputs, n, frame.size(c), std::max<std::ptrdiff_t>(1, 8192 / c.filters),
                        1 << 20);
    const Scattering scattering(c, packed, frame, outputs, blocks, scratch);
    float* frames = scratch.array<float>(
        frame_array, frame.copies ? blocks.images * frame.size(c) + ConvFrame::slack : 0);
    for (std::ptrdiff_t i = 0; i < n; i += blocks.images) {
        const std::ptrdiff_t n_images = std::min(blocks.images, n - i);
        float* to = frame.copies ? frames : grad_x + i * in_size(c);
        std::fill_n(to, n_images * frame.size(c) + (frame.copies ? ConvFrame::slack : 0), 0.0f);
        for (std::ptrdiff_t y = 0; y < outputs.rows; y += blocks.rows) {
            const std::ptrdiff_t n_rows = std::min(blocks.rows, outputs.rows - y);
            scattering.run(outputs.from(i * outputs.per_image() + y * outputs.columns),
                           n_images * n_rows,
                           to + y * outputs.step() * c.stride_y * frame.width * c.channels);
        }
        if (frame.copies) frame.copy_out(c, frames, n_images, grad_x + i * in_size(c));
    }
}

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

/// body(first image, how many, frames) with copies of some images at a time, where copies are
/// needed.
template <class Body>
void for_frames(const Conv2D& c, const ConvFrame& frame, const float* x, std::ptrdiff_t n,
                std::ptrdiff_t at_once, Scratch& scratch, const Body& body) {
    const std::ptrdiff_t size = frame.copies ? at_once * frame.size(c) + ConvFrame::slack : 0;
    float* frames = scratch.array<float>(frame_array, size);
    std::fill_n(frames, size, 0.0f);
    for (std::ptrdiff_t i = 0; i < n; i += at_once) {
        const std::ptrdiff_t n_images = std::min(at_once, n - i);
        if (frame.copies) frame.copy_in(c, x + i * in_size(c), n_images, frames);
        body(i, n_images, frame.copies ? frames : x + i * in_size(c));
    }
}

void gather_weights(const Conv2D& c, const float* x, const ConvOutputs& outputs, std::ptrdiff_t n,
                    float* grad_kernel, Scratch& scratch) {
    const ConvFrame frame(c, true);
    const Blocks blocks(outputs, n, frame.size(c), std::max<std::ptrdiff_t>(1, 32768 / c.filters),
                        12288);
    const Gathering gathering(c, frame, outputs, blocks, scratch);
    for_frames(
        c, frame, x, n, blocks.images, scratch, [&](auto i, auto n_images, const float* image) {
            for (std::ptrdiff_t y = 0; y < outputs.rows; y += blocks.rows)
                gathering.run(outputs.from(i * outputs.per_image() + y * outputs.columns),
                              n_images * std::min(blocks.rows, outputs.rows - y),
                              image + y * outputs.step() * c.stride_y * frame.width * c.channels);
        });
    gathering.add_to(grad_kernel);
}

/// The same for patches of few values.
void correlate_weights(const Conv2D& c, const float* x, const ConvOutputs& outputs,
                       std::ptrdiff_t n, float* grad_kernel, Scratch& scratch) {
    const ConvFrame frame(c, false);
    const std::size_t pitch = count(frame.width * c.channels);
    ConvCorrelate s{nullptr,
                    count(outputs.rows),
                    count(outputs.columns),
                    count(c.filters),
                    nullptr,
                    pitch,
                    pitch * count(c.stride_y),
                    count(c.stride_x * c.channels),
                    count(c.kernel_height),
                    count(run_size(c)),
                    grad_kernel};
    const std::ptrdiff_t row_size = 2 * outputs.columns * c.filters;
    float* two = scratch.array<float>(sums_array, outputs.choice ? 2 * row_size : 0);
    for_frames(c, frame, x, n, 1, scratch, [&](auto i, auto, const float* image) {
        const ConvOutputs own = outputs.from(i * outputs.per_image());
        s.gradients = own.values, s.image = image;
        if (!own.choice) return conv_backward_kernels().correlate(s);
        s.gradients = two, s.rows = 2, s.columns = count(2 * own.columns);
        for (std::ptrdiff_t y = 0; y < own.rows; ++y, s.image += 2 * s.row_step) {
            conv_list_kernels().unpool(gradients_of(own.from(y * own.columns), own.columns), two,
                                       two + row_size);
            conv_backward_kernels().correlate(s);
        }
    });
}

void backward_weights(const Conv2D& c, const float* x, const ConvOutputs& outputs, std::ptrdiff_t n,
                      float* grad_kernel, float* grad_bias, Scratch& scratch) {
    if (Patch(c).n_vectors >= 8)
        gather_weights(c, x, outputs, n, grad_kernel, scratch);
    else
        correlate_weights(c, x, outputs, n, grad_kernel, scratch);
    if (grad_bias)
        conv_list_kernels().add_up(gradients_of(outputs, n * outputs.per_image()), grad_bias);
}

}  // namespace

void pack_conv2d(const Conv2D& c, const float* kernel, bool for_backward, Precision precision,
                 PackedConv2D& packed) {
    packed.precision = precision;
    pack_forward(c, kernel, packed);
    packed.backward.clear();
    if (for_backward) pack_backward(c, kernel, packed);
}

void conv2d_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias, bool relu,
                    const float* x, std::ptrdiff_t n, float* y, Scratch& scratch) {
    for_sums(c, packed, bias, x, n, scratch, [&](ConvSums& sums, std::ptrdiff_t i) {
        sums.rows = count(c.out_height), sums.columns = count(c.out_width), sums.relu = relu;
        conv_kernels().forward(sums, y + i * c.out_height * c.out_width * c.filters);
    });
}

void conv2d_relu_pool_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                              const float* x, std::ptrdiff_t n, float* pooled, std::uint8_t* choice,
                              Scratch& scratch) {
    const std::ptrdiff_t rows = c.out_height / 2, columns = c.out_width / 2,
                         size = rows * columns * c.filters;
    for_sums(c, packed, bias, x, n, scratch, [&](ConvSums& sums, std::ptrdiff_t i) {
        sums.rows = count(rows), sums.columns = count(columns);
        conv_kernels().forward_pooled(sums, pooled + i * size,
                                      choice ? choice + i * size : nullptr);
    });
}

void conv2d_unpool(const Conv2D& c, const float* grad_pooled, const std::uint8_t* choice,
                   std::ptrdiff_t n, float* grad_y) {
    const std::ptrdiff_t row = c.out_width * c.filters;
    const ConvOutputs windows(c, grad_pooled, choice);
    std::fill_n(grad_y, n * c.out_height * row, 0.0f);
    for (std::ptrdiff_t i = 0; i < n; ++i)
        for (std::ptrdiff_t y = 0; y < windows.rows; ++y) {
            float* to = grad_y + (i * c.out_height + 2 * y) * row;
            conv_list_kernels().unpool(
                gradients_of(windows.from((i * windows.rows + y) * windows.columns),
                             windows.columns),
                to, to + row);
        }
}

void conv2d_backward_data(const Conv2D& c, const PackedConv2D& packed, const float* grad_y,
                          std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    backward_data(c, packed, ConvOutputs(c, grad_y, nullptr), n, grad_x, scratch);
}

void conv2d_backward_weights(const Conv2D& c, const float* x, const float* grad_y, std::ptrdiff_t n,
                             float* grad_kernel, float* grad_bias, Scratch& scratch) {
    backward_weights(c, x, ConvOutputs(c, grad_y, nullptr), n, grad_kernel, grad_bias, scratch);
}

void conv2d_relu_pool_backward_data(const Conv2D& c, const PackedConv2D& packed,
                                    const float* grad_pooled, const std::uint8_t* choice,
                                    std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    backward_data(c, packed, ConvOutputs(c, grad_pooled, choice), n, grad_x, scratch);
}

void conv2d_relu_pool_backward_weights(const Conv2D& c, const float* x, const float* grad_pooled,
                                       const std::uint8_t* choice, std::ptrdiff_t n,
                                       float* grad_kernel, float* grad_bias, Scratch& scratch) {
    backward_weights(c, x, ConvOutputs(c, grad_pooled, choice), n, grad_kernel, grad_bias, scratch);
}

}  // namespace imgmine
