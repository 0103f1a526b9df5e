#include "geometry/warp_affine.hpp"

namespace imgmine {
namespace {

bool is_finite(const Affine& m) {
    return std::all_of(m.begin(), m.end(), [](double x) { return std::isfinite(x); });
}

std::int64_t to_fixed(double x) {
    return static_cast<std::int64_t>(std::nearbyint(x * 0x1p32));
}

/// The points from (x, y) on, in whole numbers; in doubles where those might overflow.
void find_points(const Affine& m, double half, double x, double y, std::size_t n, WarpPoints& at) {
    constexpr double limit = 0x1p26, step_limit = limit / warp_tile;
    constexpr std::int64_t rounding = 1 << 7;  // to 2^-24 pixels, which is what is used of them
    const double start_x = m[0] * x + (m[1] * y + m[2]) + half;
    const double start_y = m[3] * x + (m[4] * y + m[5]) + half;
    const bool fits = std::abs(start_x) < limit && std::abs(start_y) < limit &&
                      std::abs(m[0]) < step_limit && std::abs(m[3]) < step_limit;
    if (fits)
        warp_kernels().affine_points({to_fixed(start_x) + rounding, to_fixed(start_y) + rounding,
                                      to_fixed(m[0]), to_fixed(m[3])},
                                     n, at);
    else
        warp_kernels().perspective_points({start_x, start_y, 1, m[0], m[3], 0, 0}, n, at);
}

}  // namespace

Affine inverse_of(const Affine& m) {
    require(is_finite(m), "matrix must be finite");
    const double determinant = m[0] * m[4] - m[1] * m[3];
    const Affine inverse = {
        m[4] / determinant,  -m[1] / determinant, (m[1] * m[5] - m[4] * m[2]) / determinant,
        -m[3] / determinant, m[0] / determinant,  (m[3] * m[2] - m[0] * m[5]) / determinant};
    require(determinant != 0 && is_finite(inverse), "matrix must have an inverse");
    return inverse;
}

template <class T>
void warp_affine(ImageView<const T> src, ImageView<T> dst, const Affine& to_source,
                 const WarpOptions& options) {
    require(is_finite(to_source), "matrix must be finite");
    const Warp<T> warp(src, options);
    require_pixels(src, dst);
    const double half = half_of(options.method);
    warp.run(dst, [&](std::ptrdiff_t y, std::ptrdiff_t x, std::size_t n, WarpPoints& at) {
        find_points(to_source, half, static_cast<double>(x), static_cast<double>(y), n, at);
    });
}

template void warp_affine(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Affine&,
                          const WarpOptions&);
template void warp_affine(ImageView<const float>, ImageView<float>, const Affine&,
                          const WarpOptions&);

}  // namespace imgmine
