#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/border.hpp"
#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/warp.hpp"
#include "kernels/warp_pixel.hpp"

// What all warps share: a row of the result in runs of 256 pixels, whose places in the source one
// kernel finds and whose values another one takes there; pixels at the source's border one by one.
namespace imgmine {

enum class WarpMethod { nearest, linear, cubic };

inline WarpMethod warp_method_from_name(std::string_view name) {
    constexpr std::string_view names[] = {"nearest", "linear", "cubic"};
    for (int i = 0; i < 3; ++i)
        if (name == names[i]) return static_cast<WarpMethod>(i);
    throw std::invalid_argument("method must be 'nearest', 'linear' or 'cubic', got '" +
                                std::string(name) + "'");
}

/// How values between and past the source's pixels are found. `value`: what lies past the border
/// with Border::constant, one number or one per channel.
struct WarpOptions {
    WarpMethod method = WarpMethod::linear;
    Border border = Border::constant;
    std::vector<double> value = {0};
};

/// The constant, one per channel. Throws std::invalid_argument where it does not fit T.
template <class T>
std::vector<T> border_values(const std::vector<double>& value, std::ptrdiff_t channels) {
    const auto n = static_cast<std::size_t>(channels);
    require(value.size() == 1 || value.size() == n,
            "value must be one number or one per channel, got " + std::to_string(value.size()) +
                " for " + std::to_string(channels) + " channels");
    std::vector<T> values;
    for (std::size_t c = 0; c < n; ++c) {
        const double v = value.size() == 1 ? value[0] : value[c];
        if constexpr (std::is_same_v<T, std::uint8_t>)
            require(v >= 0 && v <= 255 && v == std::floor(v),
                    "value must be a whole number from 0 to 255 for a uint8 image, got " +
                        std::to_string(v));
        values.push_back(static_cast<T>(v));
    }
    return values;
}

template <class T>
class Warp {
  public:
    Warp(ImageView<const T> src, const WarpOptions& options)
        : src_(src),
          method_(options.method),
          border_(options.border),
          value_(border_values<T>(options.value, src.channels)) {
        for (int i = 0; i < 16; ++i) filling_.insert(filling_.end(), value_.begin(), value_.end());
        n_taps_ = method_ == WarpMethod::nearest ? 1 : method_ == WarpMethod::linear ? 2 : 4;
        first_tap_ = method_ == WarpMethod::cubic ? -1 : 0;
        const std::ptrdiff_t rows = src.height - n_taps_ + 1, columns = src.width - n_taps_ + 1;
        // Kernels may read up to 4 values past a row: into the next one, if there is one.
        const std::ptrdiff_t safe_rows = rows - 1;
        const bool fits = src.height * src.row_stride < std::numeric_limits<std::int32_t>::max();
        const bool any = fits && safe_rows > 0 && columns > 0 && src.row_stride >= 4;
        inside_ = {src.data,
                   src.row_stride,
                   static_cast<std::int32_t>(src.channels),
                   -first_tap_,
                   -first_tap_,
                   any ? static_cast<std::uint32_t>(columns) : 0,
                   any ? static_cast<std::uint32_t>(safe_rows) : 0};
    }

    /// points(y, x, n, at) finds where n pixels of row y from x on lie in the source.
    template <class Points>
    void run(ImageView<T> dst, const Points& points) const {
        if (dst.empty()) return;
        const double cost = method_ == WarpMethod::cubic ? 3 : 1;
        parallel_for(dst.height, row_grain(dst.row_size(), cost),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         // Tile by tile: what neighbouring rows read is still near.
                         for (std::ptrdiff_t y = first; y < last; y += tile_rows)
                             rows(dst, points, y, std::min(y + tile_rows, last));
                     });
    }

  private:
    static constexpr std::ptrdiff_t tile_rows = 64;

    template <class Points>
    void rows(ImageView<T> dst, const Points& points, std::ptrdiff_t first,
              std::ptrdiff_t last) const {
        constexpr auto tile = static_cast<std::ptrdiff_t>(warp_tile);
        WarpPoints at;
        std::uint16_t outside[warp_tile / 16];
        for (std::ptrdiff_t x = 0; x < dst.width; x += tile)
            for (std::ptrdiff_t y = first; y < last; ++y) {
                const auto n = static_cast<std::size_t>(std::min(tile, dst.width - x));
                T* out = dst.row(y) + x * dst.channels;
                points(y, x, n, at);
                sampler()(inside_, at, n, out, outside);
                if (border_ == Border::constant) fill_missed(at, n, outside, out);
                for (std::size_t i = 0; i < n; i += 16)
                    if (outside[i / 16])
                        border_pixels(at, i, std::min(n, i + 16), outside[i / 16], out);
            }
    }

    WarpSampler<T> sampler() const {
        const bool nearest = method_ == WarpMethod::nearest, cubic = method_ == WarpMethod::cubic;
        if constexpr (std::is_same_v<T, float>) {
            const auto& kernels = warp_f32_kernels();
            return nearest ? kernels.nearest : cubic ? kernels.cubic : kernels.linear;
        } else {
            const auto& kernels = warp_u8_kernels();
            return nearest ? kernels.nearest
                   : cubic ? warp_cubic_u8_kernels().cubic
                           : kernels.linear;
        }
    }

    /// Sets the pixels whose taps are all past the border, and takes them off `outside`.
    void fill_missed(const WarpPoints& at, std::size_t n, std::uint16_t* outside, T* out) const {
        std::uint16_t missed[warp_tile / 16];
        warp_kernels().missed_points(at, n, first_tap_ + n_taps_ - 1,
                                     static_cast<std::uint32_t>(src_.width + n_taps_ - 1),
                                     static_cast<std::uint32_t>(src_.height + n_taps_ - 1), missed);
        for (std::size_t i = 0; i < n; i += 16) {
            const unsigned bits = missed[i / 16] & outside[i / 16];
            if (!bits) continue;
            outside[i / 16] = static_cast<std::uint16_t>(outside[i / 16] & ~bits);
            T* to = out + i * value_.size();
            if (bits == 0xffff && i + 16 <= n)
                std::copy(filling_.begin(), filling_.end(), to);
            else
                for (std::size_t k = 0; k < 16 && i + k < n; ++k)
                    if (bits >> k & 1)
                        std::copy(value_.begin(), value_.end(), to + k * value_.size());
        }
    }

    void border_pixels(const WarpPoints& at, std::size_t first, std::size_t last, unsigned bits,
                       T* out) const {
        for (std::size_t i = first; i < last; ++i)
            if (bits >> (i - first) & 1)
                border_pixel(at.x[i], at.y[i], at.fx[i], at.fy[i], out + i * value_.size());
    }

    void border_pixel(std::ptrdiff_t x, std::ptrdiff_t y, std::uint32_t fx, std::uint32_t fy,
                      T* to) const {
        std::ptrdiff_t columns[4], rows[4];
        for (int k = 0; k < n_taps_; ++k) {
            columns[k] = border_index(border_, x + first_tap_ + k, src_.width);
            rows[k] = border_index(border_, y + first_tap_ + k, src_.height);
        }
        for (std::ptrdiff_t c = 0; c < src_.channels; ++c)
            to[c] = value_at(fx, fy, [&](int row, int column) {
                return rows[row] < 0 || columns[column] < 0
                           ? value_[static_cast<std::size_t>(c)]
                           : src_.row(rows[row])[columns[column] * src_.channels + c];
            });
    }

    template <class Tap>
    T value_at(std::uint32_t fx, std::uint32_t fy, const Tap& tap) const {
        if (method_ == WarpMethod::nearest) return tap(0, 0);
        if constexpr (std::is_same_v<T, float>)
            return method_ == WarpMethod::linear ? linear_f32(fx, fy, tap) : cubic_f32(fx, fy, tap);
        else
            return method_ == WarpMethod::linear ? linear_u8(fx, fy, tap) : cubic_u8(fx, fy, tap);
    }

    ImageView<const T> src_;
    WarpMethod method_;
    Border border_;
    std::vector<T> value_, filling_;  ///< of one pixel and of 16
    std::int32_t n_taps_, first_tap_;
    WarpImage<T> inside_;
};

/// What is added to a coordinate before its whole part is taken.
inline double half_of(WarpMethod method) {
    return method == WarpMethod::nearest ? 0.5 : 0.0;
}

/// Throws std::invalid_argument where there is nothing to take values from.
template <class T>
void require_pixels(const ImageView<const T>& src, const ImageView<T>& dst) {
    require(!src.empty() || dst.empty(), "image must have pixels where the result has some");
}

}  // namespace imgmine
