#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// How the color of the light is estimated.
struct WhiteBalance {
    enum class Method { gray_world, white_patch, shades_of_gray } method;
    double p;           ///< shades_of_gray: exponent of the Minkowski norm, 1 to 100, or infinite
    double percentile;  ///< white_patch: above 0, up to 100
};

/// "gray_world", "white_patch" or "shades_of_gray".
WhiteBalance::Method white_balance_from_name(std::string_view name);

/// The factor of each channel: the mean of the light's three components over its own; 1 for a
/// channel that is dark everywhere. Values below zero and NaN count as zero.
template <class T>
std::vector<double> white_balance_gains(ImageView<const T> image, const WhiteBalance& options);

/// Multiplies every channel by its gain. uint8: by a table, rounded (ties to even) and clipped.
///
/// `dst` must have the shape of `src` and must not overlap it. Throws std::invalid_argument unless
/// there are three channels and the options are in range.
template <class T>
void white_balance(ImageView<const T> src, ImageView<T> dst, const WhiteBalance& options);

extern template void white_balance(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                   const WhiteBalance&);
extern template void white_balance(ImageView<const float>, ImageView<float>, const WhiteBalance&);

}  // namespace imgmine
