#pragma once

#include <algorithm>
#include <vector>

#include "base/image.hpp"
#include "kernels/hog.hpp"

namespace imgmine {

inline void difference(const std::uint8_t* a, const std::uint8_t* b, bool of_roots, float* out,
                       std::ptrdiff_t n) {
    hog_kernels().difference_u8(a, b, of_roots, out, static_cast<std::size_t>(n));
}
inline void difference(const float* a, const float* b, bool of_roots, float* out,
                       std::ptrdiff_t n) {
    hog_kernels().difference_f32(a, b, of_roots, out, static_cast<std::size_t>(n));
}

/// The centered gradients [-1 0 1] of a row's pixels, the longest of each pixel's channels; zero
/// across the image's edges.
template <class T>
class CenteredGradients {
  public:
    CenteredGradients(ImageView<const T> image, bool of_roots, std::ptrdiff_t n_pixels)
        : image_(image),
          of_roots_(of_roots),
          x_(static_cast<std::size_t>(n_pixels * image.channels)),
          y_(x_.size()) {}

    /// Of pixels [first, last) of row y.
    void of(std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t c = image_.channels, n = (last - first) * c;
        const T* const row = image_.row(y);
        const std::ptrdiff_t from = std::max<std::ptrdiff_t>(first, 1);
        const std::ptrdiff_t to = std::min(last, image_.width - 1);
        if (first == 0 || last == image_.width) std::fill_n(x_.begin(), n, 0.0f);
        if (from < to)
            difference(row + (from - 1) * c, row + (from + 1) * c, of_roots_,
                       x_.data() + (from - first) * c, (to - from) * c);
        if (y > 0 && y < image_.height - 1)
            difference(image_.row(y - 1) + first * c, image_.row(y + 1) + first * c, of_roots_,
                       y_.data(), n);
        else
            std::fill_n(y_.begin(), n, 0.0f);
        if (c > 1)
            hog_kernels().strongest(x_.data(), y_.data(), static_cast<std::size_t>(c),
                                    static_cast<std::size_t>(last - first));
    }

    const float* x() const { return x_.data(); }
    const float* y() const { return y_.data(); }

  private:
    ImageView<const T> image_;
    bool of_roots_;
    std::vector<float> x_, y_;
};

}  // namespace imgmine
