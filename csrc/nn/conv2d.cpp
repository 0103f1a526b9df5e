#include "nn/conv2d.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "nn/conv2d_backward.hpp"
#include "nn/conv2d_dense.hpp"
#include "nn/conv2d_depthwise.hpp"
#include "nn/conv2d_groups.hpp"

namespace imgmine {

using namespace conv2d;

namespace {

void scatter_data(const Conv2D& c, const PackedConv2D& packed, const ConvOutputs& outputs,
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

/// The same where few gradients are zero: nothing is left out.
void sum_panels(const Conv2D& c, const float* x, const ConvOutputs& outputs, std::ptrdiff_t n,
                float* grad_kernel, Scratch& scratch) {
    // Gradients of 32 filters stay in the first-level cache while a few values' sums are formed.
    const Blocks blocks(outputs, n, in_size(c), 256, 1 << 20);
    const PanelSums sums(c, blocks, grad_kernel, scratch);
    for (std::ptrdiff_t i = 0; i < n; i += blocks.images)
        for (std::ptrdiff_t y = 0; y < outputs.rows; y += blocks.rows)
            sums.run(outputs.from(i * outputs.per_image() + y * outputs.columns).values, y,
                     std::min(y + blocks.rows, outputs.rows), std::min(blocks.images, n - i),
                     x + i * in_size(c));
}

/// The same for patches of few values.
void correlate_weights(const Conv2D& c, const float* x, const ConvOutputs& outputs,
                       std::ptrdiff_t n, float* grad_kernel, Scratch& scratch) {
    const ConvFrame frame(c, false);
    const std::size_t pitch = count(frame.width * c.channels);
    ConvCorrelate s{nullptr,
                    nullptr,
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
    const auto run = outputs.choice ? conv_backward_kernels().correlate_pooled
                                    : conv_backward_kernels().correlate;
    for_frames(c, frame, x, n, 1, scratch, [&](auto i, auto, const float* image) {
        const ConvOutputs own = outputs.from(i * outputs.per_image());
        s.gradients = own.values, s.choice = own.choice, s.image = image;
        run(s);
    });
}

void backward_weights(const Conv2D& c, const float* x, const ConvOutputs& outputs, std::ptrdiff_t n,
                      float* grad_kernel, float* grad_bias, Scratch& scratch) {
    const bool lists = Patch(c).n_vectors >= 8 && outputs.columns <= most_in_lists;
    if (lists && !outputs.choice && c.channels >= 16 && !is_sparse(c, outputs.values, n))
        sum_panels(c, x, outputs, n, grad_kernel, scratch);
    else if (lists)
        gather_weights(c, x, outputs, n, grad_kernel, scratch);
    else
        correlate_weights(c, x, outputs, n, grad_kernel, scratch);
    if (grad_bias)
        conv_list_kernels().add_up(gradients_of(outputs, n * outputs.per_image()), grad_bias);
}

void pack_groups(const Conv2D& c, const float* kernel, bool for_backward, Precision precision,
                 PackedConv2D& packed) {
    Scratch scratch;
    const Groups groups(c, scratch);
    float* own = groups.kernel();
    packed.groups.resize(count(c.groups));
    for (std::ptrdiff_t group = 0; group < c.groups; ++group) {
        groups.take_kernel(group, kernel, own);
        pack_conv2d(groups.one(), own, for_backward, precision, packed.groups[count(group)]);
    }
}

void forward_groups(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                    const Rectifier& rectifier, const float* x, std::ptrdiff_t n, float* y,
                    Scratch& scratch) {
    const Groups groups(c, scratch);
    groups.each(n, [&](auto group, auto first, auto n_images) {
        const float* own = groups.take_images(group, x + first * in_size(c), n_images);
        float* to = groups.outputs(n_images);
        conv2d_forward(groups.one(), packed.groups[count(group)],
                       bias ? bias + group * groups.one().filters : nullptr, rectifier, own,
                       n_images, to, scratch);
        groups.put_outputs(group, to, n_images, y + first * out_size(c));
    });
}

void backward_groups(const Conv2D& c, const PackedConv2D& packed, const float* grad_y,
                     std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    const Groups groups(c, scratch);
    groups.each(n, [&](auto group, auto first, auto n_images) {
        const float* own = groups.take_outputs(group, grad_y + first * out_size(c), n_images);
        float* to = groups.images(n_images);
        conv2d_backward_data(groups.one(), packed.groups[count(group)], own, n_images, to, scratch);
        groups.put_images(group, to, n_images, grad_x + first * in_size(c));
    });
}

void backward_groups_weights(const Conv2D& c, const float* x, const float* grad_y, std::ptrdiff_t n,
                             float* grad_kernel, float* grad_bias, Scratch& scratch) {
    const Groups groups(c, scratch);
    groups.each(n, [&](auto group, auto first, auto n_images) {
        const float* images = groups.take_images(group, x + first * in_size(c), n_images);
        const float* outputs = groups.take_outputs(group, grad_y + first * out_size(c), n_images);
        float* sums = groups.kernel();
        conv2d_backward_weights(groups.one(), images, outputs, n_images, sums,
                                grad_bias ? grad_bias + group * groups.one().filters : nullptr,
                                scratch);
        groups.add_kernel(group, sums, grad_kernel);
    });
}

}  // namespace

void pack_conv2d(const Conv2D& c, const float* kernel, bool for_backward, Precision precision,
                 PackedConv2D& packed) {
    require(!for_backward || is_depthwise(c) || c.filters <= most_in_lists,
            "filters must be at most " + std::to_string(most_in_lists) + " to be trained, got " +
                std::to_string(c.filters));
    packed.precision = precision;
    packed.backward.clear();
    packed.reverse.clear();
    if (is_depthwise(c)) return pack_depthwise(c, kernel, for_backward, packed);
    if (c.groups > 1) return pack_groups(c, kernel, for_backward, precision, packed);
    pack_forward(c, kernel, packed);
    if (!for_backward) return;
    pack_backward(c, kernel, packed);
    if (packed.for_dense && is_reversible(c)) pack_reverse(c, kernel, packed);
}

void conv2d_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                    const Rectifier& rectifier, const float* x, std::ptrdiff_t n, float* y,
                    Scratch& scratch) {
    if (is_depthwise(c)) return depthwise_forward(c, packed, bias, rectifier, x, n, y);
    if (c.groups > 1) return forward_groups(c, packed, bias, rectifier, x, n, y, scratch);
    if (!uses_pairs(c, packed.precision))
        return sum_parts(c, packed.forward.data(), bias, rectifier, x, n, y, scratch);
    const ConvFrame frame(c, false);
    ConvSums sums = sums_of(c, packed.precision, packed.forward.data(), frame, bias, scratch);
    sums.rows = count(c.out_height), sums.columns = count(c.out_width);
    sums.relu = rectifier.relu, sums.limit = rectifier.limit;
    for_images(c, packed.precision, frame, x, n, scratch, [&](const float* image, auto i) {
        sums.x = image;
        conv_kernels().forward_pairs(sums, y + i * c.out_height * c.out_width * c.filters);
    });
}

void conv2d_relu_pool_forward(const Conv2D& c, const PackedConv2D& packed, const float* bias,
                              const float* x, std::ptrdiff_t n, float* pooled, std::uint8_t* choice,
                              Scratch& scratch) {
    const std::ptrdiff_t rows = c.out_height / 2, columns = c.out_width / 2,
                         size = rows * columns * c.filters;
    const ConvFrame frame(c, false);
    ConvSums sums = sums_of(c, packed.precision, packed.forward.data(), frame, bias, scratch);
    sums.rows = count(rows), sums.columns = count(columns);
    const ConvKernels& loops = conv_kernels();
    const auto run =
        uses_pairs(c, packed.precision) ? loops.forward_pooled_pairs : loops.forward_pooled;
    for_images(c, packed.precision, frame, x, n, scratch, [&](const float* image, auto i) {
        sums.x = image;
        run(sums, pooled + i * size, choice ? choice + i * size : nullptr);
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
    if (is_depthwise(c)) return depthwise_backward_data(c, packed, grad_y, n, grad_x);
    if (c.groups > 1) return backward_groups(c, packed, grad_y, n, grad_x, scratch);
    const std::ptrdiff_t size = out_size(c);
    const auto leaves_out = [&](std::ptrdiff_t i) {
        return packed.reverse.empty() || is_sparse(c, grad_y + i * size);
    };
    for (std::ptrdiff_t i = 0, end = 0; i < n; i = end) {
        const bool sparse = leaves_out(i);
        for (end = i + 1; end < n && leaves_out(end) == sparse;) ++end;
        if (sparse)
            scatter_data(c, packed, ConvOutputs(c, grad_y + i * size, nullptr), end - i,
                         grad_x + i * in_size(c), scratch);
        else
            reverse_data(c, packed, grad_y + i * size, end - i, grad_x + i * in_size(c), scratch);
    }
}

void conv2d_backward_weights(const Conv2D& c, const float* x, const float* grad_y, std::ptrdiff_t n,
                             float* grad_kernel, float* grad_bias, Scratch& scratch) {
    const ConvOutputs outputs(c, grad_y, nullptr);
    if (is_depthwise(c)) {
        depthwise_backward_weights(c, x, grad_y, n, grad_kernel);
        if (grad_bias)
            conv_list_kernels().add_up(gradients_of(outputs, n * outputs.per_image()), grad_bias);
        return;
    }
    if (c.groups > 1)
        return backward_groups_weights(c, x, grad_y, n, grad_kernel, grad_bias, scratch);
    backward_weights(c, x, outputs, n, grad_kernel, grad_bias, scratch);
}

void conv2d_relu_pool_backward_data(const Conv2D& c, const PackedConv2D& packed,
                                    const float* grad_pooled, const std::uint8_t* choice,
                                    std::ptrdiff_t n, float* grad_x, Scratch& scratch) {
    scatter_data(c, packed, ConvOutputs(c, grad_pooled, choice), n, grad_x, scratch);
}

void conv2d_relu_pool_backward_weights(const Conv2D& c, const float* x, const float* grad_pooled,
                                       const std::uint8_t* choice, std::ptrdiff_t n,
                                       float* grad_kernel, float* grad_bias, Scratch& scratch) {
    backward_weights(c, x, ConvOutputs(c, grad_pooled, choice), n, grad_kernel, grad_bias, scratch);
}

}  // namespace imgmine
