#include "segment/threshold_hysteresis.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "base/grain.hpp"
#include "segment/components.hpp"

namespace imgmine {
namespace {

/// The value of an image above which exactly those lie that are above `limit`.
std::uint8_t limit_of(std::uint8_t, double limit) {
    return static_cast<std::uint8_t>(std::clamp(std::floor(limit), 0.0, 255.0));
}
float limit_of(float, double limit) {
    const auto nearest = static_cast<float>(limit);
    return nearest > limit ? std::nextafterf(nearest, -HUGE_VALF) : nearest;
}

template <class T>
void compare(ImageView<const T> src, double limit, ImageView<std::uint8_t> dst) {
    const T least = limit_of(T{}, limit);
    const std::uint8_t all = std::is_same_v<T, std::uint8_t> && limit < 0;
    parallel_for(src.height, row_grain(src.width, 0.1),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const T* const row = src.row(y);
                         std::uint8_t* const out = dst.row(y);
                         for (std::ptrdiff_t x = 0; x < src.width; ++x)
                             out[x] = static_cast<std::uint8_t>((row[x] > least) | all);
                     }
                 });
}

/// Which components, by their numbers, hold a value above `high`.
template <class T>
std::vector<std::atomic<std::uint8_t>> kept(const Components<std::uint8_t>& components,
                                            ImageView<const T> src, double high) {
    std::vector<std::atomic<std::uint8_t>> found(static_cast<std::size_t>(components.count()) + 1);
    components.for_each_band([&](const RunBand& band) {
        for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i)
            for (std::size_t k = band.begin(i); k < band.end(i); ++k) {
                auto& is_kept = found[static_cast<std::size_t>(band.numbers[k])];
                if (is_kept.load(std::memory_order_relaxed)) continue;
                const T* const row = src.row(band.first_row + i);
                if (std::any_of(row + band.runs.first(k), row + band.runs.last(k),
                                [high](T value) { return static_cast<double>(value) > high; }))
                    is_kept.store(1, std::memory_order_relaxed);
            }
    });
    return found;
}

}  // namespace

template <class T>
void threshold_hysteresis(ImageView<const T> src, double low, double high, int connectivity,
                          ImageView<std::uint8_t> dst) {
    require(src.channels == 1, "image must have one channel, got " + std::to_string(src.channels));
    require(low <= high,
            "low must be at most high (" + std::to_string(high) + "), got " + std::to_string(low));
    compare(src, low, dst);
    const ImageView<const std::uint8_t> mask{dst.data, dst.height, dst.width, 1, dst.row_stride};
    const Components components(mask, connectivity, "image");
    const auto found = kept(components, src, high);
    components.for_each_band([&](const RunBand& band) {
        for (std::ptrdiff_t i = 0; i < band.n_rows(); ++i)
            for (std::size_t k = band.begin(i); k < band.end(i); ++k)
                if (!found[static_cast<std::size_t>(band.numbers[k])])
                    std::fill(dst.row(band.first_row + i) + band.runs.first(k),
                              dst.row(band.first_row + i) + band.runs.last(k), std::uint8_t{0});
    });
}

template void threshold_hysteresis(ImageView<const std::uint8_t>, double, double, int,
                                   ImageView<std::uint8_t>);
template void threshold_hysteresis(ImageView<const float>, double, double, int,
                                   ImageView<std::uint8_t>);

}  // namespace imgmine
