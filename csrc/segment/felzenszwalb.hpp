#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// How much two regions must differ to stay apart (Felzenszwalb and Huttenlocher 2004).
struct Felzenszwalb {
    double scale = 100;  ///< k: the more, the larger regions become
    double sigma = 0.8;  ///< of the Gaussian that smoothes the image first, 0 for none
    int min_size = 20;   ///< smaller regions join the neighbor that differs least
};

/// Labels the regions of `image` 1..n, in the order of their first pixels, and returns n.
///
/// Pixels and their 8 neighbors are joined in the order of how far apart their smoothed colors are
/// (Euclidean, cut to 2^-20; the most below 1024 where it is more or no number; equals row by row,
/// in a row by the way to the neighbor: right, down left, down, down right), unless the difference
/// is above that within either region plus scale / pixels. Cost: a counting sort of four edges a
/// pixel, and a nearly constant time an edge. `labels` has one channel and the size of `image`.
///
/// Throws std::invalid_argument unless scale and sigma are finite and not negative, min_size is not
/// negative, and there are less than 2^30 pixels.
template <class T>
std::int32_t felzenszwalb(ImageView<const T> image, ImageView<std::int32_t> labels,
                          const Felzenszwalb& options);

extern template std::int32_t felzenszwalb(ImageView<const std::uint8_t>, ImageView<std::int32_t>,
                                          const Felzenszwalb&);
extern template std::int32_t felzenszwalb(ImageView<const float>, ImageView<std::int32_t>,
                                          const Felzenszwalb&);

}  // namespace imgmine
