#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Pixels of a row of the result that are worked on at a time.
constexpr std::size_t warp_tile = 256;

/// Where pixels of the result lie in the source: whole pixels, and what is left in units of 2^-32.
struct alignas(64) WarpPoints {
    std::int32_t x[warp_tile], y[warp_tile];
    std::uint32_t fx[warp_tile], fy[warp_tile];
};

/// A line in the source, in units of 2^-32 pixels.
struct AffineLine {
    std::int64_t x, y, step_x, step_y;
};

/// Pixel i lies at ((x + i step_x) / (w + i step_w), (y + i step_y) / (w + i step_w)).
struct PerspectiveLine {
    double x, y, w, step_x, step_y, step_w, offset;  ///< offset: added to both coordinates
};

/// Brown's model of a lens along a row of normalized coordinates (x + i step_x, y).
struct LensLine {
    double x, y, step_x;
    double k[6], p[2];  ///< radial (1..3 above, 4..6 below) and tangential
    double focal_x, focal_y, center_x, center_y;  ///< to pixels
    double offset;                                ///< added to both coordinates
};

/// What a sampler may read without looking: pixels with x - first_x in [0, n_x), y - first_y in
/// [0, n_y). Every offset into `data` up to there fits 31 bits.
template <class T>
struct WarpImage {
    const T* data;
    std::ptrdiff_t row_stride;
    std::int32_t channels;
    std::int32_t first_x, first_y;
    std::uint32_t n_x, n_y;
};

/// Sets the n pixels at `out`, n <= warp_tile; a bit of `outside` for each that it left for the
/// caller, 16 to a word.
template <class T>
using WarpSampler = void (*)(const WarpImage<T>& image, const WarpPoints& at, std::size_t n, T* out,
                             std::uint16_t* outside);

struct WarpKernels {
    void (*affine_points)(const AffineLine& line, std::size_t n, WarpPoints& at);
    void (*perspective_points)(const PerspectiveLine& line, std::size_t n, WarpPoints& at);
    void (*lens_points)(const LensLine& line, std::size_t n, WarpPoints& at);
    /// A bit for each point, 16 to a word: set unless x + past is in [0, width) and y + past in
    /// [0, height).
    void (*missed_points)(const WarpPoints& at, std::size_t n, std::int32_t past,
                          std::uint32_t width, std::uint32_t height, std::uint16_t* missed);
};
IMGMINE_KERNELS(WarpKernels, warp_kernels)

struct WarpU8Kernels {
    WarpSampler<std::uint8_t> nearest, linear;
};
IMGMINE_KERNELS(WarpU8Kernels, warp_u8_kernels)

struct WarpCubicU8Kernels {
    WarpSampler<std::uint8_t> cubic;
};
IMGMINE_KERNELS(WarpCubicU8Kernels, warp_cubic_u8_kernels)

struct WarpF32Kernels {
    WarpSampler<float> nearest, linear, cubic;
};
IMGMINE_KERNELS(WarpF32Kernels, warp_f32_kernels)

}  // namespace imgmine
