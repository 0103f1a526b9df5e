#pragma once

#include <cstdint>

#include "base/image.hpp"

namespace imgmine {

/// Shares of pixels, in percent, that may become black and white.
struct Cutoff {
    double low;
    double high;
};

/// Stretches values so that the lowest left after the cutoff becomes 0, the highest 255, as
/// Pillow's ImageOps.autocontrast does (fractions are cut off); a channel of one value stays as it
/// is. With `per_channel` each channel has limits of its own; otherwise those of the BT.601 gray of
/// three-channel pixels, in Pillow's fixed point, hold for all.
///
/// `dst` must have the shape of `src` and must not overlap it. Throws std::invalid_argument unless
/// both shares are at least 0 and below 100 together, and where colors go together unless there are
/// 1 or 3 channels.
void autocontrast(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst,
                  const Cutoff& cutoff, bool per_channel);

}  // namespace imgmine
