#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

struct FloodFill {
    std::ptrdiff_t row = 0, column = 0;  ///< the seed, inside of the image
    double tolerance = 0;                ///< >= 0; how far a value may be from the seed's
    int connectivity = 4;                ///< 4 or 8
};

/// Sets `mask`, of the size of `image`, to 1 where pixels of T = std::uint8_t or float are
/// connected with the seed by pixels each of whose channels is within the tolerance of the seed's,
/// else to 0.
///
/// Run by run, on one thread; time and memory are linear in the pixels. NaN is near nothing.
///
/// Throws std::invalid_argument for a seed outside and parameters out of their ranges.
template <class T>
void flood_mask(ImageView<const T> image, ImageView<std::uint8_t> mask, const FloodFill& options);

/// Sets the pixels that flood_mask finds in an image to `value`: one number, or one for each
/// channel; for bytes whole numbers from 0 to 255.
template <class T>
void flood_fill(ImageView<T> image, const std::vector<double>& value, const FloodFill& options);

}  // namespace imgmine
