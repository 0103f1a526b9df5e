#include "color/ycbcr.hpp"

#include <type_traits>

#include "color/convert.hpp"
#include "kernels/ycbcr.hpp"

namespace imgmine {

template <class T>
void rgb2ycbcr(ImageView<const T> src, ImageView<T> dst) {
    convert_rows(src, dst, std::is_same_v<T, float> ? 0.4 : 0.12,
                 [](const T* in, T* out, std::size_t n, bool streams) {
                     if constexpr (std::is_same_v<T, float>)
                         ycbcr_kernels().rgb_to_ycbcr_f32(in, out, n, streams);
                     else
                         ycbcr_kernels().rgb_to_ycbcr_u8(in, out, n, streams);
                 });
}

template <class T>
void ycbcr2rgb(ImageView<const T> src, ImageView<T> dst) {
    convert_rows(src, dst, std::is_same_v<T, float> ? 0.4 : 0.12,
                 [](const T* in, T* out, std::size_t n, bool streams) {
                     if constexpr (std::is_same_v<T, float>)
                         ycbcr_kernels().ycbcr_to_rgb_f32(in, out, n, streams);
                     else
                         ycbcr_kernels().ycbcr_to_rgb_u8(in, out, n, streams);
                 });
}

template void rgb2ycbcr(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void rgb2ycbcr(ImageView<const float>, ImageView<float>);
template void ycbcr2rgb(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void ycbcr2rgb(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
