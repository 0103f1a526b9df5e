#pragma once

#include "features/color_histogram.hpp"

namespace imgmine {

/// Writes nine values a place: mean, standard deviation and cube root of the third central moment,
/// which has its sign, of each channel of the color space (Stricker and Orengo 1995).
///
/// Sums are of whole numbers, and exact; a place without pixels has zeros.
void color_moments(ImageView<const std::uint8_t> image, ColorSpace space, const Areas& areas,
                   float* out);

/// All values of the channels, of which counts are taken for moments.
ColorBins moment_bins(ColorSpace space);
/// Writes the moments of `n` places, given their counts.
void write_moments(const std::uint64_t* counts, std::size_t n, ColorSpace space, float* out);

}  // namespace imgmine
