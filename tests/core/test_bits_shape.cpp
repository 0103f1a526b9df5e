// What features of shapes and edges give; see bits.hpp.
#include <cstring>

#include "bits.hpp"
#include "features/edge_histogram.hpp"
#include "features/fourier_descriptors.hpp"
#include "features/hog.hpp"
#include "features/moments.hpp"
#include "features/phog.hpp"
#include "features/region_shape.hpp"
#include "features/zernike_moments.hpp"

using namespace imgmine;

namespace {

template <class T>
std::uint32_t hog_of(std::ptrdiff_t channels, const HogOptions& options) {
    std::vector<float> out(static_cast<std::size_t>(options.blocks(height) * options.blocks(width) *
                                                    options.block_size()));
    hog(picture<T>(channels).read(), options, out.data());
    return checksum(out);
}

using Interpolation = HogOptions::Interpolation;
using Normalize = HogOptions::Normalize;
using byte = std::uint8_t;

Image<byte> mask() {
    Image<byte> image = picture<byte>(1);
    for (byte& v : image.values) v = v > 128;
    return image;
}

std::uint32_t shape() {
    const RegionShape shape = region_shape(mask().read());
    std::vector<double> values(sizeof shape / sizeof(double));
    std::memcpy(values.data(), &shape, sizeof shape);
    return checksum(values);
}

template <class Values>
std::uint32_t checksum_of(const Values& values) {
    return checksum(std::vector(values.begin(), values.end()));
}

template <class T>
Moments central() {
    return central_moments(picture<T>(1).read(), nullptr, nullptr);
}

std::uint32_t logs() {
    auto seven = hu(normalized(central<float>()));
    for (double& h : seven) h = signed_log(h);
    return checksum_of(seven);
}

const std::vector<BitsCase> cases = {
    {"hog u8", [] { return hog_of<byte>(1, {}); }, 0x56378a00u},
    {"hog f32, signed",
     [] {
         return hog_of<float>(3, {7, 6, 3, true, Interpolation::full, Normalize::l1_sqrt, true});
     },
     0xa18d3bd4u},
    {"hog of orientations",
     [] {
         return hog_of<byte>(3, {8, 5, 4, false, Interpolation::orientation, Normalize::l2, false});
     },
     0x8eefd0f3u},
    {"hog without interpolation",
     [] {
         return hog_of<float>(1, {9, 8, 2, false, Interpolation::none, Normalize::l2_hys, false});
     },
     0xcfb6715eu},
    {"edge histogram",
     [] { return checksum_of(edge_histogram(picture<byte>(1).read(), 1100, 11)); }, 0xb060b0f5u},
    {"phog", [] { return checksum(phog(picture<byte>(1).read(), {12, 3, true, 20, 60})); },
     0xb4577dcdu},
    {"moments u8", [] { return checksum_of(central<byte>()); }, 0x66a4a9abu},
    {"moments f32", [] { return checksum_of(central<float>()); }, 0x408ec624u},
    {"hu", logs, 0x4fdfb65cu},
    {"zernike u8", [] { return checksum(zernike_moments(picture<byte>(1).read(), {})); },
     0xb8eb288eu},
    {"zernike f32",
     [] { return checksum(zernike_moments(picture<float>(1).read(), {17, 101.5, {}})); },
     0x3e0f8794u},
    {"fourier", [] { return checksum(fourier_descriptors(outer_contour(mask().read()), 16, 256)); },
     0x0622279bu},
    {"region", shape, 0x33271970u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
