#pragma once

#include <cstdint>
#include <optional>

#include "base/image.hpp"

namespace imgmine {

/// When joining regions ends.
struct RegionMerging {
    std::optional<std::int64_t> n_regions;               ///< no fewer than these
    std::optional<double> threshold;                     ///< nothing is joined that costs more
    double color = 0.01, edge = 0.08, histograms = 0.8;  ///< what differences weigh
};

/// Joins the two neighboring regions that differ least, again and again, and writes labels of 1..n
/// in the order of first pixels; 0 stays 0. Returns n.
///
/// What joining costs is s (m / p)^(1/5). The regions' pixels weigh in m, the product of their
/// numbers by their sum and by all regions' pixels; p is the part of the border of the region with
/// the shorter one that is common to both. s = color d + edge g + histograms (c + t + c' + t'):
/// the distance d of mean colors (L*a*b*, a* and b* counting double), the mean gradient g along the
/// common border (after a Gaussian of sigma 1), the chi-squared distances, 0 to 1, of the
/// histograms of colors, c, and of textures, t, and the means along the common border of those, c'
/// and t', that the given regions have that meet there. Textures are gradients of L* by strength
/// and direction, at two scales. Of equal costs the one with the lower labels counts.
///
/// Without n_regions and threshold the threshold is 1, without either alone it is the other that
/// counts. 450 bytes a region, and time with the regions times their neighbors, beside a few passes
/// over the image.
///
/// Throws std::invalid_argument unless n_regions is positive, threshold finite and not negative,
/// weights are from 0 to 10^6, labels are not negative, and the image has their size and 1 or 3
/// channels, R first.
std::int32_t merge_regions(ImageView<const std::uint8_t> image,
                           ImageView<const std::int32_t> labels, const RegionMerging& options,
                           ImageView<std::int32_t> out);

}  // namespace imgmine
