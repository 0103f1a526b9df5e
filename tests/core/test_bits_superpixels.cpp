// What superpixels are; see bits.hpp.
#include "bits.hpp"
#include "segment/slic.hpp"
#include "segment/superpixels.hpp"

using namespace imgmine;

namespace {

template <class Operation>
std::uint32_t labels_of(std::ptrdiff_t channels, const Operation& operation) {
    const auto src = picture<std::uint8_t>(channels);
    Image<std::int32_t> out{height, width, 1};
    operation(src.read(), out.view());
    return checksum(out.values);
}

std::uint32_t slic_of(std::ptrdiff_t channels, const Slic& options) {
    return labels_of(channels, [&](auto src, auto dst) { slic(src, options, dst); });
}

std::uint32_t superpixels_of(std::ptrdiff_t channels, const Superpixels& options) {
    return labels_of(channels, [&](auto src, auto dst) { superpixels(src, options, dst); });
}

const std::vector<BitsCase> cases = {
    {"slic", [] { return slic_of(3, {}); }, 0x40a9da7bu},
    {"slic gray", [] { return slic_of(1, {2000, 3, 4, false, 10}); }, 0x6552e642u},
    {"slic adaptive", [] { return slic_of(3, {200, 10, 10, true, {}}); }, 0x05b618ffu},
    {"superpixels", [] { return superpixels_of(3, {}); }, 0x7028c829u},
    {"superpixels gray", [] { return superpixels_of(1, {5000, 20, 2}); }, 0xb8e53775u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
