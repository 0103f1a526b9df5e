#include "filters/bilateral_filter.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "filters/planar_rows.hpp"
#include "kernels/bilateral.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t window_bytes = 1 << 20;
constexpr double log2_e = 1.4426950408889634;

struct Offset {
    std::ptrdiff_t y, x;
    std::ptrdiff_t squared() const { return y * y + x * x; }
};

/// The places around a pixel that are within the radius, near ones first. Those of one distance
/// come in fours.
std::vector<Offset> offsets_within(std::ptrdiff_t radius) {
    std::vector<Offset> offsets;
    for (std::ptrdiff_t y = -radius; y <= radius; ++y)
        for (std::ptrdiff_t x = -radius; x <= radius; ++x)
            if (const Offset o{y, x}; o.squared() > 0 && o.squared() <= radius * radius)
                offsets.push_back(o);
    std::stable_sort(offsets.begin(), offsets.end(),
                     [](const Offset& a, const Offset& b) { return a.squared() < b.squared(); });
    return offsets;
}

std::ptrdiff_t radius_of(const Bilateral& bilateral) {
    const auto positive = [](double x) { return std::isfinite(x) && x > 0; };
    require(positive(bilateral.sigma_color), "sigma_color must be finite and positive, got " +
                                                 std::to_string(bilateral.sigma_color));
    require(positive(bilateral.sigma_space), "sigma_space must be finite and positive, got " +
                                                 std::to_string(bilateral.sigma_space));
    if (bilateral.ksize)
        require(
            *bilateral.ksize > 0 && *bilateral.ksize % 2 == 1 && *bilateral.ksize <= 255,
            "ksize must be odd, positive and at most 255, got " + std::to_string(*bilateral.ksize));
    const double radius =
        bilateral.ksize ? *bilateral.ksize / 2 : std::nearbyint(bilateral.sigma_space * 1.5);
    require(radius <= 127, "sigma_space must be at most 84.9 where ksize is not given, got " +
                               std::to_string(bilateral.sigma_space));
    return std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(radius), 1);
}

double half_inverse_square(double sigma) {
    return -0.5 / (sigma * sigma);
}

/// What the taps of an image of T weigh.
template <class T>
struct Weights;

template <>
struct Weights<float> {
    std::vector<float> log_space;
    float range_factor;

    Weights(const Bilateral& bilateral, const std::vector<Offset>& offsets)
        : range_factor(static_cast<float>(log2_e * half_inverse_square(bilateral.sigma_color))) {
        const double factor = log2_e * half_inverse_square(bilateral.sigma_space);
        for (const Offset& o : offsets)
            log_space.push_back(static_cast<float>(factor * static_cast<double>(o.squared())));
    }
    void filter(const float* const* taps, const float* const* centers, float* const* out,
                std::size_t channels, std::size_t n) const {
        bilateral_kernels().filter_f32(taps, log_space.data(), log_space.size(), channels,
                                       range_factor, centers, out, n);
    }
};

template <>
struct Weights<std::uint8_t> {
    std::vector<BilateralWeights> tables;           // one for each distance
    std::vector<const BilateralWeights*> by_fours;  // the table of every four taps
    std::size_t reach = 1;

    Weights(const Bilateral& bilateral, const std::vector<Offset>& offsets) {
        std::vector<std::size_t> at;
        for (std::size_t k = 0; k < offsets.size(); k += 4) {
            const auto squared = static_cast<double>(offsets[k].squared());
            if (k == 0 || offsets[k].squared() != offsets[k - 4].squared())
                add_table(bilateral, squared);
            at.push_back(tables.size() - 1);
        }
        for (const std::size_t i : at) by_fours.push_back(&tables[i]);
    }
    void add_table(const Bilateral& bilateral, double squared) {
        const double space = half_inverse_square(bilateral.sigma_space) * squared;
        const double factor = half_inverse_square(bilateral.sigma_color);
        BilateralWeights& table = tables.emplace_back();
        for (std::size_t d = 0; d < BilateralWeights::size; ++d) {
            const double power = space + factor * static_cast<double>(d * d);
            const auto weight =
                power > -30 ? static_cast<std::int32_t>(65535 * exp_same_bits(power) + 0.5) : 0;
            table.whole[d] = weight;
            if (weight) reach = std::max(reach, d + 1);
            if (d >= 256) continue;
            table.low[d] = static_cast<std::uint8_t>(weight & 255);
            table.high[d] = static_cast<std::uint8_t>(weight >> 8);
        }
    }
    void filter(const std::uint8_t* const* taps, const std::uint8_t* const* centers,
                std::uint8_t* const* out, std::size_t channels, std::size_t n) const {
        const BilateralTaps around{taps, 4 * by_fours.size(), channels, by_fours.data(), reach};
        bilateral_kernels().filter_u8(around, centers, out, n);
    }
};

/// Filters rows [first, last) of columns [left, right).
template <class T>
void filter_tile(ImageView<const T> src, ImageView<T> dst, const std::vector<Offset>& offsets,
                 const Weights<T>& weights, std::ptrdiff_t radius, Border border,
                 std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t left,
                 std::ptrdiff_t right) {
    const std::ptrdiff_t n = right - left, channels = src.channels, room = 64;
    PlanarRows<T> rows(src, border, radius, left, right);
    std::vector<T> out(static_cast<std::size_t>(channels * (n + room)));
    std::vector<const T*> taps, centers;
    std::vector<T*> planes;
    for (std::ptrdiff_t c = 0; c < channels; ++c) planes.push_back(out.data() + c * (n + room));
    for (std::ptrdiff_t y = first - radius; y < first + radius; ++y) rows.load(y);
    for (std::ptrdiff_t y = first; y < last; ++y) {
        rows.load(y + radius);
        taps.clear();
        centers.clear();
        for (std::ptrdiff_t c = 0; c < channels; ++c) {
            centers.push_back(rows.row(y, c));
            for (const Offset& o : offsets) taps.push_back(rows.row(y + o.y, c) + o.x);
        }
        weights.filter(taps.data(), centers.data(), planes.data(),
                       static_cast<std::size_t>(channels), static_cast<std::size_t>(n));
        interleave(planes.data(), channels, n, dst.row(y) + left * channels);
    }
}

}  // namespace

template <class T>
void bilateral_filter(ImageView<const T> src, ImageView<T> dst, const Bilateral& bilateral,
                      Border border) {
    const std::ptrdiff_t radius = radius_of(bilateral);
    constexpr auto most = static_cast<std::ptrdiff_t>(BilateralTaps::most_channels);
    require(src.channels <= most, "image must have at most " + std::to_string(most) +
                                      " channels, got " + std::to_string(src.channels));
    if (src.empty()) return;
    const auto offsets = offsets_within(radius);
    const Weights<T> weights(bilateral, offsets);
    std::ptrdiff_t columns = src.width;
    while (columns > 128 && PlanarRows<T>::bytes(columns, radius, src.channels) > window_bytes)
        columns = (columns / 2 + 63) / 64 * 64;
    const double cost = 0.15 * static_cast<double>(offsets.size());
    const std::ptrdiff_t grain = std::max(row_grain(src.row_size(), cost), radius);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t left = 0; left < src.width; left += columns)
            filter_tile(src, dst, offsets, weights, radius, border, first, last, left,
                        std::min(left + columns, src.width));
    });
}

template void bilateral_filter(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                               const Bilateral&, Border);
template void bilateral_filter(ImageView<const float>, ImageView<float>, const Bilateral&, Border);

}  // namespace imgmine
