// What convolution gives on each of its roads; see bits.hpp.
#include <cmath>

#include "bits.hpp"
#include "filters/convolve.hpp"
#include "filters/sep_convolve.hpp"

using namespace imgmine;

namespace {

std::vector<double> weights(std::size_t n, std::uint32_t range, double divisor) {
    Random random(n);
    std::vector<double> w(n);
    for (double& x : w) x = (static_cast<double>(random.below(2 * range + 1)) - range) / divisor;
    return w;
}

template <class T, class R>
std::uint32_t correlated(std::ptrdiff_t h, std::ptrdiff_t w, std::uint32_t range, double divisor,
                         Border border) {
    Image<R> out{height, width, 3};
    const Kernel kernel{h, w, h / 2, w / 2,
                        weights(static_cast<std::size_t>(h * w), range, divisor)};
    correlate(picture<T>(3).read(), out.view(), kernel, border);
    return checksum(out.values);
}

template <class T, class R>
std::uint32_t separated(std::size_t h, std::size_t w, std::uint32_t range, double divisor,
                        Border border) {
    Image<R> out{height, width, 3};
    const SeparableKernel kernel{weights(h, range, divisor), weights(w, range, divisor),
                                 static_cast<std::ptrdiff_t>(h / 2),
                                 static_cast<std::ptrdiff_t>(w / 2)};
    sep_correlate(picture<T>(3).read(), out.view(), kernel, border);
    return checksum(out.values);
}

using u8 = std::uint8_t;
using s16 = std::int16_t;
constexpr auto reflect101 = Border::reflect101, wrap = Border::wrap, constant = Border::constant;

const std::vector<BitsCase> cases = {
    {"whole 3x3", [] { return correlated<u8, u8>(3, 3, 5, 1, reflect101); }, 0xb6bfd3b7u},
    {"whole 5x5 s16", [] { return correlated<u8, s16>(5, 5, 30, 1, wrap); }, 0x82c202d2u},
    {"two digits 7x6", [] { return correlated<u8, float>(7, 6, 900, 1, constant); }, 0x9c9a9b0fu},
    {"over 9 4x3", [] { return correlated<u8, u8>(4, 3, 3, 9, reflect101); }, 0x2f6b96deu},
    {"nearly whole 3x3", [] { return correlated<u8, u8>(3, 3, 1000, 1234567, wrap); }, 0x5307b393u},
    {"floats of bytes 7x7", [] { return correlated<u8, u8>(7, 7, 1u << 30, 1e8, reflect101); },
     0xe7c8d8a8u},
    {"floats of bytes 3x3 f32", [] { return correlated<u8, float>(3, 3, 1u << 30, 7e8, wrap); },
     0x76344b2du},
    {"floats 3x3", [] { return correlated<float, float>(3, 3, 1u << 30, 7e8, reflect101); },
     0x2a761bdfu},
    {"floats 5x5", [] { return correlated<float, float>(5, 5, 1u << 30, 7e8, constant); },
     0x6ac33d77u},
    {"floats 6x9", [] { return correlated<float, float>(6, 9, 1u << 30, 7e8, wrap); }, 0xab5b4388u},
    {"column times row", [] { return correlated<float, float>(1, 40, 1u << 30, 7e8, wrap); },
     0x32073a4bu},
    {"separable whole", [] { return separated<u8, u8>(5, 8, 3, 4, reflect101); }, 0x2c4618b6u},
    {"separable s16", [] { return separated<u8, s16>(9, 7, 1u << 30, 1e9, wrap); }, 0x7e9bcd12u},
    {"separable f32", [] { return separated<float, float>(4, 15, 1u << 30, 1e9, constant); },
     0xcd5756cfu},
};

}  // namespace

int main() {
    return check_bits(cases);
}
