#pragma once

#include "features/bands.hpp"
#include "features/color_histogram.hpp"

namespace imgmine {

/// Writes nine values a place: mean, standard deviation and cube root of the third central moment,
/// which has its sign, of each channel of the color space (Stricker and Orengo 1995).
///
/// Sums are of whole numbers, and exact; a place without pixels has zeros.
void color_moments(ImageView<const std::uint8_t> image, ColorSpace space, const Areas& areas,
                   float* out);

/// The same of the cells of a grid, in bands of rows.
AnyBandDescriptor color_moments_in_bands(ColorSpace space, std::ptrdiff_t rows,
                                         std::ptrdiff_t columns);

}  // namespace imgmine
