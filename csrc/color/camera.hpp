#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// RGB of a camera's frame of BT.601 in video range: `src` holds the luma of an image of even
/// height and width, and below it, half as high, its chroma at half the resolution as U V U V ...
/// `dst` has 3 channels and the image's size.
void nv12_to_rgb(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst);

/// The same of a frame of Y U Y V ...: `src` has two channels, Y and by turns U and V, and an even
/// width. `dst` has 3 channels and the size of `src`.
void yuyv_to_rgb(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst);

}  // namespace imgmine
