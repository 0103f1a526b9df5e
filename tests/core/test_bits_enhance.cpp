// What each operation of the package enhance gives; see bits.hpp.
#include "bits.hpp"
#include "enhance/adjust.hpp"
#include "enhance/adjust_saturation.hpp"
#include "enhance/apply_lut.hpp"
#include "enhance/autocontrast.hpp"
#include "enhance/clahe.hpp"
#include "enhance/equalize_hist.hpp"
#include "enhance/flat_field.hpp"
#include "enhance/match_histograms.hpp"
#include "enhance/normalize.hpp"
#include "enhance/white_balance.hpp"
#include "segment/threshold_otsu.hpp"

using namespace imgmine;

namespace {

using Bytes = std::uint8_t;

/// The checksum of what operation(src, dst) makes of a picture.
template <class T, class Operation>
std::uint32_t made(std::ptrdiff_t channels, const Operation& operation) {
    auto src = picture<T>(channels);
    Image<T> out{height, width, channels};
    operation(src.read(), out.view());
    return checksum(out.values);
}

template <class T>
std::uint32_t adjusted(const Adjustment& adjustment) {
    return made<T>(3, [&](auto src, auto dst) { adjust(src, dst, adjustment); });
}

template <class T>
std::uint32_t saturated() {
    return made<T>(3, [](auto src, auto dst) { adjust_saturation(src, dst, 1.37); });
}

std::uint32_t looked_up(std::ptrdiff_t channels, std::size_t n_tables) {
    std::vector<Bytes> tables;
    for (std::size_t i = 0; i < 256 * n_tables; ++i)
        tables.push_back(static_cast<Bytes>(i * 77 + i / 256 * 31));
    return made<Bytes>(channels, [&](auto src, auto dst) { apply_lut(src, dst, tables); });
}

std::uint32_t contrast(bool per_channel) {
    return made<Bytes>(3,
                       [&](auto src, auto dst) { autocontrast(src, dst, {3, 5.5}, per_channel); });
}

std::uint32_t clahe_of(const Clahe& options) {
    return made<Bytes>(1, [&](auto src, auto dst) { clahe(src, dst, options); });
}

std::uint32_t matched() {
    auto reference = picture<Bytes>(3);
    for (Bytes& value : reference.values) value = static_cast<Bytes>(value / 2 + value % 50);
    return made<Bytes>(3,
                       [&](auto src, auto dst) { match_histograms(src, reference.read(), dst); });
}

template <class T>
std::uint32_t normalized(bool channels_first) {
    auto src = picture<T>(3);
    Image<float> out{height, width, 3};
    const Normalization options{{0.4, 0.5, 0.6}, {0.2, 0.3, 0.25}, 1 / 255.0, channels_first};
    const ImageView<float> planes{out.values.data(), 3, height, width, height * width};
    normalize(src.read(), channels_first ? planes : out.view(), options);
    return checksum(out.values);
}

template <class T>
std::uint32_t balanced(const WhiteBalance& options) {
    return made<T>(3, [&](auto src, auto dst) { white_balance(src, dst, options); });
}

template <class T, class F>
std::uint32_t flattened(std::ptrdiff_t channels) {
    auto flat = picture<F>(channels);
    for (F& value : flat.values) value = static_cast<F>(value / 2 + 10);
    auto dark = flat;
    for (F& value : dark.values) value = static_cast<F>(value / 8);
    return made<T>(channels, [&](auto src, auto dst) {
        flat_field<T, F>(src, flat.read(), dark.read(), dst);
    });
}

using Method = WhiteBalance::Method;

const std::vector<BitsCase> cases = {
    {"adjust u8", [] { return adjusted<Bytes>({10, 1.3, 0.45, 1, {}}); }, 0x3257c8f8u},
    {"adjust f32", [] { return adjusted<float>({10, 1.3, 1, 1, {}}); }, 0xf5ee2d30u},
    {"gamma f32", [] { return adjusted<float>({-60, 1, 2.2, 0.9, 128}); }, 0xde1835b4u},
    {"saturation u8", saturated<Bytes>, 0x6888f070u},
    {"saturation f32", saturated<float>, 0x2e57faa8u},
    {"lut", [] { return looked_up(3, 1); }, 0x247a6c3cu},
    {"luts of 2", [] { return looked_up(2, 2); }, 0x50f1e798u},
    {"luts of 3", [] { return looked_up(3, 3); }, 0xf2787dafu},
    {"luts of 4", [] { return looked_up(4, 4); }, 0x8b305bd5u},
    {"autocontrast", [] { return contrast(true); }, 0xe15d63fdu},
    {"autocontrast gray", [] { return contrast(false); }, 0x71f29736u},
    {"equalize gray", [] { return made<Bytes>(1, equalize_hist); }, 0xf29e54ebu},
    {"equalize rgb", [] { return made<Bytes>(3, equalize_hist); }, 0x8580f6d3u},
    {"clahe 8 8", [] { return clahe_of({2, 8, 8}); }, 0xbbc14668u},
    {"clahe 1 2", [] { return clahe_of({0, 1, 2}); }, 0x066c6eceu},
    {"match", matched, 0x1c958151u},
    {"normalize u8", [] { return normalized<Bytes>(false); }, 0x41c6a71cu},
    {"normalize f32", [] { return normalized<float>(false); }, 0x41c6a71cu},
    {"normalize planes u8", [] { return normalized<Bytes>(true); }, 0x05a3f616u},
    {"normalize planes f32", [] { return normalized<float>(true); }, 0x05a3f616u},
    {"gray world u8", [] { return balanced<Bytes>({Method::gray_world, 6, 100}); }, 0x29256422u},
    {"gray world f32", [] { return balanced<float>({Method::gray_world, 6, 100}); }, 0xbb1bcbaeu},
    {"white patch u8", [] { return balanced<Bytes>({Method::white_patch, 6, 95}); }, 0x9f0f179bu},
    {"white patch f32", [] { return balanced<float>({Method::white_patch, 6, 95}); }, 0x35c1b9e6u},
    {"shades u8", [] { return balanced<Bytes>({Method::shades_of_gray, 5.5, 95}); }, 0xb5bd87bau},
    {"shades 6 f32", [] { return balanced<float>({Method::shades_of_gray, 6, 95}); }, 0xccfb4e34u},
    {"shades 5.5 f32", [] { return balanced<float>({Method::shades_of_gray, 5.5, 95}); },
     0x98a6547au},
    {"flat u8 u8", [] { return flattened<Bytes, Bytes>(3); }, 0x03d87767u},
    {"flat u8 f32", [] { return flattened<Bytes, float>(1); }, 0xa249b203u},
    {"flat f32 f32", [] { return flattened<float, float>(4); }, 0x1ff5461du},
    {"otsu", [] { return static_cast<std::uint32_t>(threshold_otsu(picture<Bytes>(1).read())); },
     0x00000086u},
};

}  // namespace

int main() {
    return check_bits(cases);
}
