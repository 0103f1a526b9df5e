#include "kernels/sift.hpp"

#include "kernels/simd_angle.hpp"

namespace imgmine {
namespace {

/// out[i] = a[i] - b[i].
void subtract(const float* a, const float* b, float* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store(out + i, load(a + i) - load(b + i));
    for (; i < n; ++i) out[i] = a[i] - b[i];
}

/// A row twice as wide, of the mean of two rows: each value, and its mean with the next one; n >= 1
/// values, of which the last is repeated.
void double_row(const float* above, const float* below, float* out, std::size_t n) {
    const auto at = [&](std::size_t x) { return 0.5f * (above[x] + below[x]); };
    for (std::size_t x = 0; x < n; ++x) {
        out[2 * x] = at(x);
        out[2 * x + 1] = x + 1 < n ? 0.5f * (at(x) + at(x + 1)) : at(x);
    }
}

IMGMINE_INLINE bool any(const NativeInts& mask) {
#if defined(__AVX512F__)
    return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined(__AVX2__)
    return !_mm256_testz_si256((__m256i)mask, (__m256i)mask);
#elif defined(__x86_64__)
    return !_mm_testz_si128((__m128i)mask, (__m128i)mask);
#else
    return vmaxvq_u32((uint32x4_t)mask) != 0;
#endif
}

/// Which of a register of values at x, in the middle one of three planes (three rows each), are
/// beyond the threshold and no smaller than all neighbors, or no larger.
IMGMINE_INLINE NativeInts extrema_of(const float* const* rows, std::size_t x, float threshold) {
    const auto at = [&](int row, std::ptrdiff_t dx) {
        return load_native<NativeFloats>(rows[row] + x + dx);
    };
    const NativeFloats v = at(4, 0), zero = {};
    NativeFloats high = max(max(at(4, -1), at(4, 1)), max(at(3, 0), at(5, 0)));
    NativeFloats low = min(min(at(4, -1), at(4, 1)), min(at(3, 0), at(5, 0)));
    const auto is_extreme = [&] {
        return (NativeInts)(abs_native(v) > threshold) &
               (((NativeInts)(v > zero) & (NativeInts)(v >= high)) |
                ((NativeInts)(v < zero) & (NativeInts)(v <= low)));
    };
    NativeInts mask = is_extreme();
    if (!any(mask)) return mask;
    IMGMINE_UNROLL
    for (int row = 0; row < 9; ++row) {
        if (row == 4) continue;
        const NativeFloats left = at(row, -1), middle = at(row, 0), right = at(row, 1);
        high = max(high, max(left, max(middle, right)));
        low = min(low, min(left, min(middle, right)));
    }
    return is_extreme();
}

/// Writes down the columns from `first` to before `last` where the middle row of the middle plane
/// holds an extremum of its 26 neighbors. Rows: three of the plane below, three of the plane
/// itself, three of the one above; each with readable neighbors.
std::size_t extrema(const float* const* rows, std::size_t first, std::size_t last, float threshold,
                    std::int32_t* places) {
    std::size_t count = 0;
    for (std::size_t x = first; x < last; x += native_lanes) {
        const NativeInts mask = extrema_of(rows, x, threshold);
        if (!any(mask)) continue;
        for (std::size_t i = 0; i < native_lanes && x + i < last; ++i)
            if (mask[i]) places[count++] = (std::int32_t)(x + i);
    }
    return count;
}

struct Gradients {
    Floats magnitude, turns;
};

/// The gradients of sixteen pixels, y upwards.
IMGMINE_INLINE Gradients gradients(const float* pixel, std::ptrdiff_t stride) {
    const Floats dx = load(pixel + 1) - load(pixel - 1);
    const Floats dy = load(pixel - stride) - load(pixel + stride);
    return {sqrt(dx * dx + dy * dy), atan2_turns(dy, dx)};
}

/// Weights of columns from j on.
IMGMINE_INLINE Floats column_weights(const float* weights, std::ptrdiff_t j) {
    if (j >= 0) return load(weights + j);
    float w[lanes];
    for (std::ptrdiff_t k = 0; k < (std::ptrdiff_t)lanes; ++k)
        w[k] = weights[j + k < 0 ? -(j + k) : j + k];
    return load(w);
}

/// Adds up the weighted magnitudes of gradients in 36 bins of their directions.
void directions(const SiftWindow& window, float* histogram) {
    float sums[sift_bins + 1] = {};
    const Floats shift = broadcast(12582912.0f);  // 1.5 * 2^23: a sum with it is a whole number
    for (std::ptrdiff_t i = window.top; i <= window.bottom; ++i) {
        const Floats row_weight = broadcast(window.weights[i < 0 ? -i : i]);
        for (std::ptrdiff_t j = window.left; j <= window.right; j += (std::ptrdiff_t)lanes) {
            const Gradients g = gradients(window.center + i * window.stride + j, window.stride);
            float values[lanes], bins[lanes];
            store(values, g.magnitude * column_weights(window.weights, j) * row_weight);
            store(bins, g.turns * broadcast((float)sift_bins) + shift - shift);
            const std::ptrdiff_t n = window.right + 1 - j;
            for (std::ptrdiff_t k = 0; k < (n < (std::ptrdiff_t)lanes ? n : (std::ptrdiff_t)lanes);
                 ++k)
                sums[(int)bins[k]] += values[k];
        }
    }
    for (int k = 0; k < sift_bins; ++k) histogram[k] = sums[k];
    histogram[0] += sums[sift_bins];
}

constexpr float reach = 2.5f;  ///< cells from the center where a sample still counts

struct Interval {
    double low, high;
};

/// Cuts it down to where |slope * j + offset| <= reach.
IMGMINE_INLINE void cut(Interval& range, double slope, double offset) {
    const double size = slope < 0 ? -slope : slope;
    if (size < 1e-9) {
        if (offset > reach || offset < -reach) range.high = range.low - 1;
        return;
    }
    const double a = (-reach - offset) / slope, b = (reach - offset) / slope;
    const double low = a < b ? a : b, high = a < b ? b : a;
    range.low = low > range.low ? low : range.low;
    range.high = high < range.high ? high : range.high;
}

IMGMINE_INLINE Floats tent(const Floats& distance) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        v.part[i] = max(1.0f - abs_native(distance.part[i]), NativeFloats{});
    return v;
}

/// Two sets of sums, which sample after sample take turns at: by direction, then by cell.
struct Cells {
    float sums[2][8][lanes];
};

/// Sixteen samples of a row, ready to be shared out among cells and directions.
struct Samples {
    float row[lanes], column[lanes], less[lanes], more[lanes], bin[lanes];
};

IMGMINE_INLINE void share_out(const Samples& s, std::ptrdiff_t n, const Floats& cell_rows,
                              const Floats& cell_columns, Cells& cells) {
    for (std::ptrdiff_t k = 0; k < n; ++k) {
        const Floats share =
            tent(broadcast(s.row[k]) - cell_rows) * tent(broadcast(s.column[k]) - cell_columns);
        const int bin = (int)s.bin[k] & 7;
        float* first = cells.sums[k & 1][bin];
        float* second = cells.sums[k & 1][(bin + 1) & 7];
        store(first, load(first) + share * broadcast(s.less[k]));
        store(second, load(second) + share * broadcast(s.more[k]));
    }
}

/// The sums of 4 x 4 cells of gradients by 8 directions, each sample shared out linearly between
/// cells and directions next to it. `cosine` and `sine`: of the keypoint's direction, divided by a
/// cell's width; `turns`: that direction.
void describe(const SiftWindow& window, float cosine, float sine, float turns, float* descriptor) {
    Cells cells = {};
    float rows_of_cells[lanes], columns_of_cells[lanes], first_lanes[lanes];
    for (std::size_t k = 0; k < lanes; ++k) {
        rows_of_cells[k] = (float)(k / 4) - 1.5f;
        columns_of_cells[k] = (float)(k % 4) - 1.5f;
        first_lanes[k] = (float)k;
    }
    const Floats cell_rows = load(rows_of_cells), cell_columns = load(columns_of_cells);
    const Floats shift = broadcast(12582912.0f);  // 1.5 * 2^23: a sum with it is a whole number
    for (std::ptrdiff_t i = window.top; i <= window.bottom; ++i) {
        Interval range = {(double)window.left, (double)window.right};
        const float across = (float)i * sine, along = (float)i * cosine;
        cut(range, cosine, -across);
        cut(range, sine, along);
        const auto low = (std::ptrdiff_t)__builtin_ceil(range.low);
        const auto high = (std::ptrdiff_t)__builtin_floor(range.high);
        const Floats row_weight = broadcast(window.weights[i < 0 ? -i : i]);
        for (std::ptrdiff_t j = low; j <= high; j += (std::ptrdiff_t)lanes) {
            const Gradients g = gradients(window.center + i * window.stride + j, window.stride);
            const Floats places = load(first_lanes) + broadcast((float)j);
            Samples s;
            store(s.column, places * broadcast(cosine) - broadcast(across));
            store(s.row, places * broadcast(sine) + broadcast(along));
            const Floats value = g.magnitude * column_weights(window.weights, j) * row_weight;
            const Floats bin = (g.turns - broadcast(turns)) * broadcast(8.0f) + broadcast(8.0f);
            const Floats whole = bin - broadcast(0.5f) + shift - shift;
            const Floats more = value * (bin - whole);
            store(s.bin, whole);
            store(s.more, more);
            store(s.less, value - more);
            const std::ptrdiff_t n = high + 1 - j;
            share_out(s, n < (std::ptrdiff_t)lanes ? n : (std::ptrdiff_t)lanes, cell_rows,
                      cell_columns, cells);
        }
    }
    for (std::size_t cell = 0; cell < lanes; ++cell)
        for (std::size_t bin = 0; bin < 8; ++bin)
            descriptor[cell * 8 + bin] = cells.sums[0][bin][cell] + cells.sums[1][bin][cell];
}

}  // namespace
extern const SiftKernels IMGMINE_TABLE(sift_kernels);
const SiftKernels IMGMINE_TABLE(sift_kernels) = {
    .subtract = subtract,
    .extrema = extrema,
    .directions = directions,
    .describe = describe,
    .double_row = double_row,
};

}  // namespace imgmine
