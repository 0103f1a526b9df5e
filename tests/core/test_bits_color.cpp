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
    {"rgba gray u8", gray_of_four<byte>, 0u},
    {"rgba gray f32", gray_of_four<float>, 0u},
    {"rgb2hsv u8", [] { return converted<byte>(rgb2hsv); }, 0u},
    {"rgb2hsv f32", [] { return converted<float>(rgb2hsv); }, 0u},
    {"hsv2rgb u8", [] { return converted<byte>(hsv2rgb); }, 0u},
    {"hsv2rgb f32", [] { return converted<float>(hsv2rgb); }, 0u},
    {"rgb2lab u8", [] { return converted<byte>(rgb2lab); }, 0u},
    {"rgb2lab f32", [] { return converted<float>(rgb2lab); }, 0u},
    {"lab2rgb u8", [] { return converted<byte>(lab2rgb); }, 0u},
    {"lab2rgb f32", [] { return converted<float>(lab2rgb); }, 0u},
    {"rgb2ycbcr u8", [] { return converted<byte>(rgb2ycbcr); }, 0u},
    {"rgb2ycbcr f32", [] { return converted<float>(rgb2ycbcr); }, 0u},
    {"ycbcr2rgb u8", [] { return converted<byte>(ycbcr2rgb); }, 0u},
    {"ycbcr2rgb f32", [] { return converted<float>(ycbcr2rgb); }, 0u},
    {"nv12_to_rgb", nv12, 0u},
    {"yuyv_to_rgb", yuyv, 0u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
