#include "geometry/undistort.hpp"

namespace imgmine {
namespace {

bool is_finite(double x) {
    return std::isfinite(x);
}

/// The row's part that all rows share. `half`: added to both coordinates.
LensLine lens_of(const Camera& camera, double half) {
    const auto& m = camera.matrix;
    const auto& d = camera.distortion;
    require(std::all_of(m.begin(), m.end(), is_finite), "camera_matrix must be finite");
    require(m[0] != 0 && m[4] != 0 && m[8] == 1 && m[1] == 0 && m[3] == 0 && m[6] == 0 && m[7] == 0,
            "camera_matrix must be [[fx, 0, cx], [0, fy, cy], [0, 0, 1]], fx and fy not 0");
    require(d.size() == 4 || d.size() == 5 || d.size() == 8,
            "distortion must have 4, 5 or 8 coefficients, got " + std::to_string(d.size()));
    require(std::all_of(d.begin(), d.end(), is_finite), "distortion must be finite");
    LensLine lens{0,    0,    1 / m[0], {d[0], d[1], 0, 0, 0, 0}, {d[2], d[3]}, m[0], m[4],
                  m[2], m[5], half};
    for (std::size_t i = 4; i < d.size(); ++i) lens.k[i - 2] = d[i];
    return lens;
}

}  // namespace

template <class T>
void undistort(ImageView<const T> src, ImageView<T> dst, const Camera& camera,
               const WarpOptions& options) {
    const LensLine lens = lens_of(camera, half_of(options.method));
    const Warp<T> warp(src, options);
    require_pixels(src, dst);
    const auto& m = camera.matrix;
    warp.run(dst, [&](std::ptrdiff_t y, std::ptrdiff_t x, std::size_t n, WarpPoints& at) {
        LensLine line = lens;
        line.x = (static_cast<double>(x) - m[2]) / m[0];
        line.y = (static_cast<double>(y) - m[5]) / m[4];
        warp_kernels().lens_points(line, n, at);
    });
}

template void undistort(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Camera&,
                        const WarpOptions&);
template void undistort(ImageView<const float>, ImageView<float>, const Camera&,
                        const WarpOptions&);

}  // namespace imgmine
