#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Copies `src`, but for connected components of at most `max_size` pixels that are not zero: those
/// become zero. Pixels are connected with 4 or with 8 neighbors.
///
/// `dst` must have the shape of `src`, one channel, and must not overlap it. Throws
/// std::invalid_argument unless max_size is 0 or more and connectivity is 4 or 8. One pass over
/// the image, then one over the pixels that go; memory for the runs of two rows and for the part
/// of one speck.
void remove_specks(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
                   std::int64_t max_size, int connectivity);

}  // namespace imgmine
