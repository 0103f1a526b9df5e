#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// What is left of an image when only a share of its DCT coefficients is kept: the `keep` times 100
/// per cent that are largest in magnitude, of the orthonormal transforms of blocks of 8 x 8 of all
/// channels. Blocks that reach past the edge repeat it.
///
/// `dst` must have the shape of `src` and must not overlap it. Coefficients equal to the smallest
/// that is kept are kept, too. uint8 is rounded to nearest. Throws std::invalid_argument unless
/// 0 <= keep <= 1. Cost: four transforms.
template <class T>
void dct_compress(ImageView<const T> src, ImageView<T> dst, double keep);

extern template void dct_compress(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, double);
extern template void dct_compress(ImageView<const float>, ImageView<float>, double);

}  // namespace imgmine
