#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

struct ZernikeOptions {
    int degree = 8;
    std::optional<double> radius;                 ///< in pixels; else half the shorter side
    std::optional<std::array<double, 2>> center;  ///< (y, x); else the center of mass

    /// Throws std::invalid_argument unless 0 <= degree <= 20 and 0 < radius < infinity and the
    /// center is finite.
    void check() const;
};

/// Magnitudes of the Zernike moments of the values within a circle, as shares of their sum: of
/// degrees n = 0, 1 ... and repetitions l = n mod 2, + 2 ... n. Zeros where the sum is not
/// positive.
template <class T>
std::vector<double> zernike_moments(ImageView<const T> image, const ZernikeOptions& options);

extern template std::vector<double> zernike_moments(ImageView<const std::uint8_t>,
                                                    const ZernikeOptions&);
extern template std::vector<double> zernike_moments(ImageView<const float>, const ZernikeOptions&);

}  // namespace imgmine
