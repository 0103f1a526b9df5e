#include "kernels/warp.hpp"

#include <cstring>

#include "kernels/simd.hpp"

// Loops that compilers vectorize as they stand, at every level.
namespace imgmine {
namespace {

constexpr double far_away = 0x1p26;  // pixels; farther ones are taken to be there

/// A coordinate rounded to 2^-24 pixels, in units of 2^-32.
IMGMINE_INLINE std::int64_t fixed_point(double c) {
    // Added to this, a number below 2^27 has its last bit at 2^-24.
    constexpr double magic = 0x1.8p28;
    constexpr std::int64_t magic_bits = 0x41b8000000000000;
    c = c < far_away ? c : far_away;  // NaN, too
    c = c > -far_away ? c : -far_away;
    c += magic;
    std::int64_t bits;
    std::memcpy(&bits, &c, sizeof bits);
    return (bits - magic_bits) * 256;
}

IMGMINE_INLINE void set_point(WarpPoints& at, std::size_t i, std::int64_t x, std::int64_t y) {
    at.x[i] = (std::int32_t)(x >> 32);
    at.fx[i] = (std::uint32_t)x;
    at.y[i] = (std::int32_t)(y >> 32);
    at.fy[i] = (std::uint32_t)y;
}

/// All loops run to the next multiple of 16: WarpPoints has room.
IMGMINE_INLINE std::size_t whole_blocks(std::size_t n) {
    return (n + lanes - 1) / lanes * lanes;
}

/// x and y by exact additions, rounded to 2^-24 pixels only where they are used.
void affine_points(const AffineLine& line, std::size_t n, WarpPoints& at) {
    std::int64_t x = line.x, y = line.y;
    n = whole_blocks(n);
    for (std::size_t i = 0; i < n; ++i) {
        set_point(at, i, x, y);
        x += line.step_x;
        y += line.step_y;
    }
}

void perspective_points(const PerspectiveLine& line, std::size_t n, WarpPoints& at) {
    const PerspectiveLine l = line;  // a copy, which no store can change
    const int end = (int)whole_blocks(n);
    for (int i = 0; i < end; ++i) {
        const double w = l.w + i * l.step_w;
        // Newton's step from 24 to 47 bits takes a third of the time of a division of doubles.
        const double guess = (double)(1.0f / (float)w);
        const double inverse = guess * (2 - w * guess);
        const double x = (l.x + i * l.step_x) * inverse + l.offset;
        const double y = (l.y + i * l.step_y) * inverse + l.offset;
        set_point(at, (std::size_t)i, fixed_point(x), fixed_point(y));
    }
}

template <bool rational>
IMGMINE_INLINE void lens(const LensLine& line, std::size_t n, WarpPoints& at) {
    const LensLine l = line;
    const double y = l.y, y2 = y * y;
    const int end = (int)whole_blocks(n);
    for (int i = 0; i < end; ++i) {
        const double x = l.x + i * l.step_x, x2 = x * x, r2 = x2 + y2, xy = 2 * (x * y);
        double radial = 1 + r2 * (l.k[0] + r2 * (l.k[1] + r2 * l.k[2]));
        if (rational) radial = radial / (1 + r2 * (l.k[3] + r2 * (l.k[4] + r2 * l.k[5])));
        const double u = x * radial + (l.p[0] * xy + l.p[1] * (r2 + 2 * x2));
        const double v = y * radial + (l.p[0] * (r2 + 2 * y2) + l.p[1] * xy);
        set_point(at, (std::size_t)i, fixed_point(u * l.focal_x + l.center_x),
                  fixed_point(v * l.focal_y + l.center_y));
    }
}

void lens_points(const LensLine& line, std::size_t n, WarpPoints& at) {
    if (line.k[3] != 0 || line.k[4] != 0 || line.k[5] != 0) return lens<true>(line, n, at);
    lens<false>(line, n, at);
}

}  // namespace
extern const WarpKernels IMGMINE_TABLE(warp_kernels);
const WarpKernels IMGMINE_TABLE(warp_kernels) = {
    .affine_points = affine_points,
    .perspective_points = perspective_points,
    .lens_points = lens_points,
};

}  // namespace imgmine
