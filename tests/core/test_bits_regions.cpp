// What splitting an image into regions and joining them gives; see bits.hpp.
#include "bits.hpp"
#include "segment/felzenszwalb.hpp"

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

const std::vector<BitsCase> cases = {
    {"felzenszwalb u8", [] { return split<Bytes>(1, {}); }, 0xf5906430u},
    {"felzenszwalb u8 rgb", [] { return split<Bytes>(3, {1000, 1.1, 30}); }, 0xc67faaefu},
    {"felzenszwalb f32", [] { return split<float>(3, {2000, 0, 5}); }, 0x370adc4au},
};

}  // namespace

int main() {
    return check_bits(cases);
}
