#include "segment/superpixels.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"
#include "segment/lab_planes.hpp"
#include "segment/region_merging.hpp"
#include "segment/slic.hpp"

namespace imgmine {

std::int32_t superpixels(ImageView<const std::uint8_t> image, const Superpixels& options,
                         ImageView<std::int32_t> labels) {
    require(options.n_segments >= 1,
            "n_segments must be at least 1, got " + std::to_string(options.n_segments));
    require(
        options.compactness > 0 && options.compactness <= 1000,
        "compactness must be above 0 and at most 1000, got " + std::to_string(options.compactness));
    require(options.edge_weight >= 0 && options.edge_weight <= 1000,
            "edge_weight must be from 0 to 1000, got " + std::to_string(options.edge_weight));
    const LabPlanes planes = lab_planes(image);
    if (image.empty()) return 0;
    const LabPlanes smooth = smoothed(planes);
    // Small regions of 6 x 6 pixels, or less where three of them would not make one.
    const std::int64_t pixels = image.height * image.width;
    const std::int64_t small = std::max(pixels / 36, std::min(pixels, 3 * options.n_segments));
    const Slic first{std::max<std::int64_t>(small, 1), options.compactness, 6, false, {}};
    const std::int32_t n = slic_of_planes(planes, first, labels);
    return merge_superpixels(planes, smooth, n, options.n_segments, options.edge_weight, labels);
}

}  // namespace imgmine
