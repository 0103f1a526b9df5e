#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// How much patches may differ (h, in values), how large they are and how far they are looked for
/// (both odd, in pixels).
struct NlMeans {
    double h;
    int patch_size;
    int window_size;
};

/// Means of the pixels of a window, those whose patches are alike weighing most: e^(-d / h^2), d
/// being the mean squared difference of the patches (Buades, Coll and Morel 2005); what weighs less
/// than a thousandth is not counted.
///
/// `dst` must have the shape of `src` and must not overlap it; up to four channels are weighted
/// together. Throws std::invalid_argument unless h is finite and positive, the sizes odd, the
/// patch's at most 31 and the window's at most 101. Cost: window_size^2 a pixel, whatever the patch
/// (uint8), or window_size^2 * patch_size (float).
template <class T>
void nl_means(ImageView<const T> src, ImageView<T> dst, const NlMeans& options, Border border);

extern template void nl_means(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                              const NlMeans&, Border);
extern template void nl_means(ImageView<const float>, ImageView<float>, const NlMeans&, Border);

}  // namespace imgmine
