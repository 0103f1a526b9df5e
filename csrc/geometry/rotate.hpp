#pragma once

#include <utility>

#include "base/image.hpp"
#include "geometry/warp.hpp"

namespace imgmine {

/// An angle as quarter turns and the cosine and sine of the whole, exact for whole quarters.
struct Turn {
    int quarters;  ///< 0 to 3, or -1: no whole number
    double cosine, sine;
};

/// Of degrees; the same bits on every machine. Throws std::invalid_argument unless finite.
Turn turn_of(double angle);

/// Height and width that hold a whole image turned by `angle` degrees, as Pillow counts them.
std::pair<std::ptrdiff_t, std::ptrdiff_t> rotated_size(std::ptrdiff_t height, std::ptrdiff_t width,
                                                       double angle);

/// Turns `src` by `angle` degrees counter-clockwise about its center, which comes to lie on that of
/// `dst`; pixel centers are whole numbers. A multiple of 90 degrees moves pixels unchanged where
/// `dst` has the turned shape. Throws std::invalid_argument unless the angle is finite.
template <class T>
void rotate(ImageView<const T> src, ImageView<T> dst, double angle, const WarpOptions& options);

extern template void rotate(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, double,
                            const WarpOptions&);
extern template void rotate(ImageView<const float>, ImageView<float>, double, const WarpOptions&);

}  // namespace imgmine
