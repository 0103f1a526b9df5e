#pragma once

#include "features/bands.hpp"
#include "features/color_histogram.hpp"

namespace imgmine {

/// Writes, for each distance and each of at most 256 joint colors, how probable it is that a pixel
/// at that chessboard distance of one of this color, and in the image, has this color, too
/// (auto-correlogram of Huang et al. 1997). 0 for colors that do not occur. Distances are from 1 to
/// 31.
void color_correlogram(ImageView<const std::uint8_t> image, const ColorBins& bins,
                       const std::vector<int>& distances, float* out);

/// The same in bands of rows.
AnyBandDescriptor correlogram_in_bands(const ColorBins& bins, const std::vector<int>& distances);

}  // namespace imgmine
