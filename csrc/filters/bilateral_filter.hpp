#pragma once

#include <cstdint>
#include <optional>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// Standard deviations of a bilateral filter: of colors, in values, and of places, in pixels. The
/// radius is half of ksize, or where there is none round(1.5 sigma_space), at least 1.
struct Bilateral {
    double sigma_color;
    double sigma_space;
    std::optional<int> ksize;
};

/// Means of the pixels within a radius, those that are near and alike weighing most (Tomasi and
/// Manduchi 1998).
///
/// `dst` must have the shape of `src` and must not overlap it. Colors differ by the sum of what
/// their channels differ by, of which there may be up to four. uint8: weights are whole numbers
/// below 2^16 and sums are exact. Throws std::invalid_argument unless the sigmas are finite and
/// positive, the radius at most 127 and the channels at most 4. Cost: one weight for each pixel
/// within the radius.
template <class T>
void bilateral_filter(ImageView<const T> src, ImageView<T> dst, const Bilateral& bilateral,
                      Border border);

extern template void bilateral_filter(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                      const Bilateral&, Border);
extern template void bilateral_filter(ImageView<const float>, ImageView<float>, const Bilateral&,
                                      Border);

}  // namespace imgmine
