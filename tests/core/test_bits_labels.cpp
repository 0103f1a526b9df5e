// What labels and regions give; see bits.hpp.
#include "segment/clear_border.hpp"
#include "segment/fill_holes.hpp"
#include "segment/find_boundaries.hpp"
#include "segment/find_contours.hpp"
#include "segment/label.hpp"
#include "segment/region_polygons.hpp"
#include "segment/regions.hpp"
#include "segment/relabel.hpp"

// Behind them: its `width` and `height` would be hidden by theirs.
#include "bits.hpp"

using namespace imgmine;

namespace {

using Bytes = std::uint8_t;
using Labels = std::int32_t;

Image<Bytes> mask() {
    auto image = picture<Bytes>(1);
    for (Bytes& value : image.values) value = value % 64 > 27;
    return image;
}

Image<Labels> labels_of(int connectivity) {
    Image<Labels> labels{height, width, 1};
    label(mask().read(), connectivity, labels.view());
    return labels;
}

/// The checksum of what operation(src, dst) makes of an image.
template <class T, class R, class Operation>
std::uint32_t made(const Image<T>& src, const Operation& operation) {
    Image<R> out{height, width, 1};
    operation(src.read(), out.view());
    return checksum(out.values);
}

std::uint32_t boundaries(BoundaryMode mode, int connectivity) {
    return made<Labels, Bytes>(
        labels_of(4), [&](auto src, auto dst) { find_boundaries(src, mode, connectivity, dst); });
}

/// The checksum of write(region), numbers of each region.
template <class Found, class Write>
std::uint32_t column(const std::vector<Found>& found, const Write& write) {
    std::vector<double> numbers;
    for (const Found& one : found)
        for (const double number : write(one)) numbers.push_back(number);
    return checksum(numbers);
}

template <class T>
std::uint32_t values(std::ptrdiff_t channels) {
    const auto found = Regions(labels_of(4).read()).values(picture<T>(channels).read());
    return column(found, [](const RegionValues& v) {
        return std::vector<double>{v.mean, v.deviation, v.least, v.most};
    });
}

std::uint32_t extents() {
    return column(Regions(labels_of(4).read()).extents(), [](const RegionExtent& e) {
        return std::vector<double>{double(e.area),   double(e.top),   double(e.left),
                                   double(e.bottom), double(e.right), double(e.sum_y),
                                   double(e.sum_x)};
    });
}

std::uint32_t moments() {
    return column(Regions(labels_of(4).read()).moments(),
                  [](const auto& sums) { return about_centroid(sums); });
}

std::uint32_t outlines() {
    return column(Regions(labels_of(8).read()).outlines(), [](const RegionOutline& outline) {
        return std::vector<double>{outline.perimeter(), double(outline.euler_number())};
    });
}

std::uint32_t contours() {
    return column(find_contours(picture<float>(1).read(), 99.5), [](const Contour& contour) {
        std::vector<double> numbers;
        for (const auto& point : contour) numbers.push_back(point.row + 1000 * point.column);
        return numbers;
    });
}

std::uint32_t polygons() {
    return column(region_polygons(mask().read()), [](const auto& line) {
        std::vector<double> numbers;
        for (const auto& corner : line) numbers.push_back(corner.x + 1000.0 * corner.y);
        return numbers;
    });
}

const std::vector<BitsCase> cases = {
    {"label 4", [] { return checksum(labels_of(4).values); }, 0x2466541bu},
    {"label 8", [] { return checksum(labels_of(8).values); }, 0xb52db2e5u},
    {"relabel",
     [] {
         auto labels = labels_of(4);
         for (Labels& value : labels.values) value *= 5;
         return made<Labels, Labels>(labels, [](auto src, auto dst) { relabel(src, dst); });
     },
     0x2466541bu},
    {"fill holes",
     [] { return made<Bytes, Bytes>(mask(), [](auto src, auto dst) { fill_holes(src, 4, dst); }); },
     0x688250abu},
    {"clear border",
     [] {
         return made<Labels, Labels>(labels_of(4),
                                     [](auto src, auto dst) { clear_border(src, 2, dst); });
     },
     0xe574d196u},
    {"boundaries thick", [] { return boundaries(BoundaryMode::thick, 4); }, 0x9ffef066u},
    {"boundaries outer", [] { return boundaries(BoundaryMode::outer, 8); }, 0x9d592022u},
    {"region extents", extents, 0x237c1a90u},
    {"region moments", moments, 0x2654397du},
    {"region outlines", outlines, 0x65bf34d4u},
    {"region hulls", [] { return checksum(Regions(labels_of(8).read()).convex_areas()); },
     0x6dcc35d4u},
    {"region values u8", [] { return values<Bytes>(3); }, 0xbf32d1beu},
    {"region values f32", [] { return values<float>(2); }, 0xeb327fa2u},
    {"contours", contours, 0x4e9ca13bu},
    {"polygons", polygons, 0x012c8deau},
};

}  // namespace

int main() {
    return check_bits(cases);
}
