#pragma once

#include <array>
#include <cstdint>

#include "features/bands.hpp"

namespace imgmine {

/// Shares of image blocks with an edge of each of five kinds (vertical, horizontal, 45 degrees, 135
/// degrees, none of these), for 4 x 4 parts of the image row by row: ISO/IEC 15938-3's edge
/// histogram before it is quantised.
///
/// Throws std::invalid_argument unless there is one channel, n_blocks is from 1 to 2^20 and
/// 0 <= threshold < infinity.
std::array<float, 80> edge_histogram(ImageView<const std::uint8_t> image, int n_blocks,
                                     double threshold);

/// The same in bands of rows; as the standard's levels if `quantized`.
AnyBandDescriptor edges_in_bands(int n_blocks, double threshold, bool quantized);

/// The standard's eight levels, 0 to 7, of such shares.
std::array<float, 80> quantized_edges(const std::array<float, 80>& shares);

/// Of each kind of edge, the seven shares above which the next level begins.
std::array<float, 35> edge_level_borders();

/// The shares, and their means over the image, its rows and columns of parts and five squares.
std::array<float, 150> with_larger_parts(const std::array<float, 80>& shares);

/// Of each of these fourteen, which parts are in it: bit p for part p.
std::array<std::int32_t, 14> larger_parts();

}  // namespace imgmine
