#include "geometry/flip.hpp"

#include <cstring>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/flip.hpp"

namespace imgmine {

template <class T>
void flip(ImageView<const T> src, ImageView<T> dst, bool upside_down, bool mirrored) {
    if (src.empty()) return;
    const auto width = static_cast<std::size_t>(src.width);
    const std::size_t pixel = static_cast<std::size_t>(src.channels) * sizeof(T);
    parallel_for(src.height, row_grain(src.row_size(), 0.1 * sizeof(T)),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const T* const from = src.row(upside_down ? src.height - 1 - y : y);
                         if (mirrored)
                             flip_kernels().reverse_pixels(from, pixel, dst.row(y), width);
                         else
                             std::memcpy(dst.row(y), from, width * pixel);
                     }
                 });
}

template void flip(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, bool, bool);
template void flip(ImageView<const float>, ImageView<float>, bool, bool);

}  // namespace imgmine
