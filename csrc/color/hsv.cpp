#include "color/hsv.hpp"

#include <type_traits>

#include "color/convert.hpp"
#include "kernels/hsv.hpp"

namespace imgmine {

template <class T>
void rgb2hsv(ImageView<const T> src, ImageView<T> dst) {
    convert_rows(src, dst, std::is_same_v<T, float> ? 0.4 : 0.12,
                 [](const T* in, T* out, std::size_t n, bool streams) {
                     if constexpr (std::is_same_v<T, float>)
                         hsv_kernels().rgb_to_hsv_f32(in, out, n, streams);
                     else
                         hsv_kernels().rgb_to_hsv_u8(in, out, n, streams);
                 });
}

template <class T>
void hsv2rgb(ImageView<const T> src, ImageView<T> dst) {
    convert_rows(src, dst, std::is_same_v<T, float> ? 0.4 : 0.15,
                 [](const T* in, T* out, std::size_t n, bool streams) {
                     if constexpr (std::is_same_v<T, float>)
                         hsv_kernels().hsv_to_rgb_f32(in, out, n, streams);
                     else
                         hsv_kernels().hsv_to_rgb_u8(in, out, n, streams);
                 });
}

template void rgb2hsv(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void rgb2hsv(ImageView<const float>, ImageView<float>);
template void hsv2rgb(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void hsv2rgb(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
