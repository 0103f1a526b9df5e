#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "filters/gaussian_blur.hpp"
#include "kernels/sift.hpp"

namespace imgmine {

/// A gray image of floats, 16 readable ones behind the last.
class Plane {
  public:
    Plane(std::ptrdiff_t height, std::ptrdiff_t width)
        : height_(height),
          width_(width),
          values_(new float[static_cast<std::size_t>(height * width + 16)]) {
        std::fill_n(values_.get() + height * width, 16, 0.0f);
    }
    ImageView<float> view() { return {values_.get(), height_, width_, 1, width_}; }
    ImageView<const float> read() const { return {values_.get(), height_, width_, 1, width_}; }
    std::ptrdiff_t height() const { return height_; }
    std::ptrdiff_t width() const { return width_; }
    const float* row(std::ptrdiff_t y) const { return values_.get() + y * width_; }

  private:
    std::ptrdiff_t height_, width_;
    std::unique_ptr<float[]> values_;
};

/// The same picture at layers + 3 scales, each 2^(1 / layers) of the one before.
using Octave = std::vector<Plane>;

inline Plane blurred(const Plane& plane, double sigma) {
    Plane out(plane.height(), plane.width());
    gaussian_blur(plane.read(), out.view(), {sigma, {}}, Border::reflect101, BlurMethod::exact);
    return out;
}

inline Plane to_floats(ImageView<const std::uint8_t> image) {
    Plane out(image.height, image.width);
    for (std::ptrdiff_t y = 0; y < image.height; ++y)
        std::copy_n(image.row(y), image.width, out.view().row(y));
    return out;
}

/// Twice the size: pixel (2y, 2x) is pixel (y, x), those between are means.
inline Plane doubled(ImageView<const std::uint8_t> image) {
    Plane out(2 * image.height, 2 * image.width);
    const ImageView<float> view = out.view();
    const auto n = static_cast<std::size_t>(image.width);
    parallel_for(
        image.height, row_grain(4 * image.width, 0.5),
        [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<float> here(n), below(n);
            for (std::ptrdiff_t y = first; y < last; ++y) {
                std::copy_n(image.row(y), n, here.begin());
                std::copy_n(image.row(std::min(y + 1, image.height - 1)), n, below.begin());
                sift_kernels().double_row(here.data(), here.data(), view.row(2 * y), n);
                sift_kernels().double_row(here.data(), below.data(), view.row(2 * y + 1), n);
            }
        });
    return out;
}

/// Every second pixel of every second row.
inline Plane halved(const Plane& plane) {
    Plane out(plane.height() / 2, plane.width() / 2);
    for (std::ptrdiff_t y = 0; y < out.height(); ++y) {
        const float* from = plane.row(2 * y);
        float* to = out.view().row(y);
        for (std::ptrdiff_t x = 0; x < out.width(); ++x) to[x] = from[2 * x];
    }
    return out;
}

/// 2^x.
inline double exp2_same_bits(double x) {
    return exp_same_bits(x * 0.6931471805599453);
}

/// All octaves down to images too small for an extremum `border` pixels off their edges.
inline std::vector<Octave> scale_space(ImageView<const std::uint8_t> image, double sigma,
                                       int layers, bool upsample, std::ptrdiff_t border) {
    const double camera = upsample ? 1.0 : 0.5;  // the blur that a sharp picture has already
    const double first_blur = std::sqrt(std::max(sigma * sigma - camera * camera, 0.01));
    std::vector<Octave> octaves;
    Plane base = blurred(upsample ? doubled(image) : to_floats(image), first_blur);
    while (std::min(base.height(), base.width()) > 2 * border) {
        Octave& octave = octaves.emplace_back();
        octave.reserve(static_cast<std::size_t>(layers) + 3);
        octave.push_back(std::move(base));
        for (int i = 1; i < layers + 3; ++i) {
            const double before = sigma * exp2_same_bits(static_cast<double>(i - 1) / layers);
            const double after = sigma * exp2_same_bits(static_cast<double>(i) / layers);
            octave.push_back(blurred(octave.back(), std::sqrt(after * after - before * before)));
        }
        base = halved(octave[static_cast<std::size_t>(layers)]);
    }
    return octaves;
}

}  // namespace imgmine
