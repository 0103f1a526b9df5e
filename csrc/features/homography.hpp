#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Row-major 3 x 3; the last number is 1 unless that is impossible, then the length is 1.
using Homography = std::array<double, 9>;

struct RansacOptions {
    double threshold;   ///< largest distance of an inlier from where it is mapped to, in pixels
    double confidence;  ///< stop when this likely to have seen a sample without outliers
    int max_iters;
    std::uint64_t seed;
};

/// The projective map that takes most points `src` (n, 2) to within the threshold of `dst` (n, 2):
/// RANSAC (Fischler and Bolles 1981) with local optimization (Chum, Matas, Kittler 2003), then
/// least squares of the inliers' distances in dst. `inliers` holds n flags. Nothing where there are
/// fewer than four points, or where no four of them determine a map, as when all lie on a line.
std::optional<Homography> find_homography(const RowsView<double>& src, const RowsView<double>& dst,
                                          const RansacOptions& options,
                                          std::vector<std::uint8_t>& inliers);

}  // namespace imgmine
