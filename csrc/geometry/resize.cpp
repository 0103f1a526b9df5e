#include "geometry/resize.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "geometry/resample.hpp"
#include "geometry/resize_area.hpp"
#include "geometry/resize_linear.hpp"

namespace imgmine {
namespace {

/// The old pixel that a new one's center lies in along one axis; the one behind it where that is a
/// border.
std::int32_t nearest_to(std::ptrdiff_t i, std::ptrdiff_t from, std::ptrdiff_t to) {
    return static_cast<std::int32_t>((2 * i + 1) * from / (2 * to));
}

/// The columns [left, left + n) of the new rows [first, last).
template <class T>
void nearest_tile(ImageView<const T> src, ImageView<T> dst, std::ptrdiff_t left, std::ptrdiff_t n,
                  std::ptrdiff_t first, std::ptrdiff_t last) {
    const auto channels = static_cast<std::int32_t>(src.channels);
    const std::size_t pixel = static_cast<std::size_t>(src.channels) * sizeof(T);
    std::vector<std::int32_t> columns;
    columns.reserve(static_cast<std::size_t>(n));
    for (std::ptrdiff_t x = left; x < left + n; ++x)
        columns.push_back(nearest_to(x, src.width, dst.width) * channels);
    std::int32_t before = -1;
    for (std::ptrdiff_t y = first; y < last; ++y) {
        const std::int32_t from = nearest_to(y, src.height, dst.height);
        T* const out = dst.row(y) + left * channels;
        if (from == before)
            std::memcpy(out, dst.row(y - 1) + left * channels, columns.size() * pixel);
        else
            resize_kernels().pick_pixels(src.row(from), columns.data(), sizeof(T), pixel, out,
                                         columns.size());
        before = from;
    }
}

template <class T>
void resize_nearest(ImageView<const T> src, ImageView<T> dst) {
    constexpr std::ptrdiff_t tile = 1 << 14;
    parallel_for(dst.height, row_grain(dst.row_size(), 0.3),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t x = 0; x < dst.width; x += tile)
                         nearest_tile(src, dst, x, std::min(tile, dst.width - x), first, last);
                 });
}

template <class T>
void resize_smoothly(ImageView<const T> src, ImageView<T> dst, TapAxis::Window window) {
    const TapAxis vertical(window, src.height, dst.height);
    const TapAxis horizontal(window, src.width, dst.width);
    if constexpr (sizeof(T) == 1) {
        const bool wide = window == TapAxis::Window::lanczos;
        resample(src, dst, vertical, horizontal,
                 ByteWeighing{wide ? lanczos_fixed_point(horizontal.scale(), vertical.scale())
                                   : FixedPoint{}});
    } else {
        resample(src, dst, vertical, horizontal, FloatWeighing{});
    }
}

}  // namespace

ResizeMethod resize_method_from_name(std::string_view name) {
    constexpr std::string_view names[] = {"area", "linear", "cubic", "lanczos", "nearest"};
    for (int i = 0; i < 5; ++i)
        if (name == names[i]) return static_cast<ResizeMethod>(i);
    throw std::invalid_argument(
        "method must be 'area', 'linear', 'cubic', 'lanczos' or 'nearest', got '" +
        std::string(name) + "'");
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
    switch (method) {
        case ResizeMethod::area:
            return resize_area(src, dst);
        case ResizeMethod::linear:
            return resize_linear(src, dst);
        case ResizeMethod::cubic:
            return resize_smoothly(src, dst, TapAxis::Window::cubic);
        case ResizeMethod::lanczos:
            return resize_smoothly(src, dst, TapAxis::Window::lanczos);
        case ResizeMethod::nearest:
            return resize_nearest(src, dst);
    }
}

template void resize(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, ResizeMethod);
template void resize(ImageView<const float>, ImageView<float>, ResizeMethod);

}  // namespace imgmine
