#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

struct RegionGrow {
    double tolerance = 0;  ///< >= 0, may be infinite
    int connectivity = 4;  ///< 4 or 8
};

/// Grows regions of an image of T = std::uint8_t or float: on entry `labels` holds seeds, > 0, and
/// 0 elsewhere; on return the pixels that regions took have their labels.
///
/// Regions compete (Adams and Bischof 1994): a pixel that a region meets waits at its squared
/// Euclidean distance from the region's mean of that moment, unless it is beyond the tolerance; the
/// least distance comes first, of equals the one that has waited longest, and where no other region
/// was faster the pixel joins and moves the mean. Seeds meet their neighbors row by row; neighbors
/// are met in the order above, left, right, below, then the diagonals in rows.
///
/// On one thread, in n log n time. Throws std::invalid_argument for labels of another size,
/// negative seeds and parameters out of their ranges.
template <class T>
void region_grow(ImageView<const T> image, ImageView<std::int32_t> labels,
                 const RegionGrow& options);

}  // namespace imgmine
