#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

struct Clahe {
    double clip_limit;  ///< most pixels of one value in a tile, in multiples of the average; 0: any
    int rows, columns;  ///< of tiles
};

/// Contrast limited adaptive histogram equalisation (Zuiderveld 1994), bit-equal to OpenCV's: every
/// tile is equalised by a table of its own whose histogram is clipped; a pixel blends the tables of
/// the four nearest tiles. Where tiles do not divide the image, it is continued by reflect101 to
/// the next multiple of *both* (one whole multiple where one of them is divided already).
///
/// `dst` must have the shape of `src` and must not overlap it. Throws std::invalid_argument unless
/// there is one channel, clip_limit is finite and at least 0, and rows and columns are 1 to 256.
/// Workspace: 256 bytes a tile.
void clahe(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst, const Clahe& options);

}  // namespace imgmine
