#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/resize.hpp"

namespace imgmine {

/// For each new pixel along one axis the old one before it, and its way from there to the next.
///
/// At both ends the way is 0 or 1, so that the next one always exists (where there are two).
struct Lerp {
    std::vector<std::int32_t> left;
    std::vector<double> way;
};

inline Lerp lerp_axis(std::ptrdiff_t from, std::ptrdiff_t to) {
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

}  // namespace imgmine
