#pragma once

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// The median of the ksize x ksize pixels around each, channel by channel. NaN is above infinity.
///
/// `dst` must have the shape of `src` and must not overlap it. Throws std::invalid_argument unless
/// ksize is odd and from 1 to 255. Sorting networks, the work of neighboring windows shared, up to
/// a ksize of 25 or so: about ksize log ksize comparisons a pixel in whole registers. Beyond,
/// uint8 takes a time that does not depend on ksize (histograms of columns), float32 one
/// proportional to it.
template <class T>
void median_blur(ImageView<const T> src, ImageView<T> dst, int ksize, Border border);

extern template void median_blur(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, int,
                                 Border);
extern template void median_blur(ImageView<const float>, ImageView<float>, int, Border);

}  // namespace imgmine
