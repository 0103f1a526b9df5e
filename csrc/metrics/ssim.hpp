#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// The window of the structural similarity, and the range of values that are possible.
struct Ssim {
    int ksize = 11;
    double sigma = 1.5;
    double data_range = 255;
};

/// The mean structural similarity of two images of one shape (Wang et al. 2004), over all windows
/// that lie inside and over all channels, in double. Throws std::invalid_argument unless ksize is
/// odd and the images at least so large, and sigma and data_range are finite and positive.
template <class T>
double ssim(ImageView<const T> a, ImageView<const T> b, const Ssim& options);

extern template double ssim(ImageView<const std::uint8_t>, ImageView<const std::uint8_t>,
                            const Ssim&);
extern template double ssim(ImageView<const float>, ImageView<const float>, const Ssim&);

}  // namespace imgmine
