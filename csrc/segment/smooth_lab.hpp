#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "color/lab.hpp"
#include "filters/gaussian_blur.hpp"

namespace imgmine {

/// L*a*b* of an image of 3 channels, R first, or of one, gray being R = G = B: as rgb2lab() of
/// bytes has it, and in units of their own, smoothed.
class SmoothLab {
  public:
    explicit SmoothLab(ImageView<const std::uint8_t> image)
        : height_(image.height),
          width_(image.width),
          bytes_(static_cast<std::size_t>(3 * image.height * image.width)) {
        require(image.channels == 1 || image.channels == 3,
                "image must have 1 or 3 channels, got " + std::to_string(image.channels));
        const ImageView<std::uint8_t> lab{bytes_.data(), height_, width_, 3, 3 * width_};
        if (image.channels == 3) {
            rgb2lab(image, lab);
        } else {
            const auto rgb = repeated(image);
            rgb2lab<std::uint8_t>({rgb.data(), height_, width_, 3, 3 * width_}, lab);
        }
        for (std::size_t c = 0; c < 3; ++c) planes_[c] = smooth(c, 1);
    }

    /// Three bytes a pixel: L* times 255/100, a* + 128, b* + 128.
    const std::uint8_t* bytes(std::ptrdiff_t y) const { return bytes_.data() + 3 * y * width_; }

    /// Smoothed with sigma 1.
    std::vector<ImageView<const float>> planes() const {
        std::vector<ImageView<const float>> views;
        for (const auto& plane : planes_)
            views.push_back({plane.data(), height_, width_, 1, width_});
        return views;
    }

    /// A channel smoothed otherwise.
    std::vector<float> smooth(std::size_t channel, double sigma) const {
        std::vector<float> plane(bytes_.size() / 3), out(plane.size());
        const float unit = channel == 0 ? 100.0f / 255 : 1.0f;
        parallel_for(height_, row_grain(width_, 1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            for (auto i = static_cast<std::size_t>(first * width_),
                      end = static_cast<std::size_t>(last * width_);
                 i < end; ++i)
                plane[i] = static_cast<float>(bytes_[3 * i + channel]) * unit;
        });
        gaussian_blur<float>({plane.data(), height_, width_, 1, width_},
                             {out.data(), height_, width_, 1, width_}, {sigma, {}},
                             Border::reflect);
        return out;
    }

  private:
    static std::vector<std::uint8_t> repeated(ImageView<const std::uint8_t> gray) {
        std::vector<std::uint8_t> rgb(static_cast<std::size_t>(3 * gray.height * gray.width));
        for (std::ptrdiff_t y = 0; y < gray.height; ++y)
            for (std::ptrdiff_t x = 0; x < 3 * gray.width; ++x)
                rgb[static_cast<std::size_t>(3 * y * gray.width + x)] = gray.row(y)[x / 3];
        return rgb;
    }

    std::ptrdiff_t height_, width_;
    std::vector<std::uint8_t> bytes_;
    std::vector<float> planes_[3];
};

}  // namespace imgmine
