#pragma once

#include <cstdint>

#include "base/image.hpp"
#include "segment/lab_planes.hpp"

namespace imgmine {

/// Makes every region 4-connected and of at least min_size pixels where there are so many: what
/// is smaller joins the neighbor whose mean color is nearest, the smallest first. Relabels 1..n in
/// the order of their first pixels; returns n.
std::int32_t join_fragments(const LabPlanes& planes, std::int64_t min_size,
                            ImageView<std::int32_t> labels);

}  // namespace imgmine
