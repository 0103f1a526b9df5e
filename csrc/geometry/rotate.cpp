#include "geometry/rotate.hpp"

#include "geometry/warp_affine.hpp"
#include "kernels/transpose.hpp"

namespace imgmine {
namespace {

/// Turns by whole quarters into a `dst` of the turned shape.
template <class T>
void turn_pixels(ImageView<const T> src, ImageView<T> dst, int quarters) {
    const auto bytes = [](auto* p) { return reinterpret_cast<const std::uint8_t*>(p); };
    const auto out = [](T* p) { return reinterpret_cast<std::uint8_t*>(p); };
    constexpr auto item = static_cast<std::ptrdiff_t>(sizeof(T));
    const auto size = static_cast<std::size_t>(src.channels * item);
    const std::ptrdiff_t src_stride = src.row_stride * item, dst_stride = dst.row_stride * item;
    const auto width = static_cast<std::size_t>(src.width);
    parallel_for(
        src.height, std::max<std::ptrdiff_t>(64, row_grain(src.row_size(), 0.2)),
        [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            const auto n = static_cast<std::size_t>(last - first);
            if (quarters == 1)
                transpose_kernels().transpose(bytes(src.row(first)), src_stride,
                                              out(dst.row(dst.height - 1) + first * dst.channels),
                                              -dst_stride, n, width, size);
            else if (quarters == 3)
                transpose_kernels().transpose(bytes(src.row(last - 1)), -src_stride,
                                              out(dst.row(0) + (dst.width - last) * dst.channels),
                                              dst_stride, n, width, size);
            else
                for (std::ptrdiff_t y = first; y < last; ++y) {
                    if (quarters == 2)
                        transpose_kernels().reverse(bytes(src.row(y)),
                                                    out(dst.row(src.height - 1 - y)), width, size);
                    else
                        std::copy_n(src.row(y), src.row_size(), dst.row(y));
                }
        });
}

}  // namespace

Turn turn_of(double angle) {
    require(std::isfinite(angle), "angle must be finite, got " + std::to_string(angle));
    const double degrees = std::fmod(angle, 360.0);
    const double nearest = std::nearbyint(degrees / 90);
    const double x = (degrees - 90 * nearest) * 0.017453292519943295, x2 = x * x;
    // Taylor's series, |x| <= pi / 4: the same bits on every machine.
    double cosine = 1, sine = 1;
    for (int n = 20; n > 0; n -= 2) {
        cosine = 1 - x2 * cosine / (n * (n - 1));
        sine = 1 - x2 * sine / (n * (n + 1));
    }
    sine *= x;
    const int quarters = (static_cast<int>(nearest) % 4 + 4) % 4;
    for (int i = 0; i < quarters; ++i) {
        const double c = cosine;
        cosine = -sine + 0.0;  // no -0
        sine = c;
    }
    return {x == 0 ? quarters : -1, cosine, sine};
}

std::pair<std::ptrdiff_t, std::ptrdiff_t> rotated_size(std::ptrdiff_t height, std::ptrdiff_t width,
                                                       double angle) {
    const Turn turn = turn_of(angle);
    const auto h = static_cast<double>(height), w = static_cast<double>(width);
    const double c = std::abs(turn.cosine), s = std::abs(turn.sine);
    const auto extent = [](double side, double turned) {
        return static_cast<std::ptrdiff_t>(std::ceil((side + turned) / 2) -
                                           std::floor((side - turned) / 2));
    };
    if (turn.quarters >= 0)
        return turn.quarters % 2 ? std::pair(width, height) : std::pair(height, width);
    return {extent(h, h * c + w * s), extent(w, w * c + h * s)};
}

template <class T>
void rotate(ImageView<const T> src, ImageView<T> dst, double angle, const WarpOptions& options) {
    const Turn turn = turn_of(angle);
    border_values<T>(options.value, src.channels);  // checks them
    if (dst.empty()) return;
    const bool upright = turn.quarters % 2 == 0;
    if (turn.quarters >= 0 && dst.height == (upright ? src.height : src.width) &&
        dst.width == (upright ? src.width : src.height))
        return turn_pixels(src, dst, turn.quarters);
    const auto middle = [](std::ptrdiff_t n) { return 0.5 * static_cast<double>(n - 1); };
    const double x = middle(dst.width), y = middle(dst.height), c = turn.cosine, s = turn.sine;
    warp_affine<T>(
        src, dst,
        {c, -s, middle(src.width) - (c * x - s * y), s, c, middle(src.height) - (s * x + c * y)},
        options);
}

template void rotate(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, double,
                     const WarpOptions&);
template void rotate(ImageView<const float>, ImageView<float>, double, const WarpOptions&);

}  // namespace imgmine
