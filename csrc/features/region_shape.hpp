#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Measures of a region's shape; what each is stands with imgmine.features.region_shape.
struct RegionShape {
    double area = 0, perimeter = 0, axis_major = 0, axis_minor = 0, orientation = 0,
           equivalent_diameter = 0, eccentricity = 0, solidity = 0, extent = 0, euler_number = 0,
           form_factor = 0, roundness = 0, compactness = 0;
};

/// The shapes of the regions where `labels` is 1, 2 ... n; of one without pixels: zeros.
std::vector<RegionShape> region_shapes(ImageView<const std::int32_t> labels, std::int32_t n);

/// The shape of all pixels of a mask that are not 0, taken as one region.
RegionShape region_shape(ImageView<const std::uint8_t> mask);

}  // namespace imgmine
