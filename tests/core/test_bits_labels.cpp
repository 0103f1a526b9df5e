// What labels and regions give; see bits.hpp.
#include "bits.hpp"
#include "segment/clear_border.hpp"
#include "segment/fill_holes.hpp"
#include "segment/find_boundaries.hpp"
#include "segment/label.hpp"
#include "segment/relabel.hpp"

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
};

}  // namespace

int main() {
    return check_bits(cases);
}
