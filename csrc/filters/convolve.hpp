#pragma once

#include <cstdint>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// A kernel as correlation has it: pixel (y, x) of the result is the sum over i, j of
/// weights[i * width + j] times pixel (y + i - anchor_y, x + j - anchor_x) of the image.
struct Kernel {
    std::ptrdiff_t height, width;
    std::ptrdiff_t anchor_y, anchor_x;
    std::vector<double> weights;
};

/// Correlates every channel of `src` with a kernel.
///
/// `dst` must have the shape of `src` and must not overlap it. Integer results are rounded to
/// nearest, ties to even, and saturated. From uint8, weights that are whole numbers or whole
/// numbers over a common divisor give exact sums while these fit 31 bits. Whether a kernel is
/// taken apart into a column and a row, and whether it works in bytes or floats, follows an
/// estimate of the cost; never the CPU.
/// Throws std::invalid_argument unless weights are finite and sides from 1 to 255.
template <class T, class R>
void correlate(ImageView<const T> src, ImageView<R> dst, const Kernel& kernel, Border border);

/// The same for whole weights of at most 8191, exactly: sums are divided by `divisor`.
template <class R>
void correlate_whole(ImageView<const std::uint8_t> src, ImageView<R> dst, const Kernel& kernel,
                     double divisor, Border border);

extern template void correlate(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                               const Kernel&, Border);
extern template void correlate(ImageView<const std::uint8_t>, ImageView<std::int16_t>,
                               const Kernel&, Border);
extern template void correlate(ImageView<const std::uint8_t>, ImageView<float>, const Kernel&,
                               Border);
extern template void correlate(ImageView<const float>, ImageView<float>, const Kernel&, Border);
extern template void correlate_whole(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                                     const Kernel&, double, Border);
extern template void correlate_whole(ImageView<const std::uint8_t>, ImageView<std::int16_t>,
                                     const Kernel&, double, Border);
extern template void correlate_whole(ImageView<const std::uint8_t>, ImageView<float>, const Kernel&,
                                     double, Border);

}  // namespace imgmine
