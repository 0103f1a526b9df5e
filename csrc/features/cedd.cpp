#include "features/cedd.hpp"

#include <string>

#include "base/error.hpp"
#include "color/rgb2gray.hpp"
#include "features/fuzzy_color.hpp"
#include "geometry/resize.hpp"

namespace imgmine {
namespace {

constexpr int side = 80;  // 40 x 40 blocks of 2 x 2 means
constexpr double weakest = 14, least_other = 0.68, least_line = 0.98;

// Published levels of the 3-bit quantisation, in millionths.
constexpr std::array<double, 8> of_none = {
    180.19686541079636, 23730.024499150866, 61457.152912541605, 113918.55437576842,
    179122.46400035513, 260980.3325940354,  341795.93301552488, 554729.98648386425};
constexpr std::array<double, 8> of_other = {
    209.25176965926232, 22490.5872862417345, 60250.8935141849988, 120705.788057580583,
    181128.08709063051, 234132.081356900555, 325660.617733105708, 520702.175858657472};
constexpr std::array<double, 8> of_straight = {
    405.4642173212585,  4877.9763319071481, 10882.170090625908, 18167.239081219657,
    27043.385568785292, 38129.413201299016, 52675.221316293857, 79555.402607004813};
constexpr std::array<double, 8> of_diagonal = {
    968.88475977695578, 10725.159033657819, 24161.205360376698, 41555.917344385321,
    62895.628446402261, 93066.271379694881, 136976.13817822068, 262897.86056221306};
constexpr const std::array<double, 8>* tables[6] = {&of_none,     &of_other,    &of_straight,
                                                    &of_straight, &of_diagonal, &of_diagonal};

/// Which of the textures (none, other, horizontal, vertical, two diagonals) four lights have.
std::array<bool, 6> textures_of(int a, int b, int c, int d) {
    const double root = std::sqrt(2.0);
    const double answers[5] = {std::abs(2.0 * (a - b - c + d)), std::abs(1.0 * (a + b - c - d)),
                               std::abs(1.0 * (a - b + c - d)), std::abs(root * (a - d)),
                               std::abs(root * (b - c))};
    const double most = *std::max_element(answers, answers + 5);
    if (most < weakest) return {true};
    std::array<bool, 6> found{};
    for (std::size_t i = 0; i < 5; ++i)
        found[i + 1] = answers[i] / most > (i == 0 ? least_other : least_line);
    return found;
}

}  // namespace

void cedd(ImageView<const std::uint8_t> image, Normalize normalize, float* out) {
    require(image.channels == 3,
            "image must have 3 channels, got " + std::to_string(image.channels));
    std::vector<double> histogram(144);
    if (!image.empty()) {
        std::vector<std::uint8_t> means(side * side * 3), lights(side * side);
        resize(image, {means.data(), side, side, 3, 3 * side}, ResizeMethod::area);
        rgb2gray<std::uint8_t>({means.data(), side, side, 3, 3 * side},
                               {lights.data(), side, side, 1, side});
        for (int y = 0; y < side; y += 2)
            for (int x = 0; x < side; x += 2) {
                const std::uint8_t* rgb = means.data() + 3 * (side * y + x);
                const auto mean = [rgb](int c) {
                    return (rgb[c] + rgb[3 + c] + rgb[3 * side + c] + rgb[3 * side + 3 + c]) / 4;
                };
                const std::array<double, 24> colors = fuzzy::colors_of(mean(0), mean(1), mean(2));
                const std::uint8_t* light = lights.data() + side * y + x;
                const std::array<bool, 6> textures =
                    textures_of(light[0], light[1], light[side], light[side + 1]);
                for (std::size_t t = 0; t < 6; ++t)
                    for (std::size_t c = 0; textures[t] && c < 24; ++c)
                        histogram[24 * t + c] += colors[c];
            }
    }
    write_normalized(fuzzy::levels_of(histogram, tables), normalize, out);
}

std::array<std::array<double, 8>, 6> cedd_levels() {
    std::array<std::array<double, 8>, 6> levels;
    for (std::size_t t = 0; t < 6; ++t)
        for (std::size_t k = 0; k < 8; ++k) levels[t][k] = (*tables[t])[k] / 1e6;
    return levels;
}

}  // namespace imgmine
