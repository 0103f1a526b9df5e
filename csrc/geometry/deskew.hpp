#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// How far x moves per row of a shape's slant: mu11 / mu02 of its ink, which is what differs from
/// `background` (one number per channel). 0 where there is no ink, or only on one row.
template <class T>
double shear_of(ImageView<const T> image, const std::vector<float>& background);

/// By how many degrees lines of text are turned counter-clockwise, within +-max_angle: where the
/// ink's projection along the lines is roughest (sum of its squared differences), coarse to fine.
/// Throws std::invalid_argument unless 0 < max_angle <= 45.
template <class T>
double text_angle_of(ImageView<const T> image, const std::vector<float>& background,
                     double max_angle);

extern template double shear_of(ImageView<const std::uint8_t>, const std::vector<float>&);
extern template double shear_of(ImageView<const float>, const std::vector<float>&);
extern template double text_angle_of(ImageView<const std::uint8_t>, const std::vector<float>&,
                                     double);
extern template double text_angle_of(ImageView<const float>, const std::vector<float>&, double);

}  // namespace imgmine
