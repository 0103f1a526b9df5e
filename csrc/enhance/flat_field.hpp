#pragma once

#include <cstdint>
#include <optional>

#include "base/image.hpp"

namespace imgmine {

/// dst = (src - dark) * mean / (flat - dark), where mean is that of flat - dark of its channel over
/// all pixels with flat > dark; where flat is not above dark, nothing is known of a pixel's gain:
/// dst = src - dark. Without a dark frame, it is zero.
///
/// All must have the shape of `src`; `dst` must not overlap the others. Computed in float; uint8 is
/// rounded (ties to even) and clipped once.
template <class T, class F>
void flat_field(ImageView<const T> src, ImageView<const F> flat,
                const std::optional<ImageView<const F>>& dark, ImageView<T> dst);

}  // namespace imgmine
