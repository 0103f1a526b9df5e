#include "color/rgb2gray.hpp"

#include <type_traits>

#include "color/convert.hpp"
#include "kernels/color.hpp"

namespace imgmine {

template <class T>
void rgb2gray(ImageView<const T> src, ImageView<T> dst) {
    require(src.channels == 3 || src.channels == 4,
            "image must have 3 or 4 channels, got " + std::to_string(src.channels));
    [[maybe_unused]] const bool streams = outgrow_caches(src, dst);
    const auto n = static_cast<std::size_t>(src.width);
    const auto channels = static_cast<std::size_t>(src.channels);
    parallel_for(src.height, row_grain(src.width, std::is_same_v<T, float> ? 1 : 0.15),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         if constexpr (std::is_same_v<T, float>)
                             color_kernels().rgb_to_gray_f32(src.row(y), dst.row(y), n, channels,
                                                             streams);
                         else
                             color_kernels().rgb_to_gray_u8(src.row(y), dst.row(y), n, channels);
                 });
}

template void rgb2gray(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void rgb2gray(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
