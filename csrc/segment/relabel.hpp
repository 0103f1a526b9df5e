#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Writes labels 1 to n in place of those of an image, in their order; 0 stays 0. Returns n.
///
/// `dst` must have the shape of `labels`, of one channel. Throws std::invalid_argument if a label
/// is negative. However large the labels are, memory grows with the image only.
std::int32_t relabel(ImageView<const std::int32_t> labels, ImageView<std::int32_t> dst);

}  // namespace imgmine
