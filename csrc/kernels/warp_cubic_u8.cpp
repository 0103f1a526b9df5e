#include "kernels/simd_warp_u8.hpp"

namespace imgmine {
namespace {

#if defined(IMGMINE_GATHERS)

/// The weights' pairs 0 1 and 2 3, of wide_ints pixels.
struct CubicPairs {
    Wide low, high;
};

IMGMINE_INLINE CubicPairs cubic_pairs(const std::uint32_t* f) {
    typedef float WideFloats __attribute__((vector_size(sizeof(Wide))));
    constexpr float a = -0.75f;
    const WideFloats x =
        (WideFloats)IMGMINE_WIDE(cvtepi32_ps)(IMGMINE_WIDE(srli_epi32)(load_wide(f), 8)) * 0x1p-24f;
    const WideFloats rest = 1 - x;
    const auto whole = [](WideFloats w) {
        return IMGMINE_WIDE(cvtps_epi32)((decltype(IMGMINE_WIDE(setzero_ps)()))(w * 16384.0f));
    };
    const Wide w0 = whole(a * x * (rest * rest)), w3 = whole(a * (x * x) * rest);
    const Wide w1 = whole(((a + 2) * x - (a + 3)) * (x * x) + 1.0f);
    const Wide w2 = sub(sub(wide(16384), w0), add(w1, w3));
    return {pair(w0, w1), pair(w2, w3)};
}

/// Four rows of taps: load_row(row) gives the pairs 0 1 and 2 3 of each.
template <class Load>
IMGMINE_INLINE Wide cubic_sum(const CubicPairs& wx, const CubicPairs& wy, const Load& load_row) {
    Wide across[4];
    IMGMINE_UNROLL
    for (int row = 0; row < 4; ++row) {
        const CubicPairs taps = load_row(row);
        across[row] =
            right<8>(add(multiply_add(taps.low, wx.low), multiply_add(taps.high, wx.high)));
    }
    const Wide sum = add(multiply_add(pair(across[0], across[1]), wy.low),
                         multiply_add(pair(across[2], across[3]), wy.high));
    return right<20>(add(sum, wide((1 << 19) + (1 << 13))));
}

void cubic_gray(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                std::uint16_t* outside) {
    const Wide low =
        repeat(_mm_setr_epi8(0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1));
    const Wide high =
        repeat(_mm_setr_epi8(2, -1, 3, -1, 6, -1, 7, -1, 10, -1, 11, -1, 14, -1, 15, -1));
    const Wide zero = wide(0), most = wide(255);
    each_block(image, at, n, out, outside, 1, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide offsets[lanes / wide_ints];
        tap_offsets(image.row_stride, 1, at, i, left_out, -1 - (int)image.row_stride, offsets);
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const std::size_t k = u * wide_ints;
            const Wide sum =
                cubic_sum(cubic_pairs(at.fx + i + k), cubic_pairs(at.fy + i + k), [&](int row) {
                    const Wide taps = gather<1>(image.data + row * image.row_stride, offsets[u]);
                    return CubicPairs{shuffle(taps, low), shuffle(taps, high)};
                });
            store_gray(to + k, IMGMINE_WIDE(min_epi32)(IMGMINE_WIDE(max_epi32)(sum, zero), most));
        }
    });
}

template <int channels>
void cubic_colors(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
                  std::uint16_t* outside) {
    constexpr char c = channels, d = channels == 4 ? 3 : -1, e = channels == 4 ? 7 : -1;
    constexpr char c2 = 2 * c, f = channels == 4 ? 11 : -1, g = channels == 4 ? 15 : -1;
    const Wide low =
        repeat(_mm_setr_epi8(0, -1, c, -1, 1, -1, c + 1, -1, 2, -1, c + 2, -1, d, -1, e, -1));
    const Wide high = repeat(_mm_setr_epi8(c2, -1, c2 + c, -1, c2 + 1, -1, c2 + c + 1, -1, c2 + 2,
                                           -1, c2 + c + 2, -1, f, -1, g, -1));
    const std::ptrdiff_t stride = image.row_stride;
    each_block(image, at, n, out, outside, channels, [&](std::size_t i, unsigned left_out, u8* to) {
        Wide points[lanes / wide_ints];
        tap_offsets(stride, channels, at, i, left_out, -channels - (int)stride, points);
        alignas(64) std::int32_t offsets[lanes];
        std::memcpy(offsets, points, sizeof offsets);
        for (std::size_t u = 0; u < lanes / wide_ints; ++u) {
            const CubicPairs x = cubic_pairs(at.fx + i + u * wide_ints);
            const CubicPairs y = cubic_pairs(at.fy + i + u * wide_ints);
            Wide sums[4];
            IMGMINE_UNROLL
            for (int k = 0; k < 4; ++k) {
                const Wide from = one_to_a_quad(k, 4);
                const CubicPairs wx = {permute(x.low, from), permute(x.high, from)};
                const CubicPairs wy = {permute(y.low, from), permute(y.high, from)};
                sums[k] = cubic_sum(wx, wy, [&](int row) {
                    const Wide taps = quads_of([&](std::size_t quad) {
                        return load16(image.data + row * stride +
                                      offsets[u * wide_ints + quad * 4 + (std::size_t)k]);
                    });
                    return CubicPairs{shuffle(taps, low), shuffle(taps, high)};
                });
            }
            store_colors<channels>(to + u * wide_ints * channels, sums);
        }
    });
}

#endif

void cubic(const WarpImage<u8>& image, const WarpPoints& at, std::size_t n, u8* out,
           std::uint16_t* outside) {
#if defined(IMGMINE_GATHERS)
    switch (image.channels) {
        case 1:
            return cubic_gray(image, at, n, out, outside);
        case 3:
            return cubic_colors<3>(image, at, n, out, outside);
        case 4:
            return cubic_colors<4>(image, at, n, out, outside);
        default:
            break;
    }
#endif
    const WarpImage<u8> from_first_tap{image.data - image.row_stride - image.channels,
                                       image.row_stride,
                                       image.channels,
                                       image.first_x,
                                       image.first_y,
                                       image.n_x,
                                       image.n_y};
    scalar(from_first_tap, at, n, out, outside,
           [](auto fx, auto fy, const auto& tap) { return cubic_u8(fx, fy, tap); });
}

}  // namespace
extern const WarpCubicU8Kernels IMGMINE_TABLE(warp_cubic_u8_kernels);
const WarpCubicU8Kernels IMGMINE_TABLE(warp_cubic_u8_kernels) = {
    .cubic = cubic,
};

}  // namespace imgmine
