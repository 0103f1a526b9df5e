#include "segment/flood_fill.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "segment/open_runs.hpp"

namespace imgmine {

namespace {

/// Tells which pixels of a row are like the seed.
template <class T>
class Likeness {
  public:
    using Bound = std::conditional_t<std::is_same_v<T, float>, double, std::uint8_t>;

    Likeness(ImageView<const T> image, const FloodFill& options) : image_(image) {
        const T* const seed = image.row(options.row) + options.column * image.channels;
        for (std::ptrdiff_t c = 0; c < image.channels; ++c) {
            double low = seed[c] - options.tolerance, high = seed[c] + options.tolerance;
            if constexpr (!std::is_same_v<T, float>) {
                low = std::max(std::ceil(low), 0.0);
                high = std::min(std::floor(high), 255.0);
            }
            low_.push_back(static_cast<Bound>(low));
            high_.push_back(static_cast<Bound>(high));
        }
    }

    void operator()(std::ptrdiff_t y, std::uint8_t* near) const {
        const T* const row = image_.row(y);
        if (image_.channels == 1) return one_channel(row, near);
        if (image_.channels == 3) return few_channels<3>(row, near);
        const auto n = static_cast<std::size_t>(image_.channels);
        for (std::ptrdiff_t x = 0; x < image_.width; ++x) {
            bool like = true;
            for (std::size_t c = 0; c < n; ++c)
                like &= is_like(row[static_cast<std::size_t>(x) * n + c], low_[c], high_[c]);
            near[x] = like;
        }
    }

  private:
    static bool is_like(T value, Bound low, Bound high) {
        const auto v = static_cast<Bound>(value);
        return (v >= low) & (v <= high);
    }

    void one_channel(const T* row, std::uint8_t* near) const {
        const Bound low = low_[0], high = high_[0];
        for (std::ptrdiff_t x = 0; x < image_.width; ++x) near[x] = is_like(row[x], low, high);
    }

    template <int n>
    void few_channels(const T* row, std::uint8_t* near) const {
        Bound low[n], high[n];
        std::copy_n(low_.data(), n, low);
        std::copy_n(high_.data(), n, high);
        for (std::ptrdiff_t x = 0; x < image_.width; ++x) {
            bool like = true;
            for (int c = 0; c < n; ++c) like &= is_like(row[x * n + c], low[c], high[c]);
            near[x] = like;
        }
    }

    ImageView<const T> image_;
    std::vector<Bound> low_, high_;
};

/// Calls fill(y, first, last) with each run of the flooded region once.
template <class T, class Fill>
void flood(ImageView<const T> image, const FloodFill& options, const Fill& fill) {
    struct Run {
        std::ptrdiff_t y, first, last;
    };
    const Likeness<T> like(image, options);
    OpenRuns open(image.height, image.width);
    std::vector<Run> runs;
    const auto enter = [&](std::uint64_t* bits, std::ptrdiff_t y, std::ptrdiff_t x) {
        const std::ptrdiff_t first = OpenRuns::begin_of(bits, x), last = OpenRuns::end_of(bits, x);
        OpenRuns::clear(bits, first, last);
        runs.push_back({y, first, last});
        return last;
    };
    std::uint64_t* const seed_bits = open.row(options.row, like);
    if (OpenRuns::next_set(seed_bits, options.column, options.column + 1) == options.column)
        enter(seed_bits, options.row, options.column);
    const std::ptrdiff_t reach = options.connectivity == 8;
    while (!runs.empty()) {
        const Run run = runs.back();
        runs.pop_back();
        fill(run.y, run.first, run.last);
        for (const std::ptrdiff_t y : {run.y - 1, run.y + 1}) {
            if (y < 0 || y >= image.height) continue;
            std::uint64_t* const bits = open.row(y, like);
            const std::ptrdiff_t end = std::min(run.last + reach, image.width);
            for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(run.first - reach, 0);
                 (x = OpenRuns::next_set(bits, x, end)) < end;)
                x = enter(bits, y, x);
        }
    }
}

template <class T>
void check(ImageView<T> image, const FloodFill& options) {
    require(!image.empty(), "image must not be empty");
    require(options.row >= 0 && options.row < image.height && options.column >= 0 &&
                options.column < image.width,
            "seed must be inside of the image, of " + std::to_string(image.height) + " x " +
                std::to_string(image.width) + " pixels, got (" + std::to_string(options.row) +
                ", " + std::to_string(options.column) + ")");
    require(options.tolerance >= 0,
            "tolerance must be >= 0, got " + std::to_string(options.tolerance));
    require(options.connectivity == 4 || options.connectivity == 8,
            "connectivity must be 4 or 8, got " + std::to_string(options.connectivity));
}

/// A pixel of n channels.
template <class T>
std::vector<T> pixel_of(const std::vector<double>& value, std::ptrdiff_t n) {
    require(value.size() == 1 || value.size() == static_cast<std::size_t>(n),
            "value must be one number or one for each of the " + std::to_string(n) +
                " channels, got " + std::to_string(value.size()));
    std::vector<T> pixel;
    for (std::size_t c = 0; c < static_cast<std::size_t>(n); ++c) {
        const double v = value[value.size() == 1 ? 0 : c];
        if constexpr (!std::is_same_v<T, float>)
            require(v >= 0 && v <= 255 && v == std::floor(v),
                    "value must be whole and from 0 to 255, got " + std::to_string(v));
        pixel.push_back(static_cast<T>(v));
    }
    return pixel;
}

}  // namespace

template <class T>
void flood_mask(ImageView<const T> image, ImageView<std::uint8_t> mask, const FloodFill& options) {
    check(image, options);
    for (std::ptrdiff_t y = 0; y < mask.height; ++y) std::fill_n(mask.row(y), mask.width, 0);
    flood(image, options, [&](std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last) {
        std::fill(mask.row(y) + first, mask.row(y) + last, std::uint8_t{1});
    });
}

template <class T>
void flood_fill(ImageView<T> image, const std::vector<double>& value, const FloodFill& options) {
    check(image, options);
    const std::ptrdiff_t n = image.channels;
    const std::vector<T> pixel = pixel_of<T>(value, n);
    const ImageView<const T> read{image.data, image.height, image.width, n, image.row_stride};
    // A row is looked at before any run of it is filled.
    flood(read, options, [&](std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last) {
        if (n == 1) return std::fill(image.row(y) + first, image.row(y) + last, pixel[0]), void();
        for (T* at = image.row(y) + first * n; at < image.row(y) + last * n; at += n)
            std::copy_n(pixel.data(), n, at);
    });
}

template void flood_mask(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const FloodFill&);
template void flood_mask(ImageView<const float>, ImageView<std::uint8_t>, const FloodFill&);
template void flood_fill(ImageView<std::uint8_t>, const std::vector<double>&, const FloodFill&);
template void flood_fill(ImageView<float>, const std::vector<double>&, const FloodFill&);

}  // namespace imgmine
