#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// A corner of pixels: pixel (row, column) is the square from (column, row) to (column + 1,
/// row + 1).
struct PixelCorner {
    std::int32_t x, y;

    bool operator==(const PixelCorner&) const = default;
};

/// The pieces of a mask (what is not 0, connected by sides) as closed lines along the sides of
/// pixels, clockwise, in the order of their first pixels; without points at which a line goes
/// straight on. A hole is joined to its piece by a cut of no width, there and back, so that filling
/// by the even-odd rule gives the mask again.
std::vector<std::vector<PixelCorner>> region_polygons(ImageView<const std::uint8_t> mask);

}  // namespace imgmine
