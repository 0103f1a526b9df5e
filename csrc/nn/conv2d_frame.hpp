#pragma once

#include <algorithm>

#include "kernels/conv_backward.hpp"
#include "nn/conv2d.hpp"

// What the ways forward and backward through a convolution share.
namespace imgmine::conv2d {

inline std::size_t count(std::ptrdiff_t n) {
    return static_cast<std::size_t>(n);
}

inline std::ptrdiff_t round_up(std::ptrdiff_t n, std::ptrdiff_t to) {
    return (n + to - 1) / to * to;
}

inline std::ptrdiff_t in_size(const Conv2D& c) {
    return c.height * c.width * c.channels;
}

inline std::ptrdiff_t out_size(const Conv2D& c) {
    return c.out_height * c.out_width * c.filters;
}

/// Contiguous values under a row of the kernel.
inline std::ptrdiff_t run_size(const Conv2D& c) {
    return c.kernel_width * c.channels;
}

/// Arrays of a thread's scratch memory.
enum : std::size_t {
    frame_array,
    bias_array,
    sums_array,
    lists_array,
    places_array,
    rows_array,
    images_array,
    outputs_array,
    kernel_array
};

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

/// The part of an image that a convolution reads, with the zeros around it: the image itself where
/// it needs none, else a copy.
struct ConvFrame {
    std::ptrdiff_t height, width;
    bool copies;

    /// `whole_vectors`: loops take 16 values at a time of each row of the kernel.
    ConvFrame(const Conv2D& c, bool whole_vectors)
        : height((c.out_height - 1) * c.stride_y + c.kernel_height),
          width((c.out_width - 1) * c.stride_x + c.kernel_width),
          copies(c.pad_top || c.pad_left || height > c.height || width > c.width ||
                 (whole_vectors && c.kernel_width * c.channels % 16)) {
        if (!copies) height = c.height, width = c.width;
    }

    static constexpr std::ptrdiff_t slack = 16;  ///< behind the last of some frames

    std::ptrdiff_t size(const Conv2D& c) const { return height * width * c.channels; }

    /// body(first value in the image, first value in the frame, count) for each row of both.
    template <class Body>
    void rows(const Conv2D& c, const Body& body) const {
        const std::ptrdiff_t n_rows = std::min(c.height, height - c.pad_top),
                             n = std::min(c.width, width - c.pad_left) * c.channels;
        for (std::ptrdiff_t y = 0; y < n_rows; ++y)
            body(y * c.width * c.channels, ((y + c.pad_top) * width + c.pad_left) * c.channels, n);
    }

    /// Copies of n images; zeros are in `frames` already.
    void copy_in(const Conv2D& c, const float* x, std::ptrdiff_t n, float* frames) const {
        for (; n-- > 0; x += in_size(c), frames += size(c))
            rows(c, [&](auto from, auto to, auto count) {
                std::copy_n(x + from, count, frames + to);
            });
    }

    void copy_out(const Conv2D& c, const float* frames, std::ptrdiff_t n, float* x) const {
        std::fill_n(x, n * in_size(c), 0.0f);
        for (; n-- > 0; x += in_size(c), frames += size(c))
            rows(c, [&](auto to, auto from, auto count) {
                std::copy_n(frames + from, count, x + to);
            });
    }
};

/// Gradients of outputs, or of windows of 2 x 2 outputs, as many rows and columns as there are of
/// whichever they are.
struct ConvOutputs {
    const float* values;
    const std::uint8_t* choice;  ///< null: of outputs
    std::ptrdiff_t rows, columns, filters;

    ConvOutputs(const Conv2D& c, const float* gradients, const std::uint8_t* choices)
        : values(gradients),
          choice(choices),
          rows(choices ? c.out_height / 2 : c.out_height),
          columns(choices ? c.out_width / 2 : c.out_width),
          filters(c.filters) {}

    std::ptrdiff_t per_image() const { return rows * columns; }
    /// Outputs a row, or two rows of outputs that windows cover.
    std::ptrdiff_t per_row() const { return choice ? 4 * columns : columns; }
    std::ptrdiff_t step() const { return choice ? 2 : 1; }

    /// From output or window `first` on.
    ConvOutputs from(std::ptrdiff_t first) const {
        ConvOutputs rest = *this;
        rest.values += first * filters;
        if (choice) rest.choice += first * filters;
        return rest;
    }
};

}  // namespace imgmine::conv2d
