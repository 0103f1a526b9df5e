#include "kernels/distance_map.hpp"

#include "kernels/simd_integers.hpp"

// The squared distance at x of a row is the lowest of (x - i)^2 + vertical[i]^2 over all columns i.
// The i that attains it never falls as x grows, so that those of two columns bound all in between:
// a few columns are searched by halving, the blocks between them meet only what is left.
namespace imgmine {
namespace {

/// out[i] = how far above the nearest zero of the mask is, one more than in the row above.
void down(const std::uint8_t* mask, const std::uint16_t* above, std::uint16_t* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + native_shorts <= n; i += native_shorts) {
        const NativeShorts there = (NativeShorts)(load_shorts(mask + i) != 0);
        store_shorts(out + i, (load_shorts(above + i) + 1) & there);
    }
    for (; i < n; ++i) out[i] = mask[i] ? static_cast<std::uint16_t>(above[i] + 1) : 0;
}

/// row[i] = the lower of itself and one more than below.
void up(const std::uint16_t* below, std::uint16_t* row, std::size_t n) {
    std::size_t i = 0;
    for (; i + native_shorts <= n; i += native_shorts) {
        const NativeShorts from_below = load_shorts(below + i) + 1;
        store_shorts(row + i, min(load_shorts(row + i), from_below));
    }
    for (; i < n; ++i)
        if (below[i] < row[i]) row[i] = static_cast<std::uint16_t>(below[i] + 1);
}

constexpr std::int32_t far = std::int32_t{1} << 30;  // above all squared distances
constexpr std::size_t block_parts = distance_block / native_ints;

/// costs[i] = vertical[i]^2 + i^2: what the squared distance at x is, but for x^2 - 2 x i.
void fill_costs(const std::uint16_t* vertical, std::int32_t* costs, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t v = vertical[i], x = static_cast<std::int32_t>(i);
        costs[i] = (v < no_zero ? v * v : far) + x * x;
    }
    for (std::size_t i = n; i < n + distance_block; ++i) {
        const auto x = static_cast<std::int32_t>(i);
        costs[i] = far + x * x;
    }
}

IMGMINE_INLINE NativeInts counted() {
    NativeInts v;
    for (std::size_t i = 0; i < native_ints; ++i) v[i] = static_cast<std::int32_t>(i);
    return v;
}

/// The value of the lane of `of` in which `values` is lowest.
IMGMINE_INLINE std::int32_t at_lowest(const NativeInts& values, const NativeInts& of) {
    std::int32_t indices[native_ints];
    store_native(indices, of);
#if defined(__AVX512BW__)
    const auto v = (__m512i)values;
    const __mmask16 lowest =
        _mm512_cmpeq_epi32_mask(v, _mm512_set1_epi32(_mm512_reduce_min_epi32(v)));
    return indices[__builtin_ctz(lowest)];
#else
    std::int32_t keys[native_ints];
    store_native(keys, values);
    std::size_t best = 0;
    for (std::size_t i = 1; i < native_ints; ++i) best = keys[i] < keys[best] ? i : best;
    return indices[best];
#endif
}

/// The column nearest to x among [low, high], or one beyond `high` that is nearer still.
IMGMINE_INLINE std::int32_t search(const std::uint16_t* vertical, const std::int32_t* costs,
                                   std::int32_t x, std::int32_t low, std::int32_t high) {
    if (vertical[x] == 0) return x;
    const auto at = [&](std::int32_t i) { return costs[i] - 2 * x * i; };
    std::int32_t bound = at(x) < at(low) ? at(x) : at(low);
    bound = (at(high) < bound ? at(high) : bound) + x * x;
    const auto reach = static_cast<std::int32_t>(__builtin_sqrtf(static_cast<float>(bound))) + 1;
    if (low < x - reach) low = x - reach;
    if (high > x + reach) high = x + reach;

    constexpr auto step = static_cast<std::int32_t>(native_ints);
    NativeInts i = counted() + low, best_i = i;
    NativeInts slope = i * (-2 * x), best = load_native<NativeInts>(costs + low) + slope;
    for (std::int32_t from = low + step; from <= high; from += step) {
        i += step;
        slope -= 2 * x * step;
        const NativeInts found = load_native<NativeInts>(costs + from) + slope;
        best_i = found < best ? i : best_i;
        best = min(best, found);
    }
    return at_lowest(best, best_i);
}

/// nearest[k] = the column nearest to the first of block k; behind the last block, to the last.
void search_borders(const std::uint16_t* vertical, const std::int32_t* costs, std::int32_t* nearest,
                    std::size_t n) {
    const std::size_t n_blocks = (n + distance_block - 1) / distance_block;
    const auto last = static_cast<std::int32_t>(n - 1);
    nearest[0] = search(vertical, costs, 0, 0, last);
    nearest[n_blocks] = search(vertical, costs, last, nearest[0], last);
    std::size_t step = 1;
    while (2 * step < n_blocks) step *= 2;
    for (; step > 0; step /= 2)
        for (std::size_t k = step; k < n_blocks; k += 2 * step) {
            const std::size_t next = k + step < n_blocks ? k + step : n_blocks;
            nearest[k] = search(vertical, costs, static_cast<std::int32_t>(k * distance_block),
                                nearest[k - step], nearest[next]);
        }
}

struct Block {
    NativeInts part[block_parts];
};

/// The squared distances of a block to columns [low, high].
IMGMINE_INLINE Block distances(const std::int32_t* costs, std::int32_t x, std::int32_t low,
                               std::int32_t high) {
    Block at, slope, step, best;
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < block_parts; ++k) {
        at.part[k] = counted() + (x + static_cast<std::int32_t>(k * native_ints));
        step.part[k] = at.part[k] * -2;
        slope.part[k] = step.part[k] * low;
        best.part[k] = slope.part[k] + costs[low];
    }
    for (std::int32_t i = low + 1; i <= high; ++i) {
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < block_parts; ++k) {
            slope.part[k] += step.part[k];
            best.part[k] = min(best.part[k], slope.part[k] + costs[i]);
        }
    }
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < block_parts; ++k) best.part[k] += at.part[k] * at.part[k];
    return best;
}

/// Square roots, as of doubles: floats hold whole numbers up to 2^24.
IMGMINE_INLINE void store_roots(float* out, const Block& squares) {
    Floats roots;
    NativeInts large = squares.part[0] > (1 << 24);
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < block_parts; ++k) {
        roots.part[k] = __builtin_convertvector(squares.part[k], NativeFloats);
        large |= squares.part[k] > (1 << 24);
    }
    store(out, sqrt(roots));
    std::int32_t any[native_ints], one = 0;
    store_native(any, large);
    for (std::size_t i = 0; i < native_ints; ++i) one |= any[i];
    if (one == 0) return;
    std::int32_t values[distance_block];
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < block_parts; ++k)
        store_native(values + k * native_ints, squares.part[k]);
    for (std::size_t i = 0; i < distance_block; ++i)
        out[i] = static_cast<float>(__builtin_sqrt(static_cast<double>(values[i])));
}

IMGMINE_INLINE bool all_zero(const std::uint16_t* values) {
    std::uint64_t words[distance_block / 4];
    std::memcpy(words, values, sizeof words);
    return (words[0] | words[1] | words[2] | words[3]) == 0;
}

/// out[i] = the distance to the nearest zero of the image, given those up and down of the columns,
/// at least one of which has one. `nearest` has room for a value a block and one.
void across(const std::uint16_t* vertical, std::int32_t* costs, std::int32_t* nearest, float* out,
            std::size_t n) {
    static_assert(distance_block == lanes && native_ints == native_lanes);
    fill_costs(vertical, costs, n);
    search_borders(vertical, costs, nearest, n);
    for (std::size_t from = 0; from < n; from += distance_block, ++nearest) {
        const bool whole = from + distance_block <= n;
        if (whole && all_zero(vertical + from)) {
            store(out + from, Floats{});
            continue;
        }
        const Block squares =
            distances(costs, static_cast<std::int32_t>(from), nearest[0], nearest[1]);
        if (whole) {
            store_roots(out + from, squares);
        } else {
            float values[lanes];
            store_roots(values, squares);
            std::memcpy(out + from, values, (n - from) * sizeof(float));
        }
    }
}

}  // namespace
extern const DistanceMapKernels IMGMINE_TABLE(distance_map_kernels);
const DistanceMapKernels IMGMINE_TABLE(distance_map_kernels) = {
    .down = down,
    .up = up,
    .across = across,
};

}  // namespace imgmine
