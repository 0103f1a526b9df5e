#pragma once

#include <cstdint>
#include <optional>

#include "base/image.hpp"
#include "segment/lab_planes.hpp"

namespace imgmine {

struct Slic {
    std::int64_t n_segments = 300;
    double compactness = 10;
    int n_iter = 10;
    bool adaptive = false;  ///< each region weighs colors by its own spread (SLICO)
    std::optional<std::int64_t>
        min_size;  ///< pixels; default: a quarter of the mean size asked for
};

/// Divides an image of 1 or 3 channels, R first, into connected regions of like color and about
/// equal size (Achanta et al. 2012): k-means in L*a*b* and position within windows about centers
/// that begin on a grid. Writes labels of 1..n in the order of their first pixels; returns n.
///
/// Whole numbers throughout (eighths of L*a*b*, centers at pixels), but for the factors of
/// `adaptive`. Of centers equally near the uppermost, then the first of the grid, counts. Where
/// regions are wide, an iteration looks at every second or third row; the last one at all.
///
/// Throws std::invalid_argument unless the options are in range.
std::int32_t slic(ImageView<const std::uint8_t> image, const Slic& options,
                  ImageView<std::int32_t> labels);

/// The same of colors that are there already, without a look at the options.
std::int32_t slic_of_planes(const LabPlanes& planes, const Slic& options,
                            ImageView<std::int32_t> labels);

}  // namespace imgmine
