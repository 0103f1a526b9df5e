#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

struct Watershed {
    int connectivity = 4;    ///< 4 or 8
    double compactness = 0;  ///< finite, >= 0
};

/// Floods an image of T = std::uint8_t or float from markers: on entry `labels` holds the markers,
/// > 0, and 0 elsewhere; on return every pixel that water reaches has the label of the marker it
/// came from. Where `mask` has pixels (else it is empty), those that are 0 in it stay 0.
///
/// A pixel waits at the greatest of its value, plus compactness times its distance in pixels from
/// the marker (Neubert and Protzel 2014), and the level of the water that met it; the lowest comes
/// first, of equals the one that has waited longest. All markers have waited equally long, and are
/// taken as scikit-image's binary heap orders equals; so the labels are equal to its. Neighbors are
/// met in the order above, left, right, below, then the diagonals in rows.
///
/// On one thread. The heap is followed only as far as the order of equal markers can change a label
/// (segment/byte_flood.hpp); from there on bytes without compactness take time linear in the
/// pixels, and others wait in a radix heap.
///
/// Throws std::invalid_argument for images of several channels, masks or labels of another size,
/// negative markers and parameters out of their ranges.
template <class T>
void watershed(ImageView<const T> image, ImageView<const std::uint8_t> mask,
               ImageView<std::int32_t> labels, const Watershed& options);

}  // namespace imgmine
