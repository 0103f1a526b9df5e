#pragma once

#include <cstdint>

#include "base/aligned.hpp"
#include "base/image.hpp"

namespace imgmine {

/// L*a*b* of an image in whole eighths, as the loops of SLIC want it: of each row L* and a* in
/// turns, b* and 0 in turns, `margin` pixels more than there are on either side.
struct LabPlanes {
    static constexpr std::ptrdiff_t margin = 16;

    LabPlanes(std::ptrdiff_t height, std::ptrdiff_t width);

    const std::int16_t* la(std::ptrdiff_t y) const { return la_.data() + at(y); }
    const std::int16_t* b0(std::ptrdiff_t y) const { return b0_.data() + at(y); }
    std::int16_t* la(std::ptrdiff_t y) { return la_.data() + at(y); }
    std::int16_t* b0(std::ptrdiff_t y) { return b0_.data() + at(y); }

    std::ptrdiff_t height, width;

  private:
    std::ptrdiff_t at(std::ptrdiff_t y) const { return 2 * (y * stride_ + margin); }

    std::ptrdiff_t stride_;
    AlignedVector<std::int16_t> la_, b0_;
};

/// Of an image of 3 channels, R first, or one, gray being R = G = B.
LabPlanes lab_planes(ImageView<const std::uint8_t> image);

/// Means of 3 x 3 pixels; the edge's pixels stand for what lies past it.
LabPlanes smoothed(const LabPlanes& planes);

}  // namespace imgmine
