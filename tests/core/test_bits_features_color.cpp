// What each color descriptor gives; see bits.hpp.
#include "bits.hpp"
#include "features/cedd.hpp"
#include "features/color_correlogram.hpp"
#include "features/color_histogram.hpp"
#include "features/color_layout.hpp"
#include "features/color_moments.hpp"
#include "features/fcth.hpp"
#include "features/histogram.hpp"
#include "features/scalable_color.hpp"

using namespace imgmine;

namespace {

/// The checksum of the `n` values that write(image, out) writes.
template <class Write>
std::uint32_t written(std::size_t n, const Write& write) {
    const auto image = picture<std::uint8_t>(3);
    std::vector<float> out(n);
    write(image.read(), out.data());
    return checksum(out);
}

std::uint32_t counted(const Bins& bins, const Areas& areas) {
    return checksum(histogram(picture<std::uint8_t>(3).read(), bins, areas));
}

std::uint32_t colors(ColorSpace space) {
    return checksum(color_histogram(picture<std::uint8_t>(3).read(), {space, {8, 6, 5}, true}));
}

std::uint32_t moments(ColorSpace space) {
    Areas areas;
    areas.rows = 2, areas.columns = 3;
    return written(54, [&](auto image, float* out) { color_moments(image, space, areas, out); });
}

std::uint32_t pyramid(Normalize normalize) {
    const Bins bins{7, 0, 256};
    return written(21 * 21, [&](auto image, float* out) {
        write_pyramid(histogram(image, bins, pyramid_areas(3)), 21, 3, normalize, out);
    });
}

Areas regions(const Image<std::int32_t>& labels) {
    Areas areas;
    areas.labels = labels.read();
    areas.n_labels = 9;
    return areas;
}

std::uint32_t labelled() {
    Image<std::int32_t> labels{height, width, 1};
    for (std::size_t i = 0; i < labels.values.size(); ++i)
        labels.values[i] = static_cast<std::int32_t>(i / 7 % 10);
    return counted({50, 0, 256}, regions(labels));
}

std::uint32_t correlogram(const ColorBins& bins) {
    return written(4 * bins.size(), [&](auto image, float* out) {
        color_correlogram(image, bins, {1, 3, 5, 31}, out);
    });
}

const std::vector<BitsCase> cases = {
    {"histogram 8", [] { return counted({8, 0, 256}, {}); }, 0x0e896c12u},
    {"histogram 200", [] { return counted({200, 0, 256}, {}); }, 0x895b5ef1u},
    {"histogram of labels", labelled, 0x30fdd54eu},
    {"pyramid l2", [] { return pyramid(Normalize::l2); }, 0x5ac91367u},
    {"pyramid hellinger", [] { return pyramid(Normalize::hellinger); }, 0x6dbf99bau},
    {"colors rgb", [] { return colors(ColorSpace::rgb); }, 0x5c1b6331u},
    {"colors hsv", [] { return colors(ColorSpace::hsv); }, 0x1eb2aff3u},
    {"colors opponent", [] { return colors(ColorSpace::opponent); }, 0xe1fb1829u},
    {"moments hsv", [] { return moments(ColorSpace::hsv); }, 0x1b9d5d55u},
    {"moments lab", [] { return moments(ColorSpace::lab); }, 0x7b2f41b2u},
    {"correlogram 64", [] { return correlogram({ColorSpace::rgb, {4, 4, 4}, true}); }, 0xab9a38ebu},
    {"correlogram 256", [] { return correlogram({ColorSpace::hsv, {16, 4, 4}, true}); },
     0xeed513feu},
    {"color_layout",
     [] { return written(64, [](auto image, float* out) { color_layout(image, 32, 16, out); }); },
     0x91e16702u},
    {"scalable_color",
     [] { return written(256, [](auto image, float* out) { scalable_color(image, 256, out); }); },
     0x1bdb42a8u},
    {"cedd",
     [] { return written(144, [](auto image, float* out) { cedd(image, Normalize::l2, out); }); },
     0xd4a64398u},
    {"fcth",
     [] { return written(192, [](auto image, float* out) { fcth(image, Normalize::l2, out); }); },
     0xf5555df0u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
