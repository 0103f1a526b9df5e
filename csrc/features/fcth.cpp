#include "features/fcth.hpp"

#include <string>

#include "base/error.hpp"
#include "color/rgb2gray.hpp"
#include "features/fuzzy_color.hpp"
#include "geometry/resize.hpp"

namespace imgmine {
namespace {

constexpr int side = 160;  // 40 x 40 blocks of 4 x 4 means

// Published levels of the 3-bit quantisation, in millionths.
constexpr std::array<double, 8> of_flat = {
    130.0887781556944, 9317.31301788632,   22434.355689233365, 43120.54860272206,
    83168.64016590505, 101430.52589975641, 174840.65838706805, 224480.41479670047};
constexpr std::array<double, 8> of_third = {
    130.0887781556944, 9317.31301788632,  22434.355689233365, 43120.54860272206,
    83168.64016590505, 151430.5258997564, 174840.65838706805, 224480.41479670047};
constexpr std::array<double, 8> of_some = {
    239.769468748322,  17321.704312335689, 39113.643180734696, 69333.512093874378,
    79122.46400035513, 90980.3325940354,   161795.93301552488, 184729.98648386425};
constexpr std::array<double, 8> of_most = {
    180.19686541079636, 23730.024499150866, 41457.152912541605, 53918.55437576842,
    69122.46400035513,  81980.3325940354,   91795.93301552488,  124729.98648386425};
constexpr const std::array<double, 8>* tables[8] = {&of_flat, &of_third, &of_some, &of_some,
                                                    &of_some, &of_some,  &of_most, &of_most};

/// How much a block of 4 x 4 lights has each of eight textures: whether there is little or much
/// along the diagonals, from left to right and from top to bottom.
std::array<double, 8> textures_of(const std::uint8_t* light) {
    double energies[3] = {};  // of the three bands of Haar's wavelets
    for (int y = 0; y < 4; y += 2)
        for (int x = 0; x < 4; x += 2) {
            const std::uint8_t* p = light + side * y + x;
            const int a = p[0], b = p[1], c = p[side], d = p[side + 1];
            const int bands[3] = {a - b - c + d, a - b + c - d, a + b - c - d};
            for (std::size_t k = 0; k < 3; ++k) energies[k] += 0.25 * bands[k] * bands[k];
        }
    const std::array<double, 2> diagonal = fuzzy::low_and_high(std::sqrt(energies[0]), 20, 90),
                                across = fuzzy::low_and_high(std::sqrt(energies[1]), 20, 90),
                                down = fuzzy::low_and_high(std::sqrt(energies[2]), 20, 80);
    std::array<double, 8> result{};
    for (std::size_t i = 0; i < 8; ++i)
        result[i] = std::min({diagonal[i / 4], across[i / 2 % 2], down[i % 2]});
    return result;
}

}  // namespace

void fcth(ImageView<const std::uint8_t> image, Normalize normalize, float* out) {
    require(image.channels == 3,
            "image must have 3 channels, got " + std::to_string(image.channels));
    std::vector<double> histogram(192);
    if (!image.empty()) {
        std::vector<std::uint8_t> means(side * side * 3), lights(side * side);
        resize(image, {means.data(), side, side, 3, 3 * side}, ResizeMethod::area);
        rgb2gray<std::uint8_t>({means.data(), side, side, 3, 3 * side},
                               {lights.data(), side, side, 1, side});
        for (int y = 0; y < side; y += 4)
            for (int x = 0; x < side; x += 4) {
                int sums[3] = {};
                for (int i = 0; i < 16; ++i)
                    for (int c = 0; c < 3; ++c)
                        sums[c] += means[static_cast<std::size_t>(
                            3 * (side * (y + i / 4) + x + i % 4) + c)];
                const std::array<double, 24> colors =
                    fuzzy::colors_of(sums[0] / 16, sums[1] / 16, sums[2] / 16);
                const std::array<double, 8> textures = textures_of(lights.data() + side * y + x);
                for (std::size_t t = 0; t < 8; ++t)
                    for (std::size_t c = 0; textures[t] > 0 && c < 24; ++c)
                        histogram[24 * t + c] += textures[t] * colors[c];
            }
    }
    write_normalized(fuzzy::levels_of(histogram, tables), normalize, out);
}

}  // namespace imgmine
