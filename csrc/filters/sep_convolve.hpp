#pragma once

#include <cstdint>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// The two factors of a separable kernel, as correlation has them.
struct SeparableKernel {
    std::vector<double> column, row;
    std::ptrdiff_t anchor_y, anchor_x;
    double divisor = 1;  ///< of the sums; a float holds it exactly
};

/// Correlates every channel of `src` with `row` along rows, then with `column` along columns.
///
/// `dst` must have the shape of `src` and must not overlap it. Integer results are rounded to
/// nearest, ties to even, and saturated. From uint8, whole weights over a divisor give exact sums
/// while these are below 2^24. Throws std::invalid_argument unless weights are finite and numbers
/// of taps from 1 to 65535.
template <class T, class R>
void sep_correlate(ImageView<const T> src, ImageView<R> dst, const SeparableKernel& kernel,
                   Border border);

extern template void sep_correlate(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                   const SeparableKernel&, Border);
extern template void sep_correlate(ImageView<const std::uint8_t>, ImageView<std::int16_t>,
                                   const SeparableKernel&, Border);
extern template void sep_correlate(ImageView<const std::uint8_t>, ImageView<float>,
                                   const SeparableKernel&, Border);
extern template void sep_correlate(ImageView<const float>, ImageView<float>, const SeparableKernel&,
                                   Border);

}  // namespace imgmine
