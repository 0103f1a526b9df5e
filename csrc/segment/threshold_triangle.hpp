#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// The value whose count lies farthest below the line from the histogram's peak to the end of its
/// longer tail (Zack, Rogers and Latt 1977); the first of equals as seen from that end, and the
/// lowest of equal peaks. The value of an image of one value; 0 of none.
///
/// Throws std::invalid_argument unless there is one channel.
int threshold_triangle(ImageView<const std::uint8_t> image);

}  // namespace imgmine
