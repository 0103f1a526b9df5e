#pragma once

#include <cstdint>
#include <vector>

#include "features/keypoint.hpp"

namespace imgmine {

inline constexpr std::size_t orb_bytes = 32;

struct OrbOptions {
    std::ptrdiff_t n = 500;  ///< at most
    double scale = 1.2;      ///< between levels
    int levels = 8;
    int threshold = 20;  ///< of fast()
};

struct OrbFeatures {
    std::vector<Keypoint> keypoints;        ///< level by level, strongest first
    std::vector<std::uint8_t> descriptors;  ///< 32 bytes for each
};

/// Corners at several scales, their directions by the centroid of light, and 256 comparisons of
/// pixels around them (Rublee, Rabaud, Konolige, Bradski 2011). Throws std::invalid_argument where
/// an option is out of range or the mask has another size.
OrbFeatures orb(ImageView<const std::uint8_t> image, const OrbOptions& options,
                const KeypointMask& mask = {});

}  // namespace imgmine
