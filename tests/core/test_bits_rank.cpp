// What the rank filters give; see bits.hpp.
#include <limits>

#include "bits.hpp"
#include "filters/median_blur.hpp"
#include "filters/morphology.hpp"
#include "filters/remove_specks.hpp"

using namespace imgmine;

namespace {

/// Floats with the values that comparisons get wrong among them.
template <class T>
Image<T> rough(std::ptrdiff_t channels) {
    Image<T> image = picture<T>(channels);
    if constexpr (std::is_same_v<T, float>) {
        Random random(9);
        for (float& x : image.values) switch (random.below(40)) {
                case 0:
                    x = std::numeric_limits<float>::quiet_NaN();
                    break;
                case 1:
                    x = -x;
                    break;
                case 2:
                    x = -0.0f;
                    break;
                case 3:
                    x = 0.0f;
                    break;
                default:
                    break;
            }
    }
    return image;
}

template <class T>
std::uint32_t median(int ksize, std::ptrdiff_t channels) {
    Image<T> out{height, width, channels};
    median_blur(rough<T>(channels).read(), out.view(), ksize, Border::reflect101);
    return checksum(out.values);
}

template <class T>
std::uint32_t morph(Morphology operation, const Footprint& footprint) {
    Image<T> out{height, width, 3};
    morphology(rough<T>(3).read(), out.view(), operation, footprint, 1, Border::constant);
    return checksum(out.values);
}

std::uint32_t specks(int connectivity) {
    Image<std::uint8_t> mask = picture<std::uint8_t>(1), out{height, width, 1};
    for (std::uint8_t& x : mask.values) x = x % 5 < 2;
    remove_specks(mask.read(), out.view(), 9, connectivity);
    return checksum(out.values);
}

const Footprint cross{3, 3, {0, 1, 0, 1, 1, 1, 0, 1, 0}};
using U8 = std::uint8_t;

const std::vector<BitsCase> cases = {
    {"median u8 3", [] { return median<U8>(3, 3); }, 0x8ab8c36eu},
    {"median u8 5", [] { return median<U8>(5, 3); }, 0x026009d6u},
    {"median u8 9", [] { return median<U8>(9, 1); }, 0x06058baau},
    {"median u8 27", [] { return median<U8>(27, 1); }, 0x922e24cfu},
    {"median f32 3", [] { return median<float>(3, 3); }, 0x89239e28u},
    {"median f32 5", [] { return median<float>(5, 1); }, 0xbded5c63u},
    {"median f32 7", [] { return median<float>(7, 1); }, 0x4542a710u},
    {"erode u8 3", [] { return morph<U8>(Morphology::erode, {3, 3, {}}); }, 0x259ffff7u},
    {"opening u8 15", [] { return morph<U8>(Morphology::opening, {15, 16, {}}); }, 0xee5514dfu},
    {"closing u8 cross", [] { return morph<U8>(Morphology::closing, cross); }, 0x60a812dcu},
    {"dilate f32 3", [] { return morph<float>(Morphology::dilate, {3, 2, {}}); }, 0x5458fac5u},
    {"closing f32 21", [] { return morph<float>(Morphology::closing, {21, 9, {}}); }, 0xb0f94ab7u},
    {"erode f32 cross", [] { return morph<float>(Morphology::erode, cross); }, 0xca4c4eeau},
    {"specks 4", [] { return specks(4); }, 0x58cb41b5u},
    {"specks 8", [] { return specks(8); }, 0xff27ed44u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
