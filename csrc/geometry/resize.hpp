#pragma once

#include <cstdint>
#include <string_view>

#include "base/image.hpp"

namespace imgmine {

enum class ResizeMethod {
    area,     ///< the mean over the rectangle that a new pixel covers
    linear,   ///< between the four nearest pixel centers; no smoothing before shrinking
    cubic,    ///< Keys' cubic, a = -0.75, of the sixteen nearest; no smoothing before shrinking
    lanczos,  ///< three lobes; shrinking smooths
    nearest,  ///< the pixel that a new pixel's center lies in
};

ResizeMethod resize_method_from_name(std::string_view name);

/// Resamples `src` to the size of `dst`, which has the same channels.
///
/// The corners of both images coincide: pixel centers are at halves; edges are repeated. "area" of
/// uint8 is exact: the covered parts are whole numbers in units of 1 / (height * width of dst),
/// their weighted mean is rounded half up once. "linear" of uint8 interpolates with 15-bit weights
/// and 7 binary places in between, "cubic" with 14-bit weights and 6 places, "lanczos" with weights
/// of 14 bits and more the more there are. float32 uses float weights.
///
/// Throws std::invalid_argument where one of the images is empty and the other is not.
template <class T>
void resize(ImageView<const T> src, ImageView<T> dst, ResizeMethod method);

extern template void resize(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, ResizeMethod);
extern template void resize(ImageView<const float>, ImageView<float>, ResizeMethod);

}  // namespace imgmine
