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
#include "kernels/resize.hpp"

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

/// Weights of the type that the kernels for rows of T take: floats, or 15 binary places (in which
/// the whole way is short by 2^-15, too little to change a byte).
template <class T>
auto lerp_weights(const std::vector<double>& ways) {
    std::vector<std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>> weights;
    for (const double way : ways)
        if constexpr (std::is_same_v<T, float>)
            weights.push_back(static_cast<float>(way));
        else
            weights.push_back(
                static_cast<std::int32_t>(std::min(32767.0, std::floor(way * 32768 + 0.5))));
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
                        return resize_kernels().lerp_columns_f32;
                    else
                        return resize_kernels().lerp_columns_u8;
                }();
                lerp(src.row(y), static_cast<std::size_t>(src.row_size()), columns.left.data(),
                     step, column_weights.data(), rows[slot].data(),
                     static_cast<std::size_t>(dst.width), static_cast<std::size_t>(dst.channels));
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
                    resize_kernels().lerp_rows_f32(rows[0].data(), rows[1].data(), row_weights[at],
                                                   dst.row(y), n);
                else
                    resize_kernels().lerp_rows_u8(rows[0].data(), rows[1].data(), row_weights[at],
                                                  dst.row(y), n);
            }
        });
}

// ---- area ---------------------------------------------------------------------------------------

/// The old pixels that a new one covers along one axis, from `first` on, and how much of each.
struct Cover {
    std::ptrdiff_t first;
    std::ptrdiff_t count;
    const std::uint32_t* weights;
};

/// The covers of all new pixels, in the largest unit that makes old and new widths whole: so floats
/// stay as they are where the size does.
class CoverAxis {
  public:
    CoverAxis(std::ptrdiff_t from, std::ptrdiff_t to) {
        const std::ptrdiff_t divisor = std::gcd(from, to);
        const std::ptrdiff_t new_width = from / divisor, old_width = to / divisor;
        width = static_cast<std::uint64_t>(new_width);
        for (std::ptrdiff_t i = 0; i < to; ++i) {
            const std::ptrdiff_t begin = i * new_width, end = begin + new_width;
            Cover cover{begin / old_width, 0, nullptr};
            for (std::ptrdiff_t j = cover.first; j * old_width < end; ++j, ++cover.count)
                weights_.push_back(static_cast<std::uint32_t>(std::min(end, (j + 1) * old_width) -
                                                              std::max(begin, j * old_width)));
            covers.push_back(cover);
        }
        const std::uint32_t* weights = weights_.data();
        for (Cover& cover : covers) {
            cover.weights = weights;
            weights += cover.count;
        }
    }

    std::uint64_t width;  ///< of a new pixel: the sum of its weights
    std::vector<Cover> covers;

  private:
    std::vector<std::uint32_t> weights_;
};

/// (2 n + d) / (2 d), a mean of bytes rounded half up.
std::uint8_t rounded_mean(std::uint64_t numerator, std::uint64_t denominator, double inverse) {
    const std::uint64_t n = numerator + denominator / 2;
    // The quotient of n + 1/2 is at least 1 / (2 d) away from whole numbers, further than doubles
    // are wrong below 256.
    if (denominator < std::uint64_t{1} << 42)
        return static_cast<std::uint8_t>(
            static_cast<int>((static_cast<double>(static_cast<std::int64_t>(n)) + 0.5) * inverse));
    return static_cast<std::uint8_t>(n / denominator);
}

float rounded_mean(double numerator, std::uint64_t, double inverse) {
    return static_cast<float>(numerator * inverse);
}

/// One new row of the column sums of the old ones.
template <std::ptrdiff_t fixed_channels, class Sum, class Total, class T>
void mean_row(const std::vector<Cover>& columns, const Total* totals, std::ptrdiff_t channels,
              std::uint64_t area, double inverse, T* out) {
    if (fixed_channels) channels = fixed_channels;
    for (const Cover& column : columns) {
        const Total* values = totals + column.first * channels;
        for (std::ptrdiff_t c = 0; c < channels; ++c, ++values) {
            Sum sum = static_cast<Sum>(column.weights[0]) * static_cast<Sum>(values[0]);
            for (std::ptrdiff_t j = 1; j < column.count; ++j)
                sum += static_cast<Sum>(column.weights[j]) * static_cast<Sum>(values[j * channels]);
            *out++ = rounded_mean(sum, area, inverse);
        }
    }
}

template <class T>
void resize_area(ImageView<const T> src, ImageView<T> dst) {
    constexpr bool is_float = std::is_same_v<T, float>;
    using Total = std::conditional_t<is_float, float, std::uint32_t>;
    using Sum = std::conditional_t<is_float, double, std::uint64_t>;
    const CoverAxis vertical(src.height, dst.height), columns(src.width, dst.width);
    const auto n = static_cast<std::size_t>(src.row_size());
    const std::uint64_t area = vertical.width * columns.width;
    const double inverse = 1.0 / static_cast<double>(area);
    const auto to_means = src.channels == 1   ? &mean_row<1, Sum, Total, T>
                          : src.channels == 3 ? &mean_row<3, Sum, Total, T>
                                              : &mean_row<0, Sum, Total, T>;
    const auto add_weighted = [] {
        if constexpr (is_float)
            return resize_kernels().add_weighted_f32;
        else
            return resize_kernels().add_weighted_u8;
    }();

    const auto resize_rows = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<Total> totals(n);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const Cover& cover = vertical.covers[static_cast<std::size_t>(y)];
            std::fill(totals.begin(), totals.end(), Total{0});
            for (std::ptrdiff_t j = 0; j < cover.count; ++j)
                add_weighted(src.row(cover.first + j), static_cast<Total>(cover.weights[j]),
                             totals.data(), n);
            to_means(columns.covers, totals.data(), src.channels, area, inverse, dst.row(y));
        }
    };
    const double rows_each = static_cast<double>(src.height) / static_cast<double>(dst.height);
    parallel_for(dst.height, row_grain(src.row_size(), 0.2 * rows_each + 1), resize_rows);
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
