#include "features/edge_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"

namespace imgmine {
namespace {

constexpr std::size_t n_kinds = 5, n_parts = 16;

// Values of the standard's levels, by kind of edge.
constexpr float levels[n_kinds][8] = {
    {0.010867f, 0.057915f, 0.099526f, 0.144849f, 0.195573f, 0.260504f, 0.358031f, 0.530128f},
    {0.012266f, 0.069934f, 0.125879f, 0.182307f, 0.243396f, 0.314563f, 0.411728f, 0.564319f},
    {0.004193f, 0.025852f, 0.046860f, 0.068519f, 0.093286f, 0.123490f, 0.161505f, 0.228960f},
    {0.004174f, 0.025924f, 0.046232f, 0.067163f, 0.089655f, 0.115391f, 0.151904f, 0.217745f},
    {0.006778f, 0.051667f, 0.108650f, 0.166257f, 0.224226f, 0.285691f, 0.356375f, 0.450972f},
};

struct Counts {
    std::int64_t of_kind[n_parts][n_kinds] = {};
    std::int64_t all[n_parts] = {};
};

/// The kind of edge that a block's four quarters' sums make, or -1. Squares of strengths are
/// compared, which are whole numbers.
int kind_of(const std::int64_t* quarter, double least_square) {
    const std::int64_t a = quarter[0], b = quarter[1], c = quarter[2], d = quarter[3];
    const auto square = [](std::int64_t x) { return x * x; };
    const std::int64_t squares[] = {square(a - b + c - d), square(a + b - c - d), 2 * square(a - d),
                                    2 * square(b - c), 4 * square(a - b - c + d)};
    const auto* const largest = std::max_element(squares, squares + n_kinds);
    if (static_cast<double>(*largest) < least_square) return -1;
    return static_cast<int>(largest - squares);
}

/// Adds `half` rows from row y on to the sums of columns.
void sum_columns(ImageView<const std::uint8_t> image, std::ptrdiff_t y, std::ptrdiff_t half,
                 std::vector<std::uint32_t>& sums) {
    std::fill(sums.begin(), sums.end(), 0);
    for (std::ptrdiff_t i = 0; i < half; ++i) {
        const std::uint8_t* const row = image.row(y + i);
        for (std::size_t x = 0; x < sums.size(); ++x) sums[x] += row[x];
    }
}

std::int64_t sum_of(const std::vector<std::uint32_t>& sums, std::ptrdiff_t from, std::ptrdiff_t n) {
    std::int64_t sum = 0;
    for (std::ptrdiff_t x = from; x < from + n; ++x) sum += sums[static_cast<std::size_t>(x)];
    return sum;
}

void count_blocks(ImageView<const std::uint8_t> image, std::ptrdiff_t side, double threshold,
                  std::ptrdiff_t first, std::ptrdiff_t last, Counts& counts) {
    const std::ptrdiff_t half = side / 2, across = image.width / side;
    const double least = threshold * static_cast<double>(half * half);
    std::vector<std::uint32_t> upper(static_cast<std::size_t>(image.width)), lower(upper.size());
    for (std::ptrdiff_t i = first; i < last; ++i) {
        sum_columns(image, i * side, half, upper);
        sum_columns(image, i * side + half, half, lower);
        for (std::ptrdiff_t j = 0; j < across; ++j) {
            const std::ptrdiff_t x = j * side;
            const std::int64_t quarters[] = {sum_of(upper, x, half), sum_of(upper, x + half, half),
                                             sum_of(lower, x, half), sum_of(lower, x + half, half)};
            const auto part =
                static_cast<std::size_t>(4 * (i * side * 4 / image.height) + x * 4 / image.width);
            const int kind = kind_of(quarters, least * least);
            ++counts.all[part];
            if (kind >= 0) ++counts.of_kind[part][kind];
        }
    }
}

}  // namespace

std::array<float, 80> edge_histogram(ImageView<const std::uint8_t> image, int n_blocks,
                                     double threshold) {
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    require(n_blocks >= 1 && n_blocks <= 1 << 20,
            "n_blocks must be between 1 and 1048576, got " + std::to_string(n_blocks));
    require(threshold >= 0 && std::isfinite(threshold),
            "threshold must be finite and not negative, got " + std::to_string(threshold));
    const double area = static_cast<double>(image.height) * static_cast<double>(image.width);
    const auto side = std::max<std::ptrdiff_t>(
        static_cast<std::ptrdiff_t>(std::sqrt(area / n_blocks) / 2) * 2, 2);
    Counts total;
    std::mutex mutex;
    parallel_for(image.height / side, row_grain(image.width * side, 0.3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     Counts counts;
                     count_blocks(image, side, threshold, first, last, counts);
                     const std::lock_guard lock(mutex);
                     for (std::size_t p = 0; p < n_parts; ++p) {
                         total.all[p] += counts.all[p];
                         for (std::size_t k = 0; k < n_kinds; ++k)
                             total.of_kind[p][k] += counts.of_kind[p][k];
                     }
                 });
    std::array<float, 80> result{};
    for (std::size_t p = 0; p < n_parts; ++p)
        for (std::size_t k = 0; k < n_kinds && total.all[p]; ++k)
            result[p * n_kinds + k] = static_cast<float>(static_cast<double>(total.of_kind[p][k]) /
                                                         static_cast<double>(total.all[p]));
    return result;
}

std::array<float, 80> quantized_edges(const std::array<float, 80>& shares) {
    std::array<float, 80> result{};
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const float* const level = levels[i % n_kinds];
        int nearest = 0;
        while (nearest < 7 && shares[i] > (level[nearest] + level[nearest + 1]) / 2) ++nearest;
        result[i] = static_cast<float>(nearest);
    }
    return result;
}

}  // namespace imgmine
