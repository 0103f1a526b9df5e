#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"

namespace imgmine {

/// Whether writing past the caches pays: two images are so large together that little of the
/// second one would still be there when it is read next, and reading what is overwritten is a
/// third of what is moved. From 32 MiB on, though, the C library gets memory anew from the system,
/// which has just cleared it, and so has it in the caches.
template <class T>
bool outgrow_caches(ImageView<const T> src, ImageView<T> dst) {
    constexpr std::ptrdiff_t size = sizeof(T), large = 24 << 20, fresh = 32 << 20;  // bytes
    const std::ptrdiff_t read = src.height * src.row_size() * size;
    const std::ptrdiff_t written = dst.height * dst.row_size() * size;
    return read + written >= large && written < fresh;
}

/// Calls row(src, dst, n_pixels, streams) for the rows of two images of 3 channels and one size;
/// `cost` is about how many nanoseconds a value takes.
template <class T, class Row>
void convert_rows(ImageView<const T> src, ImageView<T> dst, double cost, const Row& row) {
    require(src.channels == 3, "image must have 3 channels, got " + std::to_string(src.channels));
    const bool streams = outgrow_caches(src, dst);
    const auto n = static_cast<std::size_t>(src.width);
    parallel_for(src.height, row_grain(src.row_size(), cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         row(src.row(y), dst.row(y), n, streams);
                 });
}

}  // namespace imgmine
