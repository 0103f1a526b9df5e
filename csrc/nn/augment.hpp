#pragma once

#include <cstdint>

#include "geometry/warp.hpp"

namespace imgmine {

/// How far images may be moved at random. Angles are degrees, lengths pixels.
struct Augmentation {
    double shift_y = 0, shift_x = 0;  ///< whole pixels up to this, each way
    bool flip = false;                ///< left and right, for half of the images
    double rotate = 0;                ///< up to this, each way, about the center
    double scale = 0;                 ///< by 1 - scale to 1 + scale
    Border border = Border::reflect101;
    double value = 0;  ///< past the border where that is constant
};

/// `n` images of one size, one behind the other.
template <class T>
struct ImageStack {
    T* data;
    std::ptrdiff_t n, height, width, channels;

    ImageView<T> image(std::ptrdiff_t i) const {
        return {data + i * height * width * channels, height, width, channels, width * channels};
    }
};

/// Fills image i of `out` with image rows[i] of `images`, moved at random, and of that the part of
/// the size of `out` at a random place.
///
/// What is drawn depends on seed, epoch and rows[i] alone: the same bits however images are put
/// together, on every machine and with any number of threads. Images that are neither turned nor
/// scaled keep their values; the others' are interpolated linearly. Throws std::invalid_argument
/// where `out` is larger than `images`, a row is out of range, or a number of `how` is.
template <class T>
void augment(const ImageStack<const T>& images, const std::int64_t* rows, const Augmentation& how,
             std::uint64_t seed, std::uint64_t epoch, const ImageStack<T>& out);

extern template void augment(const ImageStack<const std::uint8_t>&, const std::int64_t*,
                             const Augmentation&, std::uint64_t, std::uint64_t,
                             const ImageStack<std::uint8_t>&);
extern template void augment(const ImageStack<const float>&, const std::int64_t*,
                             const Augmentation&, std::uint64_t, std::uint64_t,
                             const ImageStack<float>&);

}  // namespace imgmine
