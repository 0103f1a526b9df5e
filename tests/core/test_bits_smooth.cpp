// What smoothing and sharpening give; see bits.hpp.
#include <limits>

#include "bits.hpp"
#include "enhance/unsharp_mask.hpp"
#include "filters/box_blur.hpp"
#include "filters/gaussian_blur.hpp"
#include "filters/integral_image.hpp"

using namespace imgmine;

namespace {

/// Values whose sums are rounded.
template <class T>
Image<T> rough_picture(std::ptrdiff_t channels) {
    Image<T> image = picture<T>(channels);
    if constexpr (std::is_same_v<T, float>)
        for (float& value : image.values) value = value / 7 + 0.1f;
    return image;
}

template <class T>
std::uint32_t blur(std::ptrdiff_t channels, const Gaussian& gaussian, Border border) {
    Image<T> out{height, width, channels};
    gaussian_blur(rough_picture<T>(channels).read(), out.view(), gaussian, border);
    return checksum(out.values);
}

template <class T>
std::uint32_t box(std::ptrdiff_t channels, BoxSize ksize, Border border) {
    Image<T> out{height, width, channels};
    Image<T> in = rough_picture<T>(channels);
    if constexpr (std::is_same_v<T, float>)
        in.values[in.values.size() / 2] = std::numeric_limits<float>::infinity();
    box_blur(in.read(), out.view(), ksize, border);
    return checksum(out.values);
}

template <class T, class Sum>
std::uint32_t integral(std::ptrdiff_t channels) {
    Image<Sum> out{height + 1, width + 1, channels};
    integral_image(rough_picture<T>(channels).read(), out.view());
    return checksum(out.values);
}

template <class T>
std::uint32_t sharp(std::ptrdiff_t channels, const UnsharpMask& options) {
    Image<T> out{height, width, channels};
    unsharp_mask(rough_picture<T>(channels).read(), out.view(), options, Border::reflect101);
    return checksum(out.values);
}

using Byte = std::uint8_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

const std::vector<BitsCase> cases = {
    {"blur u8 gray 5", [] { return blur<Byte>(1, {{}, 5}, Border::constant); }, 0x1975203bu},
    {"blur u8 sigma 25", [] { return blur<Byte>(1, {25.0, {}}, Border::wrap); }, 0xc3e2f215u},
    {"blur u8 RGB sigma 12", [] { return blur<Byte>(3, {12.0, {}}, Border::reflect); },
     0xd1877831u},
    {"blur f32 gray 5", [] { return blur<float>(1, {{}, 5}, Border::reflect101); }, 0xb7376c56u},
    {"blur f32 sigma 3", [] { return blur<float>(1, {3.0, {}}, Border::replicate); }, 0x07047408u},
    {"blur f32 sigma 25", [] { return blur<float>(1, {25.0, {}}, Border::reflect101); },
     0x14cf838fu},
    {"blur f32 5 channels sigma 11", [] { return blur<float>(5, {11.0, {}}, Border::wrap); },
     0x3538bd59u},
    {"box u8 5", [] { return box<Byte>(1, {5, 5}, Border::wrap); }, 0xe96d1309u},
    {"box u8 RGB 40 x 21", [] { return box<Byte>(3, {40, 21}, Border::reflect); }, 0x440c6e34u},
    {"box f32 5", [] { return box<float>(1, {5, 5}, Border::replicate); }, 0xd18871ddu},
    {"box f32 31", [] { return box<float>(1, {31, 31}, Border::reflect101); }, 0x7ad9b434u},
    {"box f32 RGB 13 x 60", [] { return box<float>(3, {13, 60}, Border::constant); }, 0x37d6fcceu},
    {"integral u8 u32", [] { return integral<Byte, U32>(1); }, 0x86d70f00u},
    {"integral u8 RGB u64", [] { return integral<Byte, U64>(3); }, 0x715eadf1u},
    {"integral f32", [] { return integral<float, double>(1); }, 0x3d25ce7bu},
    {"integral f32 RGB", [] { return integral<float, double>(3); }, 0xf6076de0u},
    {"sharp u8", [] { return sharp<Byte>(1, {2, 1.3, 3}); }, 0xfd0c5402u},
    {"sharp f32 RGB", [] { return sharp<float>(3, {0.7, 5, 0}); }, 0xe10008b6u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
