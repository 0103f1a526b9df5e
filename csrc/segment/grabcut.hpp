#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// What a mask of grabcut holds, with OpenCV's numbers: odd where there is foreground.
enum GrabCutPixel : std::uint8_t {
    background = 0,
    foreground = 1,
    probable_background = 2,
    probable_foreground = 3,
};

struct GrabCut {
    int n_iter = 5;        ///< >= 0
    int n_components = 5;  ///< of each mixture, 1 to 255
    std::uint64_t seed = 0;
};

/// Cuts a foreground out of an image of three channels (Rother, Kolmogorov and Blake 2004): `mask`
/// says what is known, and which side each probable pixel is on to begin with; on return those are
/// sorted out anew.
///
/// Colors of either side are a mixture of normal distributions that begins with the clusters of
/// k-means; each pixel belongs to the component in which it costs least. Links between the 8
/// neighbors cost 50 exp(-beta d^2) / distance, d being their difference of colors and beta
/// 1 / (2 mean d^2). Capacities are rounded to 2^-14, and of the least cuts the one with the
/// smallest foreground is taken, so that the result has the same bits everywhere. Where either side
/// has no pixels nothing can be learned, and the mask stays as it is.
///
/// Colors on several threads, the cut on one. Throws std::invalid_argument for another number of
/// channels, a mask of another size or with other values, and parameters out of their ranges.
void grabcut(ImageView<const std::uint8_t> image, ImageView<std::uint8_t> mask,
             const GrabCut& options);

}  // namespace imgmine
