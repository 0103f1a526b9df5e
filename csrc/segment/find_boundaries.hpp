#pragma once

#include <cstdint>
#include <string_view>

#include "base/image.hpp"

namespace imgmine {

enum class BoundaryMode {
    thick,  ///< pixels on both sides
    inner,  ///< those with a label
    outer,  ///< those without, and those of regions that touch
};

/// "thick", "inner" or "outer".
BoundaryMode boundary_mode_from_name(std::string_view name);

/// Writes 1 where one of a pixel's 4 or 8 neighbors has another label, as far as the mode counts
/// it, else 0. In mode `outer` a labelled pixel counts only if there are two labels, not counting
/// 0, among it and its 8 neighbors.
///
/// `dst` must have the shape of `labels`, of one channel. Throws std::invalid_argument unless
/// connectivity is 4 or 8.
void find_boundaries(ImageView<const std::int32_t> labels, BoundaryMode mode, int connectivity,
                     ImageView<std::uint8_t> dst);

}  // namespace imgmine
