#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// From a pixel to the one it is counted with.
struct PixelOffset {
    std::ptrdiff_t row, column;
};

struct GlcmOptions {
    std::vector<PixelOffset> offsets;
    int levels;     ///< 1 to 256
    bool quantize;  ///< values are scaled to `levels` ones first: v * levels / 256
    ImageView<const std::uint8_t> mask{};    ///< only pairs where both are not 0; no data: all
    ImageView<const std::int32_t> labels{};  ///< pairs within a region, each region for itself
    std::ptrdiff_t n_labels = 0;

    std::size_t n_tables() const {
        return offsets.size() * static_cast<std::size_t>(labels.data ? n_labels : 1);
    }
};

/// How often gray level i stands at a pixel and j at its partner, in a levels x levels table
/// (rows are i) for each offset, region after region.
///
/// Throws std::invalid_argument where a value is not below `levels`.
std::vector<std::uint64_t> glcm(ImageView<const std::uint8_t> src, const GlcmOptions& options);

}  // namespace imgmine
