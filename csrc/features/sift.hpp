#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "features/keypoint.hpp"

namespace imgmine {

struct SiftOptions {
    std::optional<std::ptrdiff_t> n;  ///< the strongest only
    int layers = 3;                   ///< scales an octave
    double contrast = 0.04;           ///< less distinct blobs are left out
    double edge = 10;                 ///< largest ratio of a blob's two curvatures
    double sigma = 1.6;               ///< of the first scale
    bool upsample = true;             ///< look at twice the image's size, too
    bool root = false;                ///< square roots of shares (Arandjelovic and Zisserman 2012)
};

struct SiftFeatures {
    std::vector<Keypoint> keypoints;        ///< strongest first
    std::vector<std::uint8_t> descriptors;  ///< 128 for each
};

/// Blobs of any size, and what their surroundings look like, whatever their size and direction
/// (Lowe 2004). Holds 24 bytes for each pixel of the image and, if that is upsampled, 128. Throws
/// std::invalid_argument where an option is out of range or the mask has another size.
SiftFeatures sift(ImageView<const std::uint8_t> image, const SiftOptions& options,
                  const KeypointMask& mask = {});

}  // namespace imgmine
