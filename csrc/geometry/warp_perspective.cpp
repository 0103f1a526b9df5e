#include "geometry/warp_perspective.hpp"

namespace imgmine {
namespace {

void require_finite(const Homography& m) {
    require(std::all_of(m.begin(), m.end(), [](double x) { return std::isfinite(x); }),
            "matrix must be finite");
}

/// The same mapping with numbers of at most 1.
Homography scaled(Homography m) {
    double largest = 0;
    for (const double x : m) largest = std::max(largest, std::abs(x));
    require(largest > 0, "matrix must have an inverse");
    for (double& x : m) x /= largest;
    return m;
}

}  // namespace

Homography inverse_of(const Homography& matrix) {
    require_finite(matrix);
    const Homography m = scaled(matrix);
    const auto minor = [&](int a, int b, int c, int d) {
        const auto at = [&](int i) { return m[static_cast<std::size_t>(i)]; };
        return at(a) * at(d) - at(b) * at(c);
    };
    const Homography adjugate = {minor(4, 5, 7, 8), minor(2, 1, 8, 7), minor(1, 2, 4, 5),
                                 minor(5, 3, 8, 6), minor(0, 2, 6, 8), minor(2, 0, 5, 3),
                                 minor(3, 4, 6, 7), minor(1, 0, 7, 6), minor(0, 1, 3, 4)};
    const double determinant = m[0] * adjugate[0] + m[1] * adjugate[3] + m[2] * adjugate[6];
    require(determinant != 0, "matrix must have an inverse");
    Homography inverse = adjugate;
    for (double& x : inverse) x = determinant < 0 ? -x : x;
    return inverse;
}

template <class T>
void warp_perspective(ImageView<const T> src, ImageView<T> dst, const Homography& to_source,
                      const WarpOptions& options) {
    require_finite(to_source);
    const Homography s = scaled(to_source);
    const Warp<T> warp(src, options);
    require_pixels(src, dst);
    // Denominators of at most 1: a float holds what the first guess at their inverses needs.
    const double largest = std::abs(s[6]) * static_cast<double>(dst.width) +
                           std::abs(s[7]) * static_cast<double>(dst.height) + std::abs(s[8]);
    Homography m = s;
    for (double& x : m) x /= largest > 0 ? largest : 1;
    const double half = half_of(options.method);
    warp.run(dst, [&](std::ptrdiff_t row, std::ptrdiff_t column, std::size_t n, WarpPoints& at) {
        const auto x = static_cast<double>(column), y = static_cast<double>(row);
        const auto start = [&](std::size_t i) { return m[i] * x + (m[i + 1] * y + m[i + 2]); };
        warp_kernels().perspective_points({start(0), start(3), start(6), m[0], m[3], m[6], half}, n,
                                          at);
    });
}

template void warp_perspective(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                               const Homography&, const WarpOptions&);
template void warp_perspective(ImageView<const float>, ImageView<float>, const Homography&,
                               const WarpOptions&);

}  // namespace imgmine
