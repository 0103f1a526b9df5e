#include "segment/flood_fill.hpp"

#include <algorithm>
#include <array>
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
        for (std::size_t i = 0; i < lows_.size(); ++i) {
            lows_[i] = low_[i % low_.size()];
            highs_[i] = high_[i % high_.size()];
        }
    }

    void operator()(std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last,
                    std::uint8_t* near) const {
        const T* const row = image_.row(y) + first * image_.channels;
        const auto n = static_cast<std::size_t>(last - first);
        if (image_.channels == 1) return one_channel(row, n, near);
        if (image_.channels == 3) return three_channels(row, n, near);
        const std::size_t n_channels = low_.size();
        for (std::size_t x = 0; x < n; ++x) {
            bool like = true;
            for (std::size_t c = 0; c < n_channels; ++c)
                like &= is_like(row[x * n_channels + c], low_[c], high_[c]);
            near[x] = like;
        }
    }

  private:
    static bool is_like(T value, Bound low, Bound high) {
        const auto v = static_cast<Bound>(value);
        return (v >= low) & (v <= high);
    }

    void one_channel(const T* row, std::size_t n, std::uint8_t* near) const {
        const Bound low = low_[0], high = high_[0];
        for (std::size_t x = 0; x < n; ++x) near[x] = is_like(row[x], low, high);
    }

    /// At most 64 pixels: all values first, which suits vectors, then threes of them.
    void three_channels(const T* row, std::size_t n, std::uint8_t* near) const {
        std::array<std::uint8_t, 192> likes;
        for (std::size_t i = 0; i < 3 * n; ++i) likes[i] = is_like(row[i], lows_[i], highs_[i]);
        for (std::size_t x = 0; x < n; ++x)
            near[x] = likes[3 * x] & likes[3 * x + 1] & likes[3 * x + 2];
    }

    ImageView<const T> image_;
    std::vector<Bound> low_, high_;
    std::array<Bound, 192> lows_, highs_;  // the same again and again, for three channels
};

/// Calls fill(y, first, last) with each run of the flooded region once.
template <class T, class Fill>
void flood(ImageView<const T> image, const FloodFill& options, const Fill& fill) {
    struct Run {
        std::ptrdiff_t y, first, last;
    };
    const Likeness<T> like(image, options);
    OpenRuns<Likeness<T>> open(image.height, image.width, like);
    std::vector<Run> runs;
    const auto enter = [&](std::ptrdiff_t y, std::ptrdiff_t x) {
        const std::ptrdiff_t first = open.begin_of(y, x), last = open.end_of(y, x);
        open.clear(y, first, last);
        runs.push_back({y, first, last});
        return last;
    };
    if (open.next_set(options.row, options.column, options.column + 1) == options.column)
        enter(options.row, options.column);
    const std::ptrdiff_t reach = options.connectivity == 8;
    while (!runs.empty()) {
        const Run run = runs.back();
        runs.pop_back();
        fill(run.y, run.first, run.last);
        for (const std::ptrdiff_t y : {run.y - 1, run.y + 1}) {
            if (y < 0 || y >= image.height) continue;
            const std::ptrdiff_t end = std::min(run.last + reach, image.width);
            for (std::ptrdiff_t x = std::max<std::ptrdiff_t>(run.first - reach, 0);
                 (x = open.next_set(y, x, end)) < end;)
                x = enter(y, x);
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
    // Pixels are looked at before they are filled, and never again.
    flood(read, options, [&](std::ptrdiff_t y, std::ptrdiff_t first, std::ptrdiff_t last) {
        T* const at = image.row(y) + first * n;
        const std::ptrdiff_t count = last - first;
        if (n == 1) {
            std::fill_n(at, count, pixel[0]);
        } else if (n == 3) {
            for (std::ptrdiff_t i = 0; i < count; ++i)
                at[3 * i] = pixel[0], at[3 * i + 1] = pixel[1], at[3 * i + 2] = pixel[2];
        } else {
            for (std::ptrdiff_t i = 0; i < count; ++i) std::copy_n(pixel.data(), n, at + i * n);
        }
    });
}

template void flood_mask(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const FloodFill&);
template void flood_mask(ImageView<const float>, ImageView<std::uint8_t>, const FloodFill&);
template void flood_fill(ImageView<std::uint8_t>, const std::vector<double>&, const FloodFill&);
template void flood_fill(ImageView<float>, const std::vector<double>&, const FloodFill&);

}  // namespace imgmine
