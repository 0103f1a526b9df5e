#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Sums of y^p x^q v at [4 * p + q], p and q up to 3.
using Moments = std::array<double, 16>;

/// The moments of an image about its first pixel, exact for bytes but for the last rounding; of the
/// pixels where `mask` is not 0, if it has any.
///
/// Throws std::invalid_argument unless there are at most 2^30 pixels.
Moments moments(ImageView<const std::uint8_t> image, const ImageView<const std::uint8_t>* mask);
Moments moments(ImageView<const float> image, const ImageView<const std::uint8_t>* mask);

/// The same about the centroid, or about (y, x) where `center` is given. The first moments about
/// the centroid are exactly 0; where all sum to 0, all are.
Moments central_moments(ImageView<const std::uint8_t> image,
                        const ImageView<const std::uint8_t>* mask,
                        const std::array<double, 2>* center);
Moments central_moments(ImageView<const float> image, const ImageView<const std::uint8_t>* mask,
                        const std::array<double, 2>* center);

/// The central moments of each region: where `labels` is 1, 2, ... `n`.
std::vector<Moments> region_moments(ImageView<const std::uint8_t> image,
                                    ImageView<const std::int32_t> labels, std::int32_t n,
                                    bool central);

/// Central moments over powers of the sum that make them independent of scale: moment (p, q) over
/// sum^(1 + (p + q) / 2). Zeros where the sum is not positive.
Moments normalized(const Moments& central);

/// A number on a scale of powers of ten that goes through 0: sign(x) log10(1 + 1e10 |x|).
double signed_log(double x);

/// Hu's seven invariants of normalized moments.
std::array<double, 7> hu(const Moments& normalized);

}  // namespace imgmine
