#pragma once

#include <cstdint>

#include "base/image.hpp"
#include "segment/lab_planes.hpp"

namespace imgmine {

/// Joins regions (labels of 1..n, each connected) until n_segments are left, as superpixels() says;
/// `smooth` are the means of 3 x 3 pixels. Relabels in the order of first pixels; returns how many.
std::int32_t merge_superpixels(const LabPlanes& planes, const LabPlanes& smooth, std::int32_t n,
                               std::int64_t n_segments, double edge_weight,
                               ImageView<std::int32_t> labels);

}  // namespace imgmine
