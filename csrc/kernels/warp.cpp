#include "kernels/warp.hpp"

#include <cstring>

#include "kernels/simd.hpp"

// Loops that compilers vectorize as they stand, at every level.
namespace imgmine {
namespace {

constexpr double far_away = 0x1p26;  // pixels; farther ones are taken to be there

/// A coordinate below 2^27 rounded to 2^-24 pixels, split into whole pixels and units of
/// 2^-32. `magic` is 1.5 * 2^28, which puts its last bit there, and 0.5 where wholes are nearest.
IMGMINE_INLINE void set_coordinate(std::int32_t* whole, std::uint32_t* part, double c,
                                   double magic) {
    c += magic;
    std::uint64_t bits;
    std::memcpy(&bits, &c, sizeof bits);
    bits <<= 8;
    // 1.5 * 2^28 has no other bits than these, and 8 of them are gone.
    *whole = (std::int32_t)((std::uint32_t)(bits >> 32) - 0xb8000000u);
    *part = (std::uint32_t)bits;
}

IMGMINE_INLINE void set_point(WarpPoints& at, std::size_t i, double x, double y, double magic) {
    set_coordinate(at.x + i, at.fx + i, x, magic);
    set_coordinate(at.y + i, at.fy + i, y, magic);
}

constexpr double to_fixed = 0x1.8p28;

IMGMINE_INLINE double not_too_far(double c) {
    c = c < far_away ? c : far_away;  // NaN, too
    return c > -far_away ? c : -far_away;
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
        at.x[i] = (std::int32_t)(x >> 32);
        at.fx[i] = (std::uint32_t)x;
        at.y[i] = (std::int32_t)(y >> 32);
        at.fy[i] = (std::uint32_t)y;
        x += line.step_x;
        y += line.step_y;
    }
}

template <bool near>
IMGMINE_INLINE void perspective(const PerspectiveLine& line, std::size_t n, WarpPoints& at) {
    const PerspectiveLine l = line;  // a copy, which no store can change
    const double magic = to_fixed + l.offset;
    const int end = (int)whole_blocks(n);
    for (int i = 0; i < end; ++i) {
        const double w = l.w + i * l.step_w;
        // Newton's step from 24 to 47 bits takes a third of the time of a division of doubles.
        const double guess = (double)(1.0f / (float)w);
        const double inverse = guess * (2 - w * guess);
        const double x = (l.x + i * l.step_x) * inverse, y = (l.y + i * l.step_y) * inverse;
        set_point(at, (std::size_t)i, near ? x : not_too_far(x), near ? y : not_too_far(y), magic);
    }
}

/// Between two places on one side of the horizon all places lie between them.
void perspective_points(const PerspectiveLine& line, std::size_t n, WarpPoints& at) {
    const double last = (double)(whole_blocks(n) - 1);
    const double w = line.w + last * line.step_w;
    const auto is_near = [](double x, double weight) {
        const double size = weight < 0 ? -weight : weight;
        return size > 1e-9 && x < 0.5 * far_away * size && x > -0.5 * far_away * size;
    };
    const bool near = (w < 0) == (line.w < 0) && is_near(line.x, line.w) &&
                      is_near(line.y, line.w) && is_near(line.x + last * line.step_x, w) &&
                      is_near(line.y + last * line.step_y, w);
    if (near) return perspective<true>(line, n, at);
    perspective<false>(line, n, at);
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
        set_point(at, (std::size_t)i, not_too_far(u * l.focal_x + l.center_x),
                  not_too_far(v * l.focal_y + l.center_y), to_fixed + l.offset);
    }
}

void lens_points(const LensLine& line, std::size_t n, WarpPoints& at) {
    if (line.k[3] != 0 || line.k[4] != 0 || line.k[5] != 0) return lens<true>(line, n, at);
    lens<false>(line, n, at);
}

void missed_points(const WarpPoints& at, std::size_t n, std::int32_t past, std::uint32_t width,
                   std::uint32_t height, std::uint16_t* missed) {
    for (std::size_t i = 0; i < n; i += lanes) {
#if defined(__AVX512F__)
        const __m512i shift = _mm512_set1_epi32(past);
        const __m512i x = _mm512_add_epi32(_mm512_load_si512(at.x + i), shift);
        const __m512i y = _mm512_add_epi32(_mm512_load_si512(at.y + i), shift);
        const unsigned bits = _mm512_cmpge_epu32_mask(x, _mm512_set1_epi32((int)width)) |
                              _mm512_cmpge_epu32_mask(y, _mm512_set1_epi32((int)height));
#else
        unsigned bits = 0;
        for (unsigned k = 0; k < lanes; ++k)
            bits |= (unsigned)((std::uint32_t)(at.x[i + k] + past) >= width ||
                               (std::uint32_t)(at.y[i + k] + past) >= height)
                    << k;
#endif
        missed[i / lanes] = (std::uint16_t)bits;
    }
}

}  // namespace
extern const WarpKernels IMGMINE_TABLE(warp_kernels);
const WarpKernels IMGMINE_TABLE(warp_kernels) = {
    .affine_points = affine_points,
    .perspective_points = perspective_points,
    .lens_points = lens_points,
    .missed_points = missed_points,
};

}  // namespace imgmine
