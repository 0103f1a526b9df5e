#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"

namespace imgmine {

/// Whether an image is so large that little of it would still be in the caches when it is read
/// next. Writing past them saves reading what is overwritten: a third of what such a conversion
/// moves.
template <class T>
bool streams_to(ImageView<T> image) {
    constexpr std::ptrdiff_t large = 16 << 20;  // bytes
    return image.height * image.row_size() >= large / static_cast<std::ptrdiff_t>(sizeof(T));
}

/// Calls row(src, dst, n_pixels, streams) for the rows of two images of 3 channels and one size;
/// `cost` is about how many nanoseconds a value takes.
template <class T, class Row>
void convert_rows(ImageView<const T> src, ImageView<T> dst, double cost, const Row& row) {
    require(src.channels == 3, "image must have 3 channels, got " + std::to_string(src.channels));
    const bool streams = streams_to(dst);
    const auto n = static_cast<std::size_t>(src.width);
    parallel_for(src.height, row_grain(src.row_size(), cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         row(src.row(y), dst.row(y), n, streams);
                 });
}

}  // namespace imgmine
