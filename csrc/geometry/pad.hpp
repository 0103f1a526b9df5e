#pragma once

#include <cstdint>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// Writes `src` to the rectangle of `dst` that begins at row `top` and column `left`, and what the
/// border says (`value` where it is constant) around it.
///
/// Throws std::invalid_argument where `src` is empty and the border is not constant, unless `dst`
/// is empty, too.
template <class T>
void pad(ImageView<const T> src, ImageView<T> dst, std::ptrdiff_t top, std::ptrdiff_t left,
         Border border, T value);

extern template void pad(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, std::ptrdiff_t,
                         std::ptrdiff_t, Border, std::uint8_t);
extern template void pad(ImageView<const float>, ImageView<float>, std::ptrdiff_t, std::ptrdiff_t,
                         Border, float);

}  // namespace imgmine
