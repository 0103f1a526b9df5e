#include "filters/laplacian.hpp"

#include <string>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/gradient.hpp"

namespace imgmine {
namespace {

template <class T, class Out>
auto kernel_of() {
    if constexpr (std::is_same_v<T, float>)
        return edge_kernels().laplacian_f32;
    else if constexpr (std::is_same_v<Out, float>)
        return edge_kernels().laplacian_u8_f32;
    else
        return edge_kernels().laplacian_u8_i16;
}

template <class T, class Out>
void laplacian_3(ImageView<const T> src, ImageView<Out> dst, bool corners, Border border,
                 std::ptrdiff_t first, std::ptrdiff_t last) {
    const auto kernel = kernel_of<T, Out>();
    const auto step = static_cast<std::size_t>(src.channels);
    ThreeRows<T> three_rows(src, border);
    for_tiles(src.row_size(), tile_size, [&](std::ptrdiff_t x_first, std::ptrdiff_t x_last) {
        for (std::ptrdiff_t y = first; y < last; ++y)
            three_rows(y, x_first, x_last,
                       [&](const T* const* rows, std::ptrdiff_t x, std::size_t n) {
                           kernel(rows, step, corners, dst.row(y) + x, n);
                       });
    });
}

}  // namespace

template <class T, class Out>
void laplacian(ImageView<const T> src, ImageView<Out> dst, int ksize, Border border) {
    require(ksize == 1 || ksize == 3 || ksize == 5 || ksize == 7,
            "ksize must be 1, 3, 5 or 7, got " + std::to_string(ksize));
    if (src.empty()) return;
    const int n_taps = std::max(ksize, 3);
    const SeparablePair pair{sobel_taps(n_taps, 0), sobel_taps(n_taps, 2), false, Combine::sum};
    const double cost = ksize <= 3 ? 0.1 * sizeof(T) : 0.4 * ksize;
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(row_grain(src.row_size(), cost), 16);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        if (ksize <= 3)
            laplacian_3(src, dst, ksize == 3, border, first, last);
        else
            filter_pair(src, dst, pair, border, first, last);
    });
}

template void laplacian(ImageView<const std::uint8_t>, ImageView<std::int16_t>, int, Border);
template void laplacian(ImageView<const std::uint8_t>, ImageView<float>, int, Border);
template void laplacian(ImageView<const float>, ImageView<float>, int, Border);

}  // namespace imgmine
