// What the warps of package geometry give; see bits.hpp.
#include "bits.hpp"
#include "geometry/deskew.hpp"
#include "geometry/rotate.hpp"
#include "geometry/undistort.hpp"
#include "geometry/warp_affine.hpp"
#include "geometry/warp_perspective.hpp"

using namespace imgmine;

namespace {

template <class T, class Run>
std::uint32_t made(std::ptrdiff_t channels, const Run& run) {
    Image<T> out{height, width, channels};
    run(picture<T>(channels).read(), out.view());
    return checksum(out.values);
}

template <class T>
std::uint32_t affine(std::ptrdiff_t channels, WarpMethod method, Border border) {
    const Affine matrix = {0.9, -0.31, 77.7, 0.28, 1.07, -60.4};
    return made<T>(channels, [&](const auto& src, const auto& dst) {
        warp_affine(src, dst, matrix, {method, border, {7}});
    });
}

template <class T>
std::uint32_t perspective(std::ptrdiff_t channels, WarpMethod method) {
    const Homography matrix = {0.9, -0.31, 77.7, 0.28, 1.07, -60.4, 1e-3, -3e-3, 1};
    return made<T>(channels, [&](const auto& src, const auto& dst) {
        warp_perspective(src, dst, matrix, {method, Border::wrap, {7}});
    });
}

template <class T>
std::uint32_t lens(const std::vector<double>& distortion) {
    const Camera camera{{700, 0, 320.3, 0, 690, 255, 0, 0, 1}, distortion};
    return made<T>(
        3, [&](const auto& src, const auto& dst) { undistort(src, dst, camera, WarpOptions{}); });
}

template <class T>
std::uint32_t turned(std::ptrdiff_t channels, double angle) {
    const auto [rows, columns] = rotated_size(height, width, angle);
    Image<T> out{rows, columns, channels};
    rotate(picture<T>(channels).read(), out.view(), angle, WarpOptions{});
    return checksum(out.values);
}

template <class T>
std::uint32_t skew() {
    const Image<T> image = picture<T>(3);
    return checksum(std::vector<double>{shear_of(image.read(), {9, 90, 200}),
                                        text_angle_of(image.read(), {9, 90, 200}, 15)});
}

using u8 = std::uint8_t;
constexpr auto nearest = WarpMethod::nearest, linear = WarpMethod::linear,
               cubic = WarpMethod::cubic;

const std::vector<BitsCase> cases = {
    {"affine nearest u8", [] { return affine<u8>(3, nearest, Border::constant); }, 0xb28a6f79u},
    {"affine nearest f32", [] { return affine<float>(3, nearest, Border::reflect); }, 0x29cf809bu},
    {"affine linear u8 gray", [] { return affine<u8>(1, linear, Border::constant); }, 0x0b0f1e88u},
    {"affine linear u8", [] { return affine<u8>(3, linear, Border::reflect101); }, 0x2c883896u},
    {"affine linear u8 of 2", [] { return affine<u8>(2, linear, Border::replicate); }, 0x40f41377u},
    {"affine linear f32 gray", [] { return affine<float>(1, linear, Border::constant); },
     0x9f9b9f4au},
    {"affine linear f32", [] { return affine<float>(4, linear, Border::wrap); }, 0x2974cad9u},
    {"affine cubic u8 gray", [] { return affine<u8>(1, cubic, Border::constant); }, 0x7ed11519u},
    {"affine cubic u8", [] { return affine<u8>(4, cubic, Border::reflect101); }, 0x796d6192u},
    {"affine cubic f32 gray", [] { return affine<float>(1, cubic, Border::constant); },
     0x5e1de1fcu},
    {"affine cubic f32", [] { return affine<float>(3, cubic, Border::replicate); }, 0x0fe37bb5u},
    {"perspective nearest u8", [] { return perspective<u8>(4, nearest); }, 0x8a06b212u},
    {"perspective linear u8", [] { return perspective<u8>(3, linear); }, 0x08b5d195u},
    {"perspective cubic f32", [] { return perspective<float>(1, cubic); }, 0xa45a8afdu},
    {"lens of 5 u8", [] { return lens<u8>({-0.2, 0.05, 0.001, -0.002, 0.01}); }, 0x82173167u},
    {"lens of 8 f32", [] { return lens<float>({-0.2, 0.05, 0, -0.002, 0, 0.1, 0.1, 0.1}); },
     0xf1cedae1u},
    {"quarter u8 gray", [] { return turned<u8>(1, 90); }, 0xa2135be4u},
    {"quarter u8", [] { return turned<u8>(3, 270); }, 0x6d5a87feu},
    {"quarter f32", [] { return turned<float>(3, -90); }, 0x35c2fd27u},
    {"half u8", [] { return turned<u8>(3, 180); }, 0xd5d4ce15u},
    {"turn u8", [] { return turned<u8>(3, 33.3); }, 0x059982d6u},
    {"skew u8", skew<u8>, 0x0dca4082u},
    {"skew f32", skew<float>, 0x0dca4082u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
