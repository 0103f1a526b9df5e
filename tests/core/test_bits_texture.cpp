// What the texture features give; see bits.hpp.
#include <complex>
#include <vector>

#include "bits.hpp"
#include "features/gabor_features.hpp"
#include "features/glcm.hpp"
#include "features/glcm_properties.hpp"
#include "features/haralick.hpp"
#include "features/lbp.hpp"
#include "features/multiblock_lbp.hpp"
#include "features/tamura.hpp"

using namespace imgmine;

namespace {

/// With a flat part, where rounding decides on patterns.
Image<std::uint8_t> gray() {
    auto image = picture<std::uint8_t>(1);
    for (std::ptrdiff_t y = 100; y < 300; ++y)
        for (std::ptrdiff_t x = 50; x < 600; ++x)
            image.values[static_cast<std::size_t>(y * width + x)] = 77;
    return image;
}

std::uint32_t patterns(std::vector<double> rows, std::vector<double> columns, LbpMethod method) {
    Image<std::uint32_t> codes{height, width, 1};
    const LbpOptions options{std::move(rows), std::move(columns), method};
    lbp(gray().read(), options, codes.view());
    return checksum(codes.values);
}

std::uint32_t unit_circle() {
    constexpr double s = 0.70711;
    Image<std::uint8_t> codes{height, width, 1};
    const LbpOptions options{
        {0, -s, -1, -s, 0, s, 1, s}, {1, s, 0, -s, -1, -s, 0, s}, LbpMethod::all};
    lbp(gray().read(), options, codes.view());
    return checksum(codes.values);
}

std::uint32_t blocks() {
    Image<std::uint8_t> codes{height - 11, width - 8, 1};
    multiblock_lbp(gray().read(), 4, 3, codes.view());
    return checksum(codes.values);
}

std::vector<std::uint64_t> pairs(int levels) {
    return glcm(gray().read(), {{{0, 1}, {1, 1}, {1, 0}, {1, -1}}, levels, true});
}

std::uint32_t texture_features(int levels) {
    const auto counts = pairs(levels);
    const std::vector<double> table(counts.begin(), counts.begin() + levels * levels);
    const auto n = static_cast<std::size_t>(levels);
    const auto properties = glcm_properties(table.data(), n);
    std::vector<double> values(properties.begin(), properties.end());
    for (const double value : haralick(counts.data(), n)) values.push_back(value);
    return checksum(values);
}

GaborBank bank() {
    return {{4, 7.5}, 6, {2.25, 4.2}, {15, 27}, Border::reflect101};
}

std::uint32_t waves() {
    std::vector<float> values(2 * bank().size());
    gabor_features(gray().read(), bank(), true, false, values.data());
    return checksum(values);
}

std::uint32_t responses() {
    std::vector<std::complex<float>> values(bank().size() * height * width);
    gabor_responses(gray().read(), bank(), values.data());
    return checksum(values);
}

std::uint32_t perceived() {
    const auto found = tamura(gray().read());
    return checksum(std::vector<float>(found.begin(), found.end()));
}

const std::vector<double> rows_5{0, -1.5, -1.1, 0.4, 2.3}, columns_5{2, 0.3, -1.7, -0.9, 1};
const std::vector<double> rows_9{0, -1.5, -1.1, 0.4, 2.3, 1, -2, 0.5, 0.25},
    columns_9{2, 0.3, -1.7, -0.9, 1, 1, 0, -0.5, 0.75};

}  // namespace

int main() {
    return check_bits({
        {"lbp of the unit circle", unit_circle, 0x0e5e92c1u},
        {"lbp of five points", [] { return patterns(rows_5, columns_5, LbpMethod::nri_uniform); },
         0x75daaad4u},
        {"lbp of nine points, turned",
         [] { return patterns(rows_9, columns_9, LbpMethod::turned); }, 0x52413e3bu},
        {"lbp of nine points, uniform",
         [] { return patterns(rows_9, columns_9, LbpMethod::uniform); }, 0xb896a37du},
        {"multiblock lbp", blocks, 0xc3145e06u},
        {"glcm 8", [] { return checksum(pairs(8)); }, 0xc9178d73u},
        {"glcm 32", [] { return checksum(pairs(32)); }, 0xc88c30c8u},
        {"glcm 256", [] { return checksum(pairs(256)); }, 0xc6a53411u},
        {"properties and haralick 32", [] { return texture_features(32); }, 0x08a2b36eu},
        {"properties and haralick 256", [] { return texture_features(256); }, 0x1706b220u},
        {"gabor features", waves, 0x397304eeu},
        {"gabor responses", responses, 0xdee18e99u},
        {"tamura", perceived, 0xc67caa96u},
    });
}
