#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// Sides of a box; a side of an even size reaches one pixel further up or to the left.
struct BoxSize {
    int height;
    int width;
};

/// The mean over a box around each pixel, channel by channel.
///
/// `dst` must have the shape of `src` and must not overlap it. uint8: (sum + size / 2) / size in
/// whole numbers. float32: running sums in double; a value that is not finite makes what the sum of
/// the box is (an infinity or NaN) wherever a box holds it, and nowhere else. Cost: the same for
/// every size of box; one pass over memory that reads each row twice. Throws std::invalid_argument
/// unless sides are positive and the box has at most 2^24 pixels.
template <class T>
void box_blur(ImageView<const T> src, ImageView<T> dst, BoxSize ksize, Border border);

extern template void box_blur(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, BoxSize,
                              Border);
extern template void box_blur(ImageView<const float>, ImageView<float>, BoxSize, Border);

}  // namespace imgmine
