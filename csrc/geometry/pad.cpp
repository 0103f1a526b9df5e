#include "geometry/pad.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"

namespace imgmine {
namespace {

/// For the columns [first, last) of the new rows the value of the old ones that they begin with.
std::vector<std::ptrdiff_t> sources(Border border, std::ptrdiff_t first, std::ptrdiff_t last,
                                    std::ptrdiff_t width, std::ptrdiff_t channels) {
    std::vector<std::ptrdiff_t> at;
    for (std::ptrdiff_t x = first; x < last; ++x)
        at.push_back(border_index(border, x, width) * channels);
    return at;
}

template <class T>
void copy_pixels(const T* from, const std::vector<std::ptrdiff_t>& at, std::ptrdiff_t channels,
                 T* out) {
    if (channels == 1) {
        for (const std::ptrdiff_t i : at) *out++ = from[i];
    } else if (channels == 3) {
        for (const std::ptrdiff_t i : at)
            for (int c = 0; c < 3; ++c) *out++ = from[i + c];
    } else {
        for (const std::ptrdiff_t i : at) out = std::copy_n(from + i, channels, out);
    }
}

}  // namespace

template <class T>
void pad(ImageView<const T> src, ImageView<T> dst, std::ptrdiff_t top, std::ptrdiff_t left,
         Border border, T value) {
    if (dst.empty()) return;
    const bool constant = border == Border::constant;
    require(constant || !src.empty(), "image must not be empty where border is not 'constant'");
    const std::ptrdiff_t right = dst.width - left - src.width;
    std::vector<std::ptrdiff_t> before, behind;
    if (!constant) {
        before = sources(border, -left, 0, src.width, src.channels);
        behind = sources(border, src.width, src.width + right, src.width, src.channels);
    }
    const auto size = static_cast<std::size_t>(src.row_size()) * sizeof(T);
    parallel_for(dst.height, row_grain(dst.row_size(), 0.1 * sizeof(T)),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         T* const out = dst.row(y);
                         const std::ptrdiff_t from =
                             src.empty() ? -1 : border_index(border, y - top, src.height);
                         if (from < 0) {
                             std::fill_n(out, dst.row_size(), value);
                             continue;
                         }
                         T* const middle = out + left * src.channels;
                         T* const end = middle + src.row_size();
                         std::memcpy(middle, src.row(from), size);
                         if (constant) {
                             std::fill(out, middle, value);
                             std::fill_n(end, right * src.channels, value);
                         } else {
                             copy_pixels(src.row(from), before, src.channels, out);
                             copy_pixels(src.row(from), behind, src.channels, end);
                         }
                     }
                 });
}

template void pad(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, std::ptrdiff_t,
                  std::ptrdiff_t, Border, std::uint8_t);
template void pad(ImageView<const float>, ImageView<float>, std::ptrdiff_t, std::ptrdiff_t, Border,
                  float);

}  // namespace imgmine
