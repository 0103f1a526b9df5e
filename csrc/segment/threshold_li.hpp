#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// The threshold t for which the image and the one of the two classes' means, of values <= t and
/// > t, differ least in cross-entropy (Li and Lee 1993), by Li and Tam's iteration from the mean on
/// until it moves by half a level or less. The value of an image of one value; 0 of none.
///
/// Throws std::invalid_argument unless there is one channel.
double threshold_li(ImageView<const std::uint8_t> image);

}  // namespace imgmine
