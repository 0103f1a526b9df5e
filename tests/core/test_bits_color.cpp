// What the conversions of colors give; see bits.hpp.
#include "bits.hpp"
#include "color/camera.hpp"
#include "color/hsv.hpp"
#include "color/lab.hpp"
#include "color/rgb2gray.hpp"
#include "color/ycbcr.hpp"

using namespace imgmine;

namespace {

template <class T>
std::uint32_t converted(void (*convert)(ImageView<const T>, ImageView<T>)) {
    Image<T> out{height, width, 3};
    convert(picture<T>(3).read(), out.view());
    return checksum(out.values);
}

template <class T>
std::uint32_t gray_of_four() {
    Image<T> out{height, width, 1};
    rgb2gray(picture<T>(4).read(), out.view());
    return checksum(out.values);
}

std::uint32_t nv12() {
    const Image<std::uint8_t> frame = picture<std::uint8_t>(3);
    Image<std::uint8_t> out{344, 640, 3};
    nv12_to_rgb({frame.values.data(), 516, 640, 1, 641}, out.view());
    return checksum(out.values);
}

std::uint32_t yuyv() {
    const Image<std::uint8_t> frame = picture<std::uint8_t>(2);
    Image<std::uint8_t> out{height, 640, 3};
    yuyv_to_rgb({frame.values.data(), height, 640, 2, 2 * width}, out.view());
    return checksum(out.values);
}

using byte = std::uint8_t;
const std::vector<BitsCase> cases = {
    {"rgba gray u8", gray_of_four<byte>, 0xe90384dbu},
    {"rgba gray f32", gray_of_four<float>, 0x536de622u},
    {"rgb2hsv u8", [] { return converted<byte>(rgb2hsv); }, 0x3f47717fu},
    {"rgb2hsv f32", [] { return converted<float>(rgb2hsv); }, 0x1159d268u},
    {"hsv2rgb u8", [] { return converted<byte>(hsv2rgb); }, 0x0bebebf7u},
    {"hsv2rgb f32", [] { return converted<float>(hsv2rgb); }, 0xe83d3ca7u},
    {"rgb2lab u8", [] { return converted<byte>(rgb2lab); }, 0xb5c3e405u},
    {"rgb2lab f32", [] { return converted<float>(rgb2lab); }, 0xf74e37abu},
    {"lab2rgb u8", [] { return converted<byte>(lab2rgb); }, 0xd4f4a31eu},
    {"lab2rgb f32", [] { return converted<float>(lab2rgb); }, 0xa31d248au},
    {"rgb2ycbcr u8", [] { return converted<byte>(rgb2ycbcr); }, 0x954cd7ffu},
    {"rgb2ycbcr f32", [] { return converted<float>(rgb2ycbcr); }, 0xc63dc251u},
    {"ycbcr2rgb u8", [] { return converted<byte>(ycbcr2rgb); }, 0x4365a4d7u},
    {"ycbcr2rgb f32", [] { return converted<float>(ycbcr2rgb); }, 0x62406cfeu},
    {"nv12_to_rgb", nv12, 0x11758bbdu},
    {"yuyv_to_rgb", yuyv, 0x30a698a1u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
