#pragma once

#include <array>

#include "base/image.hpp"
#include "geometry/warp.hpp"

namespace imgmine {

/// Rows (a b c), (d e f): maps (x, y) to (a x + b y + c, d x + e y + f).
using Affine = std::array<double, 6>;

/// Throws std::invalid_argument unless the matrix is finite and has an inverse.
Affine inverse_of(const Affine& matrix);

/// Sets each pixel (x, y) of `dst` to the value of `src` at matrix (x, y).
///
/// Places are exact to 2^-24 pixels within 2^26 pixels of the origin; what is farther is taken to
/// be there. uint8: weights of 14 bits. A float tap of weight zero takes no part, NaN or not.
template <class T>
void warp_affine(ImageView<const T> src, ImageView<T> dst, const Affine& to_source,
                 const WarpOptions& options);

extern template void warp_affine(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                 const Affine&, const WarpOptions&);
extern template void warp_affine(ImageView<const float>, ImageView<float>, const Affine&,
                                 const WarpOptions&);

}  // namespace imgmine
