#include "features/orb.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "base/math.hpp"
#include "base/parallel.hpp"
#include "features/fast.hpp"
#include "features/orb_pattern.hpp"
#include "filters/gaussian_blur.hpp"
#include "geometry/resize.hpp"
#include "kernels/angle.hpp"
#include "kernels/corners.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t border = 16;  // a descriptor looks 15 pixels around, rounded
constexpr float patch_size = 31;

void check(const OrbOptions& options) {
    require(options.n >= 0, "n must not be negative, got " + std::to_string(options.n));
    require(options.scale > 1 && options.scale <= 4,
            "scale must be above 1 and at most 4, got " + std::to_string(options.scale));
    require(options.levels >= 1 && options.levels <= 32,
            "levels must be from 1 to 32, got " + std::to_string(options.levels));
    require(options.threshold >= 0 && options.threshold <= 255,
            "threshold must be from 0 to 255, got " + std::to_string(options.threshold));
}

/// One image of the pyramid, and how far apart its pixels are.
struct Level {
    std::ptrdiff_t height, width;
    std::vector<std::uint8_t> values;
    double step_y, step_x;

    ImageView<const std::uint8_t> read() const { return {values.data(), height, width, 1, width}; }
    ImageView<std::uint8_t> view() { return {values.data(), height, width, 1, width}; }
};

Level make_level(std::ptrdiff_t height, std::ptrdiff_t width) {
    return {height, width, std::vector<std::uint8_t>(static_cast<std::size_t>(height * width)), 1,
            1};
}

/// A corner of one level, in its pixels, and its place in the image.
struct Corner {
    std::ptrdiff_t x, y;
    Keypoint point;
};

/// Harris' measure over 7 x 7 pixels: whether light changes in all directions.
float harris(ImageView<const std::uint8_t> image, std::ptrdiff_t x, std::ptrdiff_t y) {
    constexpr double unit = 1.0 / (4 * 7 * 255);
    std::int64_t xx = 0, yy = 0, xy = 0;
    for (std::ptrdiff_t i = -3; i <= 3; ++i) {
        const std::uint8_t* p = image.row(y + i) + x;
        const std::uint8_t *above = p - image.row_stride, *below = p + image.row_stride;
        for (std::ptrdiff_t j = -3; j <= 3; ++j) {
            const int dx = 2 * (p[j + 1] - p[j - 1]) + (above[j + 1] - above[j - 1]) +
                           (below[j + 1] - below[j - 1]);
            const int dy = 2 * (below[j] - above[j]) + (below[j - 1] - above[j - 1]) +
                           (below[j + 1] - above[j + 1]);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
    }
    const auto a = static_cast<double>(xx), b = static_cast<double>(yy);
    const auto c = static_cast<double>(xy);
    const double response = a * b - c * c - 0.04 * (a + b) * (a + b);
    return static_cast<float>(response * (unit * unit) * (unit * unit));
}

/// The direction from the center to the centroid of light within 15 pixels, in turns.
float direction(ImageView<const std::uint8_t> image, std::ptrdiff_t x, std::ptrdiff_t y) {
    std::int32_t sum_x = 0, sum_y = 0;
    corner_kernels().centroid(image.row(y) + x, image.row_stride, &sum_x, &sum_y);
    return atan2_turns(static_cast<float>(sum_y), static_cast<float>(sum_x));
}

template <class Better>
void keep_best(std::vector<Corner>& corners, std::size_t n, const Better& better) {
    if (n >= corners.size()) return;
    std::nth_element(corners.begin(), corners.begin() + static_cast<std::ptrdiff_t>(n),
                     corners.end(), better);
    corners.resize(n);
}

std::vector<Corner> corners_of(const Level& level, int index, std::size_t n,
                               const OrbOptions& options, const KeypointMask& mask) {
    const auto stronger = [](const Corner& a, const Corner& b) {
        return is_stronger(a.point, b.point);
    };
    const auto to_image = [](std::ptrdiff_t place, double step) {
        return static_cast<float>((static_cast<double>(place) + 0.5) * step - 0.5);
    };
    std::vector<Corner> corners;
    for (const Keypoint& found : fast(level.read(), options.threshold, true)) {
        const auto x = static_cast<std::ptrdiff_t>(found.x);
        const auto y = static_cast<std::ptrdiff_t>(found.y);
        if (x < border || y < border || x >= level.width - border || y >= level.height - border)
            continue;
        const Keypoint point{to_image(x, level.step_x),
                             to_image(y, level.step_y),
                             static_cast<float>(patch_size * level.step_x),
                             0,
                             found.response,
                             index};
        if (is_allowed(mask, point)) corners.push_back({x, y, point});
    }
    keep_best(corners, 2 * n, stronger);
    for (Corner& corner : corners) corner.point.response = harris(level.read(), corner.x, corner.y);
    keep_best(corners, n, stronger);
    std::sort(corners.begin(), corners.end(), stronger);
    return corners;
}

void describe(const Level& level, Level& smooth, std::vector<Corner>& corners,
              std::uint8_t* descriptors) {
    static const std::array<float, 1024> pattern = make_orb_pattern();
    gaussian_blur(level.read(), smooth.view(), {2.0, 7}, Border::reflect101, BlurMethod::exact);
    parallel_for(static_cast<std::ptrdiff_t>(corners.size()), 64,
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t i = first; i < last; ++i) {
                         Corner& corner = corners[static_cast<std::size_t>(i)];
                         const float turns = direction(level.read(), corner.x, corner.y);
                         const double half_turns = 2.0 * static_cast<double>(turns);
                         corner.point.angle = 360.0f * turns < 360.0f ? 360.0f * turns : 0.0f;
                         corner_kernels().compare_pairs(
                             smooth.read().row(corner.y) + corner.x, smooth.width, pattern.data(),
                             static_cast<float>(sin_pi_same_bits(half_turns + 0.5)),
                             static_cast<float>(sin_pi_same_bits(half_turns)),
                             descriptors + i * static_cast<std::ptrdiff_t>(orb_bytes));
                     }
                 });
}

/// How many keypoints each level may have: as many an area, all levels together n.
std::vector<double> shares_of_levels(const OrbOptions& options) {
    std::vector<double> shares(static_cast<std::size_t>(options.levels), 1.0);
    double sum = 1;
    for (std::size_t i = 1; i < shares.size(); ++i) {
        shares[i] = shares[i - 1] / options.scale;
        sum += shares[i];
    }
    for (double& share : shares) share *= static_cast<double>(options.n) / sum;
    return shares;
}

}  // namespace

OrbFeatures orb(ImageView<const std::uint8_t> image, const OrbOptions& options,
                const KeypointMask& mask) {
    check(options);
    require_mask_fits(mask, image);
    OrbFeatures features;
    const std::vector<double> shares = shares_of_levels(options);
    Level level;
    double factor = 1, wanted = 0;  // the latter: of all levels so far
    for (int i = 0; i < options.levels; ++i, factor *= options.scale) {
        const auto shrunk = [&](std::ptrdiff_t n) {
            return static_cast<std::ptrdiff_t>(static_cast<double>(n) / factor + 0.5);
        };
        Level next = make_level(shrunk(image.height), shrunk(image.width));
        if (std::min(next.height, next.width) <= 2 * border) break;
        if (i == 0)
            for (std::ptrdiff_t y = 0; y < image.height; ++y)
                std::copy_n(image.row(y), image.width, next.view().row(y));
        else
            resize(level.read(), next.view(), ResizeMethod::linear);
        next.step_y = static_cast<double>(image.height) / static_cast<double>(next.height);
        next.step_x = static_cast<double>(image.width) / static_cast<double>(next.width);
        level = std::move(next);
        wanted += shares[static_cast<std::size_t>(i)];
        const auto in_all = static_cast<std::size_t>(wanted + 0.5);
        const std::size_t so_far = features.keypoints.size();
        std::vector<Corner> corners = corners_of(level, i, in_all - so_far, options, mask);
        features.descriptors.resize((so_far + corners.size()) * orb_bytes);
        Level smooth = make_level(level.height, level.width);
        describe(level, smooth, corners, features.descriptors.data() + so_far * orb_bytes);
        for (const Corner& corner : corners) features.keypoints.push_back(corner.point);
    }
    return features;
}

}  // namespace imgmine
