#pragma once

#include <cstdint>
#include <optional>

#include "base/image.hpp"

namespace imgmine {

/// v becomes contrast * (v - middle) + middle + brightness, and then, where gamma or gain are not
/// 1, gain * 255 * (max(v, 0) / 255)^gamma. Without a middle, it is the mean of the image's gray.
struct Adjustment {
    double brightness = 0, contrast = 1, gamma = 1, gain = 1;
    std::optional<double> middle;
};

/// `dst` must have the shape of `src` and must not overlap it. uint8: the float32 result, rounded
/// (ties to even) and clipped once; one table, so that all costs one pass, and one more for the
/// mean if it is needed. float32 is not clipped. Throws std::invalid_argument unless all numbers
/// are finite, and gamma and gain at least 0.
template <class T>
void adjust(ImageView<const T> src, ImageView<T> dst, const Adjustment& adjustment);

extern template void adjust(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                            const Adjustment&);
extern template void adjust(ImageView<const float>, ImageView<float>, const Adjustment&);

}  // namespace imgmine
