#include "color/lab.hpp"

#include <type_traits>

#include "color/convert.hpp"
#include "color/tables.hpp"
#include "kernels/lab.hpp"

namespace imgmine {

template <class T>
void rgb2lab(ImageView<const T> src, ImageView<T> dst) {
    convert_rows(src, dst, std::is_same_v<T, float> ? 0.7 : 0.5,
                 [](const T* in, T* out, std::size_t n, bool streams) {
                     if constexpr (std::is_same_v<T, float>)
                         lab_kernels().rgb_to_lab_f32(in, out, n, streams);
                     else
                         lab_kernels().rgb_to_lab_u8(in, out, n, streams, lab_tables());
                 });
}

template <class T>
void lab2rgb(ImageView<const T> src, ImageView<T> dst) {
    convert_rows(src, dst, std::is_same_v<T, float> ? 0.7 : 0.7,
                 [](const T* in, T* out, std::size_t n, bool streams) {
                     if constexpr (std::is_same_v<T, float>)
                         lab_kernels().lab_to_rgb_f32(in, out, n, streams);
                     else
                         lab_kernels().lab_to_rgb_u8(in, out, n, streams, encode_table());
                 });
}

template void rgb2lab(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void rgb2lab(ImageView<const float>, ImageView<float>);
template void lab2rgb(ImageView<const std::uint8_t>, ImageView<std::uint8_t>);
template void lab2rgb(ImageView<const float>, ImageView<float>);

}  // namespace imgmine
