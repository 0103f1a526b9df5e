#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

struct UnsharpMask {
    double sigma = 2;      ///< of the Gaussian, in pixels
    double amount = 1;     ///< how much of the difference is added
    double threshold = 0;  ///< smaller differences leave a pixel as it is
};

/// src + amount * (src - blurred), where |src - blurred| >= threshold.
///
/// `dst` must have the shape of `src` and must not overlap it. `blurred` is what gaussian_blur()
/// gives by its exact method, rounded to bytes for bytes; it exists a row at a time only. Throws
/// std::invalid_argument unless sigma is positive, amount finite, threshold finite and not
/// negative.
template <class T>
void unsharp_mask(ImageView<const T> src, ImageView<T> dst, const UnsharpMask& options,
                  Border border);

extern template void unsharp_mask(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                  const UnsharpMask&, Border);
extern template void unsharp_mask(ImageView<const float>, ImageView<float>, const UnsharpMask&,
                                  Border);

}  // namespace imgmine
