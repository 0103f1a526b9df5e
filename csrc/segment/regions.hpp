#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "segment/components.hpp"
#include "segment/moment_sums.hpp"
#include "segment/region_outline.hpp"

namespace imgmine {

/// Where a region is: its pixels, the box of rows [top, bottom) and columns [left, right), and the
/// sums of their rows and columns.
struct RegionExtent {
    std::int64_t area = 0, top = 0, left = 0, bottom = 0, right = 0, sum_y = 0, sum_x = 0;
};

/// Of the values of one channel in a region.
struct RegionValues {
    double mean = 0, deviation = 0, least = 0, most = 0;
};

/// The regions of a label image, in the order of their labels, 0 being none; as runs of pixels, so
/// that the image is not needed any more.
class Regions {
  public:
    /// One pass over the image. However large labels are, memory grows with the image only. Throws
    /// std::invalid_argument if a label is negative or there are 2^31 pixels or more.
    explicit Regions(ImageView<const std::int32_t> image);

    /// In rising order.
    const std::vector<std::int32_t>& labels() const { return labels_; }
    std::ptrdiff_t height() const { return height_; }
    std::ptrdiff_t width() const { return width_; }
    const std::vector<RunBand>& bands() const { return bands_; }

    std::vector<RegionExtent> extents() const;
    /// About the upper left corner of the box.
    std::vector<MomentSums<WideInteger>> moments() const;
    std::vector<RegionOutline> outlines() const;
    /// Pixels of the convex hull of the middles of all sides of pixels.
    std::vector<std::int64_t> convex_areas() const;
    /// Of each region its channels, of an image of the size of the label image; the sums of bytes
    /// are exact, those of floats are taken in double row by row.
    std::vector<RegionValues> values(ImageView<const std::uint8_t> image) const;
    std::vector<RegionValues> values(ImageView<const float> image) const;
    /// Writes the place of each pixel's region, from 1 on, or 0.
    void paint(ImageView<std::int32_t> dst) const;
    void paint_row(std::ptrdiff_t y, std::int32_t* row) const;

  private:
    void number();

    std::ptrdiff_t height_, width_, rows_of_band_;
    std::vector<RunBand> bands_;
    std::vector<std::int32_t> labels_;
};

}  // namespace imgmine
