// What flooding, growing and cutting give; see bits.hpp.
#include "bits.hpp"
#include "segment/flood_fill.hpp"
#include "segment/grabcut.hpp"
#include "segment/region_grow.hpp"
#include "segment/watershed.hpp"

using namespace imgmine;

namespace {

using Bytes = std::uint8_t;

Image<std::int32_t> markers(std::ptrdiff_t step) {
    Image<std::int32_t> out{height, width, 1};
    std::int32_t n = 0;
    for (std::ptrdiff_t y = step / 2; y < height; y += step)
        for (std::ptrdiff_t x = step / 2; x < width; x += step) out.view().row(y)[x] = ++n;
    return out;
}

template <class T>
std::uint32_t flooded(std::ptrdiff_t step, const Watershed& options) {
    auto labels = markers(step);
    watershed(picture<T>(1).read(), {nullptr, 0, 0, 1, 0}, labels.view(), options);
    return checksum(labels.values);
}

template <class T>
std::uint32_t grown(std::ptrdiff_t channels, const RegionGrow& options) {
    auto labels = markers(40);
    region_grow(picture<T>(channels).read(), labels.view(), options);
    return checksum(labels.values);
}

template <class T>
std::uint32_t filled(std::ptrdiff_t channels, const FloodFill& options) {
    auto image = picture<T>(channels);
    flood_fill(image.view(), {77}, options);
    return checksum(image.values);
}

std::uint32_t cut(const GrabCut& options) {
    Image<Bytes> mask{height, width, 1};
    for (std::ptrdiff_t y = 50; y < 400; ++y)
        for (std::ptrdiff_t x = 100; x < 500; ++x) mask.view().row(y)[x] = probable_foreground;
    grabcut(picture<Bytes>(3).read(), mask.view(), options);
    return checksum(mask.values);
}

const std::vector<BitsCase> cases = {
    {"watershed 4", [] { return flooded<Bytes>(40, {4, 0}); }, 0x3faac48eu},
    {"watershed 8", [] { return flooded<Bytes>(300, {8, 0}); }, 0x0d222ec1u},
    {"watershed f32", [] { return flooded<float>(40, {4, 0}); }, 0x3faac48eu},
    {"watershed compact", [] { return flooded<Bytes>(40, {8, 2.5}); }, 0x4fbeb484u},
    {"grow u8", [] { return grown<Bytes>(3, {60, 4}); }, 0x08f1409au},
    {"grow f32", [] { return grown<float>(1, {40, 8}); }, 0x7032b4bdu},
    {"fill u8", [] { return filled<Bytes>(1, {200, 300, 25, 4}); }, 0x091dc523u},
    {"fill f32", [] { return filled<float>(3, {200, 300, 45, 8}); }, 0x0ae60bd0u},
    {"grabcut", [] { return cut({3, 5, 1}); }, 0x1c06b266u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
