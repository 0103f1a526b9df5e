#include "geometry/resize.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/table.hpp"

namespace imgmine {
namespace {

// ---- linear -------------------------------------------------------------------------------------

/// For each new pixel along one axis the old one before it, and its way from there to the next.
///
/// At both ends the way is 0 or 1, so that the next one always exists (where there are two).
struct Lerp {
    std::vector<std::int32_t> left;
    std::vector<double> way;
};

Lerp lerp_axis(std::ptrdiff_t from, std::ptrdiff_t to) {
    Lerp axis;
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    const auto last = static_cast<double>(std::max<std::ptrdiff_t>(from - 2, 0));
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        const double at = (static_cast<double>(i) + 0.5) * scale - 0.5;
        const double left = std::clamp(std::floor(at), 0.0, last);
        axis.left.push_back(static_cast<std::int32_t>(left));
        axis.way.push_back(std::clamp(at - left, 0.0, 1.0));
    }
    return axis;
}

/// Weights of the type that the kernels for rows of T take: 15 binary places, or floats.
template <class T>
auto lerp_weights(const std::vector<double>& ways) {
    std::vector<std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>> weights;
    for (const double way : ways)
        if constexpr (std::is_same_v<T, float>)
            weights.push_back(static_cast<float>(way));
        else
            weights.push_back(static_cast<std::int32_t>(std::floor(way * 32768 + 0.5)));
    return weights;
}

template <class T>
void resize_linear(ImageView<const T> src, ImageView<T> dst) {
    constexpr bool is_float = std::is_same_v<T, float>;
    using Middle = std::conditional_t<is_float, float, std::int16_t>;
    const Lerp rows_axis = lerp_axis(src.height, dst.height);
    Lerp columns = lerp_axis(src.width, dst.width);
    for (std::int32_t& left : columns.left) left *= static_cast<std::int32_t>(src.channels);
    const auto row_weights = lerp_weights<T>(rows_axis.way);
    const auto column_weights = lerp_weights<T>(columns.way);
    const auto step = static_cast<std::size_t>(src.width > 1 ? src.channels : 0);
    const std::int32_t below = src.height > 1 ? 1 : 0;
    const auto n = static_cast<std::size_t>(dst.row_size());
    const Kernels& k = kernels();

    parallel_for(
        dst.height, row_grain(dst.row_size(), 2), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            // The two old rows in use, already at the new width; enlarging meets them again and
            // again.
            std::array<std::vector<Middle>, 2> rows = {std::vector<Middle>(n),
                                                       std::vector<Middle>(n)};
            std::array<std::int32_t, 2> held = {-1, -1};
            const auto fetch = [&](std::size_t slot, std::int32_t y) {
                if (held[slot] == y) return;
                held[slot] = y;
                const auto lerp = [&] {
                    if constexpr (is_float)
                        return k.lerp_columns_f32;
                    else
                        return k.lerp_columns_u8;
                }();
                lerp(src.row(y), columns.left.data(), step, column_weights.data(),
                     rows[slot].data(), static_cast<std::size_t>(dst.width),
                     static_cast<std::size_t>(dst.channels));
            };
            for (std::ptrdiff_t y = first; y < last; ++y) {
                const auto at = static_cast<std::size_t>(y);
                const std::int32_t above = rows_axis.left[at];
                if (held[1] == above) {  // what was below is above now
                    std::swap(rows[0], rows[1]);
                    std::swap(held[0], held[1]);
                }
                fetch(0, above);
                fetch(1, above + below);
                if constexpr (is_float)
                    k.lerp_rows_f32(rows[0].data(), rows[1].data(), row_weights[at], dst.row(y), n);
                else
                    k.lerp_rows_u8(rows[0].data(), rows[1].data(), row_weights[at], dst.row(y), n);
            }
        });
}

// ---- area ---------------------------------------------------------------------------------------

/// The old pixels that a new one covers along one axis: `first`, and how much of each.
struct Cover {
    std::ptrdiff_t first;
    std::vector<std::uint32_t> weights;
};

/// The covers of all new pixels, in the largest unit that makes old and new widths whole: so floats
/// stay as they are where the size does.
struct CoverAxis {
    std::uint64_t width;  ///< of a new pixel: the sum of its weights
    std::vector<Cover> covers;
};

CoverAxis cover_axis(std::ptrdiff_t from, std::ptrdiff_t to) {
    const std::ptrdiff_t divisor = std::gcd(from, to);
    const std::ptrdiff_t new_width = from / divisor, old_width = to / divisor;
    CoverAxis axis{static_cast<std::uint64_t>(new_width), {}};
    for (std::ptrdiff_t i = 0; i < to; ++i) {
        const std::ptrdiff_t begin = i * new_width, end = begin + new_width;
        Cover cover{begin / old_width, {}};
        for (std::ptrdiff_t j = cover.first; j * old_width < end; ++j)
            cover.weights.push_back(static_cast<std::uint32_t>(std::min(end, (j + 1) * old_width) -
                                                               std::max(begin, j * old_width)));
        axis.covers.push_back(std::move(cover));
    }
    return axis;
}

/// (2 n + d) / (2 d), a mean rounded half up: a multiplication and a step where that was not exact.
std::uint8_t rounded_mean(std::uint64_t numerator, std::uint64_t denominator, double inverse) {
    const std::uint64_t n = numerator + denominator / 2;
    auto q = static_cast<std::uint64_t>(static_cast<double>(n) * inverse);
    while (q * denominator > n) --q;
    while ((q + 1) * denominator <= n) ++q;
    return static_cast<std::uint8_t>(q);
}

/// out[c] = sum of weight * totals over the pixels that a new one covers.
template <class Sum, class Total>
void sum_cover(const Cover& cover, const Total* totals, std::ptrdiff_t channels, Sum* out) {
    const Total* values = totals + cover.first * channels;
    for (std::ptrdiff_t c = 0; c < channels; ++c) out[c] = 0;
    for (const std::uint32_t weight : cover.weights) {
        for (std::ptrdiff_t c = 0; c < channels; ++c)
            out[c] += static_cast<Sum>(weight) * static_cast<Sum>(values[c]);
        values += channels;
    }
}

template <class T>
void resize_area(ImageView<const T> src, ImageView<T> dst) {
    constexpr bool is_float = std::is_same_v<T, float>;
    using Total = std::conditional_t<is_float, float, std::uint32_t>;
    using Sum = std::conditional_t<is_float, double, std::uint64_t>;
    const CoverAxis vertical = cover_axis(src.height, dst.height);
    const CoverAxis columns = cover_axis(src.width, dst.width);
    const std::ptrdiff_t channels = src.channels;
    const auto n = static_cast<std::size_t>(src.row_size());
    const std::uint64_t area = vertical.width * columns.width;
    const double inverse = 1.0 / static_cast<double>(area);
    const Kernels& k = kernels();

    const double cost = 0.2 * static_cast<double>(src.height) / static_cast<double>(dst.height);
    parallel_for(dst.height, row_grain(src.row_size(), cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<Total> totals(n);
                     std::vector<Sum> sums(static_cast<std::size_t>(channels));
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const Cover& cover = vertical.covers[static_cast<std::size_t>(y)];
                         std::fill(totals.begin(), totals.end(), Total{0});
                         for (std::size_t j = 0; j < cover.weights.size(); ++j) {
                             const T* row = src.row(cover.first + static_cast<std::ptrdiff_t>(j));
                             if constexpr (is_float)
                                 k.add_weighted_f32(row, static_cast<float>(cover.weights[j]),
                                                    totals.data(), n);
                             else
                                 k.add_weighted_u8(row, cover.weights[j], totals.data(), n);
                         }
                         T* out = dst.row(y);
                         for (const Cover& column : columns.covers) {
                             sum_cover(column, totals.data(), channels, sums.data());
                             for (const Sum value : sums)
                                 if constexpr (is_float)
                                     *out++ = static_cast<float>(value * inverse);
                                 else
                                     *out++ = rounded_mean(value, area, inverse);
                         }
                     }
                 });
}

}  // namespace

ResizeMethod resize_method_from_name(std::string_view name) {
    if (name == "area") return ResizeMethod::area;
    if (name == "linear") return ResizeMethod::linear;
    throw std::invalid_argument("method must be 'area' or 'linear', got '" + std::string(name) +
                                "'");
}

template <class T>
void resize(ImageView<const T> src, ImageView<T> dst, ResizeMethod method) {
    constexpr std::ptrdiff_t longest = 1 << 23;  // 255 of these still fit into 32 bits
    for (const std::ptrdiff_t side : {src.height, src.width, dst.height, dst.width})
        require(side <= longest, "image and size must be at most 8388608 pixels a side, got " +
                                     std::to_string(side));
    require(src.row_size() <= INT32_MAX, "a row of image must be below 2^31 values");
    if (dst.empty()) return;
    require(!src.empty(), "image must not be empty where size is not");
    if (method == ResizeMethod::area)
        resize_area(src, dst);
    else
        resize_linear(src, dst);
}

template void resize(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, ResizeMethod);
template void resize(ImageView<const float>, ImageView<float>, ResizeMethod);

}  // namespace imgmine
