#pragma once

#include "nn/conv2d_frame.hpp"

// Convolutions whose filters are in groups, each of which sees its own channels: group by group, of
// copies of its channels.
namespace imgmine::conv2d {

/// What one of the groups does.
inline Conv2D group_of(const Conv2D& c) {
    Conv2D one = c;
    one.channels /= c.groups, one.filters /= c.groups, one.groups = 1;
    return one;
}

/// Of each of n runs of `all` values, those from `first` on, `some` of them.
inline void take_channels(const float* from, std::ptrdiff_t n, std::ptrdiff_t all,
                          std::ptrdiff_t first, std::ptrdiff_t some, float* to) {
    for (from += first; n-- > 0; from += all, to += some) std::copy_n(from, some, to);
}

inline void put_channels(const float* from, std::ptrdiff_t n, std::ptrdiff_t all,
                         std::ptrdiff_t first, std::ptrdiff_t some, float* to) {
    for (to += first; n-- > 0; from += some, to += all) std::copy_n(from, some, to);
}

/// Each group's own share of images, outputs and kernels, in a thread's scratch memory.
class Groups {
  public:
    Groups(const Conv2D& c, Scratch& scratch) : c_(c), one_(group_of(c)), scratch_(scratch) {}

    const Conv2D& one() const { return one_; }

    /// body(group) for each group, some images at a time: body(group, first image, how many).
    template <class Body>
    void each(std::ptrdiff_t n, const Body& body) const {
        const std::ptrdiff_t size = std::max(in_size(one_), out_size(one_));
        const std::ptrdiff_t most = std::max<std::ptrdiff_t>(1, (1 << 18) / size);
        for (std::ptrdiff_t i = 0; i < n; i += most)
            for (std::ptrdiff_t group = 0; group < c_.groups; ++group)
                body(group, i, std::min(most, n - i));
    }

    float* images(std::ptrdiff_t n) const {
        return scratch_.array<float>(images_array, n * in_size(one_));
    }
    float* outputs(std::ptrdiff_t n) const {
        return scratch_.array<float>(outputs_array, n * out_size(one_));
    }
    /// Zeros, as many as a group's kernel has values.
    float* kernel() const {
        float* zeros = scratch_.array<float>(kernel_array, n_taps() * one_.channels * one_.filters);
        return std::fill_n(zeros, n_taps() * one_.channels * one_.filters, 0.0f), zeros;
    }

    float* take_images(std::ptrdiff_t group, const float* x, std::ptrdiff_t n) const {
        float* own = images(n);
        take_channels(x, n * c_.height * c_.width, c_.channels, group * one_.channels,
                      one_.channels, own);
        return own;
    }
    void put_images(std::ptrdiff_t group, const float* own, std::ptrdiff_t n, float* x) const {
        put_channels(own, n * c_.height * c_.width, c_.channels, group * one_.channels,
                     one_.channels, x);
    }
    float* take_outputs(std::ptrdiff_t group, const float* y, std::ptrdiff_t n) const {
        float* own = outputs(n);
        take_channels(y, n * c_.out_height * c_.out_width, c_.filters, group * one_.filters,
                      one_.filters, own);
        return own;
    }
    void put_outputs(std::ptrdiff_t group, const float* own, std::ptrdiff_t n, float* y) const {
        put_channels(own, n * c_.out_height * c_.out_width, c_.filters, group * one_.filters,
                     one_.filters, y);
    }
    void take_kernel(std::ptrdiff_t group, const float* kernel, float* own) const {
        take_channels(kernel, n_taps() * one_.channels, c_.filters, group * one_.filters,
                      one_.filters, own);
    }
    void add_kernel(std::ptrdiff_t group, const float* own, float* kernel) const {
        kernel += group * one_.filters;
        for (std::ptrdiff_t i = 0; i < n_taps() * one_.channels; ++i, kernel += c_.filters)
            for (std::ptrdiff_t f = 0; f < one_.filters; ++f) kernel[f] += *own++;
    }

  private:
    std::ptrdiff_t n_taps() const { return c_.kernel_height * c_.kernel_width; }

    const Conv2D& c_;
    Conv2D one_;
    Scratch& scratch_;
};

}  // namespace imgmine::conv2d
