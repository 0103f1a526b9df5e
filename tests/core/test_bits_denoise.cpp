// What filters that weigh pixels by their likeness give; see bits.hpp.
#include "bits.hpp"
#include "filters/bilateral_filter.hpp"
#include "filters/nl_means.hpp"

using namespace imgmine;

namespace {

template <class T>
std::uint32_t bilateral(std::ptrdiff_t channels, const Bilateral& options) {
    Image<T> out{height, width, channels};
    bilateral_filter(picture<T>(channels).read(), out.view(), options, Border::reflect101);
    return checksum(out.values);
}

template <class T>
std::uint32_t means(std::ptrdiff_t channels) {
    Image<T> out{height, width, channels};
    nl_means(picture<T>(channels).read(), out.view(), {30, 3, 5}, Border::wrap);
    return checksum(out.values);
}

const std::vector<BitsCase> cases = {
    {"bilateral u8", [] { return bilateral<std::uint8_t>(1, {25, 1.4, {}}); }, 0xfedebdd6u},
    {"bilateral u8, narrow", [] { return bilateral<std::uint8_t>(1, {9, 1.4, {}}); }, 0x3a574b58u},
    {"bilateral u8, all", [] { return bilateral<std::uint8_t>(1, {500, 1, 5}); }, 0xdb1df039u},
    {"bilateral u8, 3 channels", [] { return bilateral<std::uint8_t>(3, {25, 1.4, {}}); },
     0x5e5c2f68u},
    {"bilateral u8, far colors", [] { return bilateral<std::uint8_t>(4, {150, 1, 3}); },
     0xeeb89789u},
    {"bilateral f32", [] { return bilateral<float>(1, {25, 1, 3}); }, 0x462ad68fu},
    {"bilateral f32, 3 channels", [] { return bilateral<float>(3, {60, 1, 3}); }, 0x0f5910a0u},
    {"nl_means u8", [] { return means<std::uint8_t>(1); }, 0xcd5d1ba6u},
    {"nl_means u8, 3 channels", [] { return means<std::uint8_t>(3); }, 0xb303fa51u},
    {"nl_means f32", [] { return means<float>(1); }, 0x53814fe3u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
