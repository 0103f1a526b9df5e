#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

struct Superpixels {
    std::int64_t n_segments = 300;
    double compactness = 5;    ///< of the small regions it begins with
    double edge_weight = 0.5;  ///< how much the contrast along a border counts beside mean colors
};

/// Divides an image of 1 or 3 channels, R first, into n_segments connected regions that follow its
/// edges: small ones of SLIC, of which the two that differ least are joined again and again. What
/// joining costs is n m / (n + m) (d + w e) / sqrt(sqrt(p)) of regions of n and m pixels whose mean
/// colors (L*a*b*) are d apart and which meet along p pixels' sides; e is the mean difference
/// across those of means of 3 x 3 pixels. Of equal costs the one with the first border counts.
///
/// Writes labels of 1..n in the order of their first pixels; returns n, which is below n_segments
/// only where the image has fewer pixels than about 12 for each.
///
/// Throws std::invalid_argument unless the options are in range.
std::int32_t superpixels(ImageView<const std::uint8_t> image, const Superpixels& options,
                         ImageView<std::int32_t> labels);

}  // namespace imgmine
