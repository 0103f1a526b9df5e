// What pictures become that are moved at random; see bits.hpp.
#include "bits.hpp"
#include "nn/augment.hpp"

using namespace imgmine;

namespace {

template <class T>
std::uint32_t moved(const Augmentation& how, std::ptrdiff_t crop) {
    constexpr std::ptrdiff_t n = 6, side = 40;
    std::uint32_t sum = 0;
    for (const std::ptrdiff_t channels : {1, 3, 4}) {
        const auto size = static_cast<std::size_t>(n * side * side * channels);
        std::vector<T> images(size);
        Random random(7);
        for (T& value : images) value = static_cast<T>(random.below(256));
        const std::ptrdiff_t smaller = side - crop;
        std::vector<T> out(static_cast<std::size_t>(n * smaller * smaller * channels));
        const std::vector<std::int64_t> rows = {5, 0, 3, 3, 1, 2};
        augment<T>({images.data(), n, side, side, channels}, rows.data(), how, 11, 2,
                   {out.data(), n, smaller, smaller, channels});
        sum = sum * 31 + checksum(out);
    }
    return sum;
}

const Augmentation shifted{3, 5, true, 0, 0, Border::reflect101, 0};
const Augmentation turned{2, 2, true, 25, 0.2, Border::constant, 9};

const std::vector<BitsCase> cases = {
    {"shift u8", [] { return moved<std::uint8_t>(shifted, 0); }, 0xd95cdd56u},
    {"shift f32", [] { return moved<float>(shifted, 8); }, 0xc1a5ff2bu},
    {"turn u8", [] { return moved<std::uint8_t>(turned, 8); }, 0x28aad25eu},
    {"turn f32", [] { return moved<float>(turned, 0); }, 0x60e6ee7fu},
};

}  // namespace

int main() {
    return check_bits(cases);
}
