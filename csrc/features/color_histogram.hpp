#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

enum class ColorSpace { rgb, hsv, lab };

ColorSpace color_space_from_name(std::string_view name);

/// How colors are counted: bins a channel, and whether together (a cube) or one channel after the
/// other.
struct ColorBins {
    ColorSpace space;
    std::array<int, 3> bins;
    bool joint;

    /// Throws std::invalid_argument unless every count is from 1 to 256.
    void check() const;
    /// Length of the histogram.
    std::size_t size() const;
};

/// Counts the pixels of rows, many a call: shared by color_histogram and recipes.
class ColorCounter {
  public:
    explicit ColorCounter(const ColorBins& bins);
    void add(const std::uint8_t* pixels, std::size_t n_pixels, std::ptrdiff_t channels);
    void flush(std::vector<std::uint64_t>& counts);

  private:
    void spill();

    ColorBins bins_;
    std::vector<std::uint32_t> luts_;  // 3 x 256: what a value adds to the bin's number
    std::vector<std::uint32_t> counts_;
    std::vector<std::uint64_t> total_;
    std::vector<std::uint8_t> row_;
    std::size_t held_ = 0;
};

/// The color histogram of an RGB(A) image: alpha is left out.
///
/// HSV is 8-bit with hue in [0, 180), Lab is 8-bit with L* scaled to 255 and a*, b* plus 128, both
/// as in OpenCV; bins are equal parts of these ranges.
std::vector<std::uint64_t> color_histogram(ImageView<const std::uint8_t> image,
                                           const ColorBins& bins);

}  // namespace imgmine
