#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/border.hpp"
#include "base/image.hpp"
#include "filters/neighborhood.hpp"

namespace imgmine {

/// "sobel", "scharr" or "prewitt".
Operator operator_from_name(std::string_view name);

/// An unnormalised derivative as OpenCV has it.
struct Gradient {
    Operator which = Operator::sobel;
    std::optional<int> axis;  ///< 0: down the columns, 1: along rows, none: the length of both
    int ksize = 3;            ///< 3, 5 or 7; only Sobel's has the larger ones
};

/// Sobel's kernel of `ksize` taps for the derivative of order 0, 1 or 2.
std::vector<float> sobel_taps(int ksize, int order);

/// Differentiates every channel of `src`.
///
/// `dst` must have the shape of `src` and must not overlap it. Out is int16 (saturated; an axis
/// only), float or uint8 (rounded, saturated; the length only). uint8 images: sums are exact.
/// Throws std::invalid_argument on an axis or ksize there is not.
template <class T, class Out>
void gradient(ImageView<const T> src, ImageView<Out> dst, const Gradient& what, Border border);

extern template void gradient(ImageView<const std::uint8_t>, ImageView<std::int16_t>,
                              const Gradient&, Border);
extern template void gradient(ImageView<const std::uint8_t>, ImageView<float>, const Gradient&,
                              Border);
extern template void gradient(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                              const Gradient&, Border);
extern template void gradient(ImageView<const float>, ImageView<float>, const Gradient&, Border);

}  // namespace imgmine
