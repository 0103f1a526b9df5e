#include "kernels/pool.hpp"

#include "kernels/simd_integers.hpp"
#include "kernels/simd_tile.hpp"

namespace imgmine {
namespace {

/// body(first channel, how many) for all, up to 16 at a time.
template <class Body>
IMGMINE_INLINE void for_channels(const PoolWindow& w, const Body& body) {
    for (std::size_t c = 0; c < w.channels; c += lanes) {
        const std::size_t left = w.channels - c;
        body(c, left < lanes ? left : lanes);
    }
}

/// body(values of a pixel, row, column), row by row.
template <class Body>
IMGMINE_INLINE void for_pixels(const PoolWindow& w, const float* x, std::size_t n,
                               const Body& body) {
    for (std::size_t row = 0; row < w.rows; ++row)
        for (std::size_t column = 0; column < w.columns; ++column)
            body(load_up_to(x + row * w.row_pitch + column * w.channels, n), row, column);
}

/// y = the largest value of each channel. The first where it is NaN, others are passed over.
void largest(const PoolWindow& w, const float* x, float* y) {
    for_channels(w, [&](std::size_t c, std::size_t n) {
        Floats best = load_up_to(x + c, n);
        for_pixels(w, x + c, n,
                   [&](const Floats& v, std::size_t, std::size_t) { best = max(v, best); });
        store_up_to(y + c, best, n);
    });
}

/// The same, and which pixel each is: the first of equals. They are numbered from `first`, rows
/// `row_length` apart.
void find_largest(const PoolWindow& w, const float* x, std::int32_t first, std::int32_t row_length,
                  float* y, std::int32_t* pixel) {
    for_channels(w, [&](std::size_t c, std::size_t n) {
        Floats best = load_up_to(x + c, n);
        NativeInts which[parts];
        for (std::size_t p = 0; p < parts; ++p) which[p] = first - NativeInts{};
        for_pixels(w, x + c, n, [&](const Floats& v, std::size_t row, std::size_t column) {
            const NativeInts here =
                (first + (std::int32_t)row * row_length + (std::int32_t)column) - NativeInts{};
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < parts; ++p) {
                const NativeInts above = (NativeInts)(v.part[p] > best.part[p]);
                which[p] = (here & above) | (which[p] & ~above);
                best.part[p] = max(v.part[p], best.part[p]);
            }
        });
        store_up_to(y + c, best, n);
        std::int32_t pixels[lanes];
        std::memcpy(pixels, which, sizeof pixels);
        if (n == lanes)
            std::memcpy(pixel + c, pixels, sizeof pixels);
        else
            copy_few(pixel + c, pixels, n);
    });
}

/// y = the mean value of each channel.
void mean(const PoolWindow& w, const float* x, float* y) {
    const Floats area = broadcast((float)(w.rows * w.columns));
    for_channels(w, [&](std::size_t c, std::size_t n) {
        Floats total = broadcast(0.0f);
        for_pixels(w, x + c, n,
                   [&](const Floats& v, std::size_t, std::size_t) { total = total + v; });
        store_up_to(y + c, total / area, n);
    });
}

/// Adds to each pixel its share of y.
void share(const PoolWindow& w, const float* y, float* x) {
    const Floats area = broadcast((float)(w.rows * w.columns));
    for_channels(w, [&](std::size_t c, std::size_t n) {
        const Floats part = load_up_to(y + c, n) / area;
        for_pixels(w, x + c, n, [&](const Floats& v, std::size_t row, std::size_t column) {
            store_up_to(x + c + row * w.row_pitch + column * w.channels, v + part, n);
        });
    });
}

}  // namespace
extern const PoolKernels IMGMINE_TABLE(pool_kernels);
const PoolKernels IMGMINE_TABLE(pool_kernels) = {
    .largest = largest,
    .find_largest = find_largest,
    .mean = mean,
    .share = share,
};

}  // namespace imgmine
