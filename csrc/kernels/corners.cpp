#include "kernels/corners.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE bool any(const NativeBytes& v) {
#if defined(__AVX512BW__)
    return _mm512_test_epi8_mask((__m512i)v, (__m512i)v) != 0;
#elif defined(__AVX2__)
    return !_mm256_testz_si256((__m256i)v, (__m256i)v);
#elif defined(__x86_64__)
    return !_mm_testz_si128((__m128i)v, (__m128i)v);
#else
    return vmaxvq_u8((uint8x16_t)v) != 0;
#endif
}

/// a - b, or 0 where that is negative.
IMGMINE_INLINE NativeBytes less_saturated(const NativeBytes& a, const NativeBytes& b) {
    return max(a, b) - b;
}

struct Circle {
    std::ptrdiff_t at[16];  ///< clockwise, radius 3
};

IMGMINE_INLINE Circle circle(std::ptrdiff_t s) {
    return {{-3 * s, 1 - 3 * s, 2 - 2 * s, 3 - s, 3, 3 + s, 2 + 2 * s, 1 + 3 * s, 3 * s, 3 * s - 1,
             2 * s - 2, s - 3, -3, -s - 3, -2 * s - 2, -3 * s - 1}};
}

/// The largest, over all arcs of nine, of the smallest of sixteen values around the circle.
IMGMINE_INLINE NativeBytes best_arc(const NativeBytes (&values)[16]) {
    NativeBytes pairs[16], fours[16];
    IMGMINE_UNROLL
    for (int k = 0; k < 16; ++k) pairs[k] = min(values[k], values[(k + 1) & 15]);
    IMGMINE_UNROLL
    for (int k = 0; k < 16; ++k) fours[k] = min(pairs[k], pairs[(k + 2) & 15]);
    NativeBytes best = {};
    IMGMINE_UNROLL
    for (int k = 1; k < 16; k += 2) {  // eight from k on, and the better of their neighbors
        const NativeBytes eight = min(fours[k], fours[(k + 4) & 15]);
        best = max(best, min(eight, max(values[k - 1], values[(k + 8) & 15])));
    }
    return best;
}

/// Scores of native_bytes pixels.
IMGMINE_INLINE NativeBytes block_scores(const std::uint8_t* center, const Circle& ring,
                                        const NativeBytes& threshold) {
    const NativeBytes middle = load_native<NativeBytes>(center);
    NativeBytes around[16];
    // Nine in a row hold two neighbors of the four quarter points.
    NativeBytes highest[2], lowest[2];
    IMGMINE_UNROLL
    for (int k = 0; k < 16; k += 4) around[k] = load_native<NativeBytes>(center + ring.at[k]);
    IMGMINE_UNROLL
    for (int k = 0; k < 2; ++k) {
        highest[k] = max(around[4 * k], around[4 * k + 8]);
        lowest[k] = min(around[4 * k], around[4 * k + 8]);
    }
    const NativeBytes rise = less_saturated(min(highest[0], highest[1]), middle);
    const NativeBytes fall = less_saturated(middle, max(lowest[0], lowest[1]));
    if (!any(less_saturated(max(rise, fall), threshold))) return NativeBytes{};

    NativeBytes differences[16];
    IMGMINE_UNROLL
    for (int k = 0; k < 16; ++k) {
        if (k & 3) around[k] = load_native<NativeBytes>(center + ring.at[k]);
        differences[k] = less_saturated(around[k], middle);
    }
    NativeBytes best = best_arc(differences);
    IMGMINE_UNROLL
    for (int k = 0; k < 16; ++k) differences[k] = less_saturated(middle, around[k]);
    best = max(best, best_arc(differences));
    return best & (NativeBytes)(best > threshold);
}

/// The smallest threshold at which each of n pixels is no corner: nine neighbors in a row, of
/// sixteen on a circle of radius 3, lighter than it by more than that, or darker; 0 where it is no
/// corner at `threshold`.
void segment_scores(const std::uint8_t* center, std::ptrdiff_t stride, std::size_t n,
                    std::uint8_t threshold, std::uint8_t* scores) {
    const Circle ring = circle(stride);
    const NativeBytes limit = threshold - NativeBytes{};
    const bool done = in_blocks<native_bytes>(
        n, [&](std::size_t i) { store_native(scores + i, block_scores(center + i, ring, limit)); });
    if (done) return;
    // A row narrower than a register: its seven rows of pixels, copied together.
    std::uint8_t rows[7 * (native_bytes + 6)] = {};
    constexpr std::ptrdiff_t width = native_bytes + 6;
    for (std::ptrdiff_t y = -3; y <= 3; ++y)
        std::memcpy(rows + (y + 3) * width, center + y * stride - 3, n + 6);
    std::uint8_t out[native_bytes];
    store_native(out, block_scores(rows + 3 * width + 3, circle(width), limit));
    std::memcpy(scores, out, n);
}

/// Writes down where here[1 .. n - 2] is not 0 and, unless `all`, larger than its eight neighbors.
std::size_t peaks(const std::uint8_t* above, const std::uint8_t* here, const std::uint8_t* below,
                  std::size_t n, bool all, std::int32_t* places) {
    std::size_t count = 0;
    std::size_t x = 1;
    for (; x + native_bytes < n; x += native_bytes) {
        const auto at = [&](const std::uint8_t* row, std::size_t place) {
            return load_native<NativeBytes>(row + place);
        };
        const NativeBytes v = at(here, x);
        if (!any(v)) continue;
        NativeBytes most = max(at(here, x - 1), at(here, x + 1));
        for (const std::uint8_t* row : {above, below})
            most = max(most, max(at(row, x), max(at(row, x - 1), at(row, x + 1))));
        const NativeBytes peak = all ? v : less_saturated(v, most);
        std::uint64_t eights[native_bytes / 8];
        store_native(eights, peak);
        for (std::size_t i = 0; i < native_bytes / 8; ++i)
            for (std::uint64_t left = eights[i]; left;) {
                const int byte = __builtin_ctzll(left) / 8;
                places[count++] = (std::int32_t)(x + 8 * i) + byte;
                left &= ~(255ull << (8 * byte));
            }
    }
    for (; x + 1 < n; ++x) {
        const std::uint8_t v = here[x];
        const bool is_peak = v > here[x - 1] && v > here[x + 1] && v > above[x - 1] &&
                             v > above[x] && v > above[x + 1] && v > below[x - 1] && v > below[x] &&
                             v > below[x + 1];
        if (all ? v != 0 : is_peak) places[count++] = (std::int32_t)x;
    }
    return count;
}

/// 256 bits, whether the first of two pixels is darker than the second. `pairs` holds blocks of 16
/// pairs: x and y of the first pixels, then of the second ones; they are turned about `center`.
void compare_pairs(const std::uint8_t* center, std::ptrdiff_t stride, const float* pairs,
                   float cosine, float sine, std::uint8_t* bits) {
    const Floats c = broadcast(cosine), s = broadcast(sine);
    const Floats shift = broadcast(12582912.0f);  // 1.5 * 2^23: a sum with it is a whole number
    for (std::size_t block = 0; block < 16; ++block, pairs += 4 * lanes) {
        float places[4][lanes];
        for (std::size_t k = 0; k < 4; k += 2) {
            const Floats x = load(pairs + k * lanes), y = load(pairs + (k + 1) * lanes);
            store(places[k], (x * c - y * s) + shift - shift);
            store(places[k + 1], (x * s + y * c) + shift - shift);
        }
        unsigned word = 0;
        for (std::size_t i = 0; i < lanes; ++i) {
            const std::uint8_t first =
                center[(std::ptrdiff_t)places[1][i] * stride + (std::ptrdiff_t)places[0][i]];
            const std::uint8_t second =
                center[(std::ptrdiff_t)places[3][i] * stride + (std::ptrdiff_t)places[2][i]];
            word |= (unsigned)(first < second) << i;
        }
        bits[2 * block] = (std::uint8_t)word;
        bits[2 * block + 1] = (std::uint8_t)(word >> 8);
    }
}

/// Sums of x and of y, times light, over the disk of radius 15.
void centroid(const std::uint8_t* center, std::ptrdiff_t stride, std::int32_t* x, std::int32_t* y) {
    constexpr int half_widths[16] = {15, 15, 15, 15, 14, 14, 14, 13, 13, 12, 11, 10, 9, 8, 6, 3};
    std::int32_t sum_x = 0, sum_y = 0;
    for (int j = -15; j <= 15; ++j) sum_x += j * center[j];
    for (int i = 1; i <= 15; ++i) {
        const std::uint8_t *above = center - i * stride, *below = center + i * stride;
        std::int32_t difference = 0;
        for (int j = -half_widths[i]; j <= half_widths[i]; ++j) {
            sum_x += j * (above[j] + below[j]);
            difference += below[j] - above[j];
        }
        sum_y += i * difference;
    }
    *x = sum_x;
    *y = sum_y;
}

}  // namespace
extern const CornerKernels IMGMINE_TABLE(corner_kernels);
const CornerKernels IMGMINE_TABLE(corner_kernels) = {
    .segment_scores = segment_scores,
    .peaks = peaks,
    .compare_pairs = compare_pairs,
    .centroid = centroid,
};

}  // namespace imgmine
