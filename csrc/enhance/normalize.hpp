#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// dst = (src * scale - mean) / std in float32, as src * (scale / std) + (-mean / std).
struct Normalization {
    std::vector<double> mean, std;  ///< one for all channels, or one for each
    double scale;
    bool channels_first;  ///< dst is seen as {channels, height, width}: a plane for each channel
};

/// `dst` must have the shape of `src`, or the one said above, and must not overlap it. Throws
/// std::invalid_argument unless mean, std and scale are finite, std positive, and their numbers
/// right.
template <class T>
void normalize(ImageView<const T> src, ImageView<float> dst, const Normalization& options);

extern template void normalize(ImageView<const std::uint8_t>, ImageView<float>,
                               const Normalization&);
extern template void normalize(ImageView<const float>, ImageView<float>, const Normalization&);

}  // namespace imgmine
