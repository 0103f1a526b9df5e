#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/error.hpp"
#include "base/image.hpp"

namespace imgmine {

/// A place in an image that can be found again in another picture of the same thing.
struct Keypoint {
    float x, y;      ///< of its center; the first pixel's center is (0, 0)
    float size;      ///< diameter of the neighborhood that counts
    float angle;     ///< direction in degrees, clockwise from the right, or -1: none
    float response;  ///< the larger, the more distinct
    std::int32_t octave;
};

/// Where keypoints may lie: everywhere, or where `data` is not 0.
using KeypointMask = ImageView<const std::uint8_t>;

inline void require_mask_fits(const KeypointMask& mask, ImageView<const std::uint8_t> image) {
    require(!mask.data || (mask.height == image.height && mask.width == image.width),
            "mask must have the image's height and width, " + std::to_string(image.height) + " x " +
                std::to_string(image.width) + ", got " + std::to_string(mask.height) + " x " +
                std::to_string(mask.width));
}

inline bool is_allowed(const KeypointMask& mask, const Keypoint& point) {
    if (!mask.data) return true;
    const auto at = [](float v, std::ptrdiff_t n) {
        return std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(v + 0.5f), 0, n - 1);
    };
    return mask.row(at(point.y, mask.height))[at(point.x, mask.width)] != 0;
}

/// More distinct ones first; the rest of the order only makes it the same every time.
inline bool is_stronger(const Keypoint& a, const Keypoint& b) {
    if (a.response != b.response) return a.response > b.response;
    if (a.octave != b.octave) return a.octave < b.octave;
    if (a.y != b.y) return a.y < b.y;
    if (a.x != b.x) return a.x < b.x;
    if (a.size != b.size) return a.size < b.size;
    return a.angle < b.angle;
}

}  // namespace imgmine
