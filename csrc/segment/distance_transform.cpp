#include "segment/distance_transform.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/distance_map.hpp"

namespace imgmine {
namespace {

constexpr float nowhere = std::numeric_limits<float>::infinity();

/// How far above or below the nearest zero of the column is, of columns [first, last).
void vertical_distances(ImageView<const std::uint8_t> mask, std::ptrdiff_t first,
                        std::ptrdiff_t last, std::uint16_t* out) {
    constexpr std::ptrdiff_t stripe =
        128;  // the rows of one stay in the cache until they are met again
    const auto& kernels = distance_map_kernels();
    const std::uint16_t none = no_zero - 1;
    const std::vector<std::uint16_t> outside(stripe, none);
    for (std::ptrdiff_t x = first; x < last; x += stripe) {
        const auto n = static_cast<std::size_t>(std::min(stripe, last - x));
        const auto row = [&](std::ptrdiff_t y) { return out + y * mask.width + x; };
        kernels.down(mask.row(0) + x, outside.data(), row(0), n);
        for (std::ptrdiff_t y = 1; y < mask.height; ++y)
            kernels.down(mask.row(y) + x, row(y - 1), row(y), n);
        for (std::ptrdiff_t y = mask.height - 1; y-- > 0;) kernels.up(row(y + 1), row(y), n);
    }
}

void transform(ImageView<const std::uint8_t> mask, ImageView<float> dst) {
    const std::ptrdiff_t width = mask.width;
    AlignedVector<std::uint16_t> vertical(static_cast<std::size_t>(mask.height * width));
    const std::ptrdiff_t in_stripe = 64, n_stripes = (width + in_stripe - 1) / in_stripe;
    parallel_for(n_stripes, row_grain(in_stripe * mask.height, 0.3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     vertical_distances(mask, first * in_stripe, std::min(last * in_stripe, width),
                                        vertical.data());
                 });
    if (std::all_of(vertical.begin(), vertical.begin() + width,
                    [](std::uint16_t v) { return v >= no_zero; })) {
        for (std::ptrdiff_t y = 0; y < mask.height; ++y) std::fill_n(dst.row(y), width, nowhere);
        return;
    }
    parallel_for(mask.height, row_grain(width, 1.5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     const auto n = static_cast<std::size_t>(width);
                     AlignedVector<std::int32_t> scratch(distance_scratch(n));
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         distance_map_kernels().across(vertical.data() + y * width, scratch.data(),
                                                       dst.row(y), n);
                 });
}

/// A row of an image that is too large for 32 bits: the columns nearest to x of [first, last) lie
/// in [low, high].
struct WideRow {
    const std::int32_t* vertical;  // below 0 where the column has no zero
    float* out;

    void fill(std::int64_t first, std::int64_t last, std::int64_t low, std::int64_t high) const {
        while (first < last) {
            const std::int64_t x = (first + last) / 2;
            std::int64_t best = std::numeric_limits<std::int64_t>::max(), nearest = low;
            for (std::int64_t i = low; i <= high; ++i) {
                if (vertical[i] < 0) continue;
                const std::int64_t v = vertical[i], squared = (x - i) * (x - i) + v * v;
                if (squared < best) best = squared, nearest = i;
            }
            out[x] = static_cast<float>(std::sqrt(static_cast<double>(best)));
            fill(first, x, low, nearest);
            first = x + 1, low = nearest;
        }
    }
};

/// Of an image with a side above max_distance_side; plainly.
void transform_wide(ImageView<const std::uint8_t> mask, ImageView<float> dst) {
    std::vector<std::int32_t> vertical(static_cast<std::size_t>(mask.height * mask.width), -1);
    const auto nearer = [&](std::ptrdiff_t x, std::ptrdiff_t y, std::int32_t& since) {
        since = mask.row(y)[x] == 0 ? 0 : since < 0 ? -1 : since + 1;
        auto& value = vertical[static_cast<std::size_t>(y * mask.width + x)];
        if (since >= 0 && (value < 0 || since < value)) value = since;
    };
    for (std::ptrdiff_t x = 0; x < mask.width; ++x) {
        std::int32_t above = -1, below = -1;
        for (std::ptrdiff_t y = 0; y < mask.height; ++y) nearer(x, y, above);
        for (std::ptrdiff_t y = mask.height; y-- > 0;) nearer(x, y, below);
    }
    const bool none = std::all_of(vertical.begin(), vertical.begin() + mask.width,
                                  [](std::int32_t v) { return v < 0; });
    parallel_for(mask.height, row_grain(mask.width, 30),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         if (none)
                             std::fill_n(dst.row(y), mask.width, nowhere);
                         else
                             WideRow{vertical.data() + y * mask.width, dst.row(y)}.fill(
                                 0, mask.width, 0, mask.width - 1);
                     }
                 });
}

}  // namespace

void distance_transform(ImageView<const std::uint8_t> mask, ImageView<float> dst) {
    require(mask.channels == 1, "mask must have one channel, got " + std::to_string(mask.channels));
    constexpr std::ptrdiff_t most = std::numeric_limits<std::int32_t>::max();
    require(mask.height <= most && mask.width <= most, "mask must have sides below 2^31, got " +
                                                           std::to_string(mask.height) + " and " +
                                                           std::to_string(mask.width));
    if (mask.empty()) return;
    if (std::max(mask.height, mask.width) <= max_distance_side)
        transform(mask, dst);
    else
        transform_wide(mask, dst);
}

}  // namespace imgmine
