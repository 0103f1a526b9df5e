#pragma once

#include <cstdint>
#include <vector>

#include "features/keypoint.hpp"

namespace imgmine {

/// Corners by the segment test on circles of radius 3, nine of sixteen (Rosten and Drummond 2006),
/// row by row, left to right. Their response is the largest threshold at which they are corners.
/// `nonmax` keeps those whose response is larger than that of their eight neighbors. Throws
/// std::invalid_argument unless 0 <= threshold <= 255, or where the mask has another size.
std::vector<Keypoint> fast(ImageView<const std::uint8_t> image, int threshold, bool nonmax,
                           const KeypointMask& mask = {});

}  // namespace imgmine
