#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Numbers the connected components of the pixels that are not 0, from 1 on, in the order of their
/// first pixels, row by row; writes the number of each pixel's, or 0, and returns how many there
/// are.
///
/// `labels` must have the shape of `mask`, of one channel. Throws std::invalid_argument unless
/// connectivity is 4 or 8 and there are fewer than 2^31 pixels. One pass over the mask and one over
/// the labels; memory for the runs of pixels within rows.
std::int32_t label(ImageView<const std::uint8_t> mask, int connectivity,
                   ImageView<std::int32_t> labels);

}  // namespace imgmine
