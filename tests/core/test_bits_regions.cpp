// What splitting an image into regions and joining them gives; see bits.hpp.
#include <cstring>

#include "bits.hpp"
#include "segment/felzenszwalb.hpp"
#include "segment/merge_regions.hpp"
#include "segment/region_adjacency.hpp"

using namespace imgmine;

namespace {

using Bytes = std::uint8_t;

template <class T>
std::uint32_t split(std::ptrdiff_t channels, const Felzenszwalb& options) {
    auto src = picture<T>(channels);
    Image<std::int32_t> labels{height, width, 1};
    felzenszwalb<T>(src.read(), labels.view(), options);
    return checksum(labels.values);
}

/// Tiles of 32 x 32 pixels.
Image<std::int32_t> tiles() {
    Image<std::int32_t> labels{height, width, 1};
    for (std::ptrdiff_t y = 0; y < height; ++y)
        for (std::ptrdiff_t x = 0; x < width; ++x)
            labels.view().row(y)[x] = static_cast<std::int32_t>(y / 32 * 100 + x / 32);
    return labels;
}

std::uint32_t adjacent() {
    auto labels = tiles();
    auto src = picture<Bytes>(3);
    const auto image = src.read();
    auto found = region_adjacency(labels.read(), &image);
    for (const auto& values : {found.color_difference, found.gradient})
        for (const float value : values) {
            std::int32_t bits;
            std::memcpy(&bits, &value, sizeof bits);
            found.one.push_back(bits);
        }
    found.one.insert(found.one.end(), found.other.begin(), found.other.end());
    found.one.insert(found.one.end(), found.length.begin(), found.length.end());
    return checksum(found.one);
}

std::uint32_t merged(std::ptrdiff_t channels, const RegionMerging& options) {
    auto labels = tiles();
    auto src = picture<Bytes>(channels);
    Image<std::int32_t> out{height, width, 1};
    merge_regions(src.read(), labels.read(), options, out.view());
    return checksum(out.values);
}

const std::vector<BitsCase> cases = {
    {"felzenszwalb u8", [] { return split<Bytes>(1, {}); }, 0xf5906430u},
    {"felzenszwalb u8 rgb", [] { return split<Bytes>(3, {1000, 1.1, 30}); }, 0xc67faaefu},
    {"felzenszwalb f32", [] { return split<float>(3, {2000, 0, 5}); }, 0x370adc4au},
    {"adjacency", adjacent, 0x0995bd1cu},
    {"merge rgb", [] { return merged(3, {30, {}}); }, 0xcce0b916u},
    {"merge weighed", [] { return merged(3, {40, {}, 0.03, 0.01, 0.2}); }, 0x56d0c3b3u},
    {"merge gray", [] { return merged(1, {{}, 0.3}); }, 0xb38f26e8u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
