#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Which regions meet, one entry for each two of them, by their labels; the lower one is first.
struct RegionAdjacency {
    std::vector<std::int32_t> one, other;
    std::vector<std::int64_t> length;     ///< pairs of pixels side by side or one above the other
    std::vector<float> color_difference;  ///< of the regions' mean colors; empty without an image
    std::vector<float> gradient;          ///< mean difference across the border, smoothed; or empty
};

/// Finds which regions of a label image meet; 0 is no region.
///
/// Differences are Euclidean, in L*a*b*, of an image of 1 or 3 channels, R first, if there is one.
/// Those across a border are between the two pixels of each pair, after a Gaussian of sigma 1. Time
/// grows with the pixels, and as n log n with the borders.
///
/// Throws std::invalid_argument if a label is negative, or unless the image has the size of
/// `labels` and 1 or 3 channels.
RegionAdjacency region_adjacency(ImageView<const std::int32_t> labels,
                                 const ImageView<const std::uint8_t>* image);

}  // namespace imgmine
