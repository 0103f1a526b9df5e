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
#include "kernels/resize_f32.hpp"

namespace imgmine {

/// The old pixel before a new one along one axis, and the way from there to the next.
///
/// At both ends the way is 0 or 1, so that the next one always exists (where there are two).
struct Lerp {
    std::int32_t left;
    double way;
};

struct LerpAxis {
    double scale, last;
    LerpAxis(std::ptrdiff_t from, std::ptrdiff_t to)
        : scale(static_cast<double>(from) / static_cast<double>(to)),
          last(static_cast<double>(std::max<std::ptrdiff_t>(from - 2, 0))) {}
    Lerp at(std::ptrdiff_t i) const {
        const double center = (static_cast<double>(i) + 0.5) * scale - 0.5;
        const double left = std::clamp(std::floor(center), 0.0, last);
        return {static_cast<std::int32_t>(left), std::clamp(center - left, 0.0, 1.0)};
    }
};

/// Interpolates floats: weights as floats.
struct FloatLerp {
    using Value = float;
    using Middle = float;
    using Weight = float;
    static Weight weight(double way) { return static_cast<float>(way); }
    static auto columns() { return resize_f32_kernels().lerp_columns_f32; }
    static auto rows() { return resize_f32_kernels().lerp_rows_f32; }
};

/// Interpolates bytes: weights of 15 binary places (in which the whole way is short by 2^-15, too
/// little to change a byte).
struct ByteLerp {
    using Value = std::uint8_t;
    using Middle = std::int16_t;
    using Weight = std::int32_t;
    static Weight weight(double way) {
        return static_cast<Weight>(std::min(32767.0, std::floor(way * 32768 + 0.5)));
    }
    static auto columns() { return resize_kernels().lerp_columns_u8; }
    static auto rows() { return resize_kernels().lerp_rows_u8; }
};

/// Old rows at the columns [first, first + n) of the new ones.
template <class Kind>
class LerpColumns {
  public:
    using Row = ImageView<const typename Kind::Value>;
    LerpColumns(const Row& src, const LerpAxis& axis, std::ptrdiff_t first, std::ptrdiff_t n)
        : src_(src), step_(static_cast<std::size_t>(src.width > 1 ? src.channels : 0)) {
        left_.reserve(static_cast<std::size_t>(n));
        weights_.reserve(static_cast<std::size_t>(n));
        for (std::ptrdiff_t x = first; x < first + n; ++x) {
            const Lerp lerp = axis.at(x);
            left_.push_back(lerp.left * static_cast<std::int32_t>(src.channels));
            weights_.push_back(Kind::weight(lerp.way));
        }
    }
    void run(std::ptrdiff_t y, typename Kind::Middle* out) const {
        Kind::columns()(src_.row(y), static_cast<std::size_t>(src_.row_size()), left_.data(), step_,
                        weights_.data(), out, left_.size(),
                        static_cast<std::size_t>(src_.channels));
    }

  private:
    Row src_;
    std::size_t step_;
    std::vector<std::int32_t> left_;
    std::vector<typename Kind::Weight> weights_;
};

template <class T>
void resize_linear(ImageView<const T> src, ImageView<T> dst) {
    using Kind = std::conditional_t<std::is_same_v<T, float>, FloatLerp, ByteLerp>;
    using Middle = std::vector<typename Kind::Middle>;
    const LerpAxis vertical(src.height, dst.height), horizontal(src.width, dst.width);
    const std::int32_t below = src.height > 1 ? 1 : 0;
    const std::ptrdiff_t tile = std::max<std::ptrdiff_t>((1 << 14) / dst.channels, 16);

    const auto resize_tile = [&](std::ptrdiff_t left, std::ptrdiff_t width, std::ptrdiff_t first,
                                 std::ptrdiff_t last) {
        const LerpColumns<Kind> columns(src, horizontal, left, width);
        const auto n = static_cast<std::size_t>(width * dst.channels);
        // The two old rows in use, already at the new width; enlarging meets them again and again.
        std::array<Middle, 2> rows = {Middle(n), Middle(n)};
        std::array<std::int32_t, 2> held = {-1, -1};
        const auto fetch = [&](std::size_t slot, std::int32_t y) {
            if (held[slot] == y) return;
            held[slot] = y;
            columns.run(y, rows[slot].data());
        };
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const Lerp lerp = vertical.at(y);
            if (held[1] == lerp.left) {  // what was below is above now
                std::swap(rows[0], rows[1]);
                std::swap(held[0], held[1]);
            }
            fetch(0, lerp.left);
            fetch(1, lerp.left + below);
            Kind::rows()(rows[0].data(), rows[1].data(), Kind::weight(lerp.way),
                         dst.row(y) + left * dst.channels, n);
        }
    };
    parallel_for(dst.height, row_grain(dst.row_size(), 1),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t x = 0; x < dst.width; x += tile)
                         resize_tile(x, std::min(tile, dst.width - x), first, last);
                 });
}

}  // namespace imgmine
