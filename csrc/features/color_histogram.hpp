#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"
#include "features/areas.hpp"

namespace imgmine {

enum class ColorSpace { rgb, hsv, lab, opponent };

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

/// 3 x 256 numbers: what a value of each channel adds to the bin's number.
std::vector<std::uint32_t> joint_luts(const ColorBins& bins);

/// Rows of pixels in a color space, as bytes.
class ColorRows {
  public:
    explicit ColorRows(ColorSpace space) : space_(space) {}
    /// n_pixels times three bytes, which stay where they are until the next call.
    const std::uint8_t* convert(const std::uint8_t* pixels, std::size_t n_pixels,
                                std::ptrdiff_t channels);

  private:
    ColorSpace space_;
    std::vector<std::uint8_t> row_;
};

/// Counts the pixels of rows, many a call: shared by color_histogram and recipes.
class ColorCounter {
  public:
    explicit ColorCounter(const ColorBins& bins, std::ptrdiff_t channels = 3);
    void add(const std::uint8_t* pixels, std::size_t n_pixels) { add(pixels, n_pixels, channels_); }
    void add(const std::uint8_t* pixels, std::size_t n_pixels, std::ptrdiff_t channels);
    /// The same for pixels that are in the color space already.
    void add_converted(const std::uint8_t* pixels, std::size_t n_pixels);
    void flush(std::vector<std::uint64_t>& counts) { flush(counts.data()); }
    /// Adds what was counted to counts, one a bin, and starts anew.
    void flush(std::uint64_t* counts);
    std::size_t bins_per_pixel() const { return bins_.joint ? 1 : 3; }
    void find_bins(const std::uint8_t* pixels, std::size_t n_pixels, std::int32_t* out);

  private:
    void spill();

    ColorBins bins_;
    std::ptrdiff_t channels_;
    ColorRows rows_;
    std::vector<std::uint32_t> luts_;    // 3 x 256: what a value adds to the bin's number
    std::vector<std::uint32_t> tables_;  // several that take turns, of bins or of all values
    std::vector<std::uint64_t> total_;
    std::size_t stride_;  // from one table to the next
    std::size_t held_ = 0;
};

/// The color histogram of an RGB(A) image, place by place: alpha is left out.
///
/// HSV is 8-bit with hue in [0, 180), Lab is 8-bit with L* scaled to 255 and a*, b* plus 128, both
/// as in OpenCV; "opponent" is (R - G + 255) / 2, (R + G - 2B + 510) / 4 and (R + G + B) / 3, all
/// rounded down; bins are equal parts of these ranges.
std::vector<std::uint64_t> color_histogram(ImageView<const std::uint8_t> image,
                                           const ColorBins& bins, const Areas& areas = {});

}  // namespace imgmine
