#include "kernels/distance_map.hpp"

#include "kernels/simd_integers.hpp"

// The squared distance at x of a row is the lowest of (x - i)^2 + vertical[i]^2 over all columns i.
// The i that attains it never falls as x grows, so that those of two pixels bound all in between: a
// few pixels search by halving, the blocks between them meet only the columns that are left.
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

/// The columns of a row that may be nearest to one of its pixels.
struct Columns {
    std::int32_t* costs;   // vertical^2 + i^2: squared distances at x, but for x^2 - 2 x i
    std::int32_t* places;  // i, as a factor
    std::int32_t* counts;  // how many there are before each block, and in all
};

// A product of whole numbers below 2^15, twice: where there is an instruction for two products of
// 16 bits, added up, factors are pairs.
#if defined(__x86_64__)
constexpr std::int32_t as_pair = 0x10001, doubled = 1;
#else
constexpr std::int32_t as_pair = 1, doubled = 2;
#endif

IMGMINE_INLINE NativeInts counted() {
    NativeInts v;
    for (std::size_t i = 0; i < native_ints; ++i) v[i] = static_cast<std::int32_t>(i);
    return v;
}

/// What makes twice(x_factor(x), place) be -2 x i.
template <class V>
IMGMINE_INLINE V x_factor(V x) {
    return doubled == 2 ? x * -2 : (-x & 0xffff) | (-x << 16);
}
IMGMINE_INLINE NativeInts twice(NativeInts factor, NativeInts place) {
#if defined(__AVX512BW__)
    return (NativeInts)_mm512_madd_epi16((__m512i)factor, (__m512i)place);
#elif defined(__AVX2__)
    return (NativeInts)_mm256_madd_epi16((__m256i)factor, (__m256i)place);
#elif defined(__x86_64__)
    return (NativeInts)_mm_madd_epi16((__m128i)factor, (__m128i)place);
#else
    return factor * place;
#endif
}

/// A bit for each lane that is all ones; the others are zero.
IMGMINE_INLINE std::uint32_t lane_bits(NativeInts lanes_set) {
#if defined(__AVX512BW__)
    return _mm512_movepi32_mask((__m512i)lanes_set);
#elif defined(__AVX2__)
    return static_cast<std::uint32_t>(_mm256_movemask_ps((__m256)lanes_set));
#elif defined(__x86_64__)
    return static_cast<std::uint32_t>(_mm_movemask_ps((__m128)lanes_set));
#else
    const NativeInts weighed = lanes_set & NativeInts{1, 2, 4, 8};
    return static_cast<std::uint32_t>(vaddvq_s32((int32x4_t)weighed));
#endif
}

/// costs[i] = vertical[i]^2 + i^2, for i from -1 to n.
void fill_costs(const std::uint16_t* vertical, std::int32_t* costs, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t v = vertical[i], x = static_cast<std::int32_t>(i);
        costs[i] = (v < no_zero ? v * v : far) + x * x;
    }
    costs[-1] = far + 1;
    const auto end = static_cast<std::int32_t>(n);
    for (std::size_t i = n; i < n + distance_block; ++i) costs[i] = far + end * end;
}

/// A bit for each column of a block that can be nearest to any pixel: one whose cost is below the
/// mean of its neighbors', as the corners of the lower hull of all costs are.
IMGMINE_INLINE std::uint32_t candidates(const std::int32_t* costs, std::size_t from) {
    std::uint32_t bits = 0;
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < block_parts; ++k) {
        const std::int32_t* const at = costs + k * native_ints;
        const auto here = load_native<NativeInts>(at);
        const auto before = here - load_native<NativeInts>(at - 1);
        const auto after = load_native<NativeInts>(at + 1) - here;
        const NativeInts i = counted() + static_cast<std::int32_t>(from + k * native_ints);
        const NativeInts found = (before < after) & (here - i * i < far);
        bits |= lane_bits(found) << (k * native_ints);
    }
    return bits;
}

#if defined(__AVX2__) && !defined(__AVX512BW__)
/// Of each byte, the numbers of the bits that are set.
struct SetLanes {
    std::uint8_t of[256][8] = {};
    constexpr SetLanes() {
        for (std::size_t byte = 0; byte < 256; ++byte)
            for (std::size_t bit = 0, n = 0; bit < 8; ++bit)
                if (byte >> bit & 1) of[byte][n++] = static_cast<std::uint8_t>(bit);
    }
};
constexpr SetLanes set_lanes;
#endif

/// Appends those of the 16 columns from `from` on whose bits are set; writes up to 16.
IMGMINE_INLINE std::size_t append(std::uint32_t bits, const std::int32_t* costs, std::size_t from,
                                  std::int32_t* to_costs, std::int32_t* to_places) {
#if defined(__AVX512BW__)
    const auto place = (__m512i)((counted() + static_cast<std::int32_t>(from)) * as_pair);
    const auto kept = (__mmask16)bits;
    _mm512_storeu_si512(to_costs, _mm512_maskz_compress_epi32(kept, _mm512_loadu_si512(costs)));
    _mm512_storeu_si512(to_places, _mm512_maskz_compress_epi32(kept, place));
    return static_cast<std::size_t>(__builtin_popcount(bits));
#elif defined(__AVX2__)
    std::size_t count = 0;
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < distance_block; k += 8, bits >>= 8) {
        const __m256i order = _mm256_cvtepu8_epi32(
            _mm_loadl_epi64((const __m128i*)set_lanes.of[bits & 255]));  // the lanes to keep, first
        const auto value = _mm256_loadu_si256((const __m256i*)(costs + k));
        const auto place = (counted() + static_cast<std::int32_t>(from + k)) * as_pair;
        _mm256_storeu_si256((__m256i*)(to_costs + count),
                            _mm256_permutevar8x32_epi32(value, order));
        _mm256_storeu_si256((__m256i*)(to_places + count),
                            _mm256_permutevar8x32_epi32((__m256i)place, order));
        count += static_cast<std::size_t>(__builtin_popcount(bits & 255));
    }
    return count;
#else
    std::size_t count = 0;
    for (; bits; bits &= bits - 1, ++count) {
        const auto i = static_cast<std::size_t>(__builtin_ctz(bits));
        to_costs[count] = costs[i];
        to_places[count] = static_cast<std::int32_t>(from + i) * as_pair;
    }
    return count;
#endif
}

/// Fills `columns` from the costs of all.
void pick(const std::int32_t* costs, const Columns& columns, std::size_t n) {
    std::size_t count = 0;
    for (std::size_t from = 0; from < n; from += distance_block) {
        *(columns.counts + from / distance_block) = static_cast<std::int32_t>(count);
        std::uint32_t bits = candidates(costs + from, from);
        if (n - from < distance_block) bits &= (1u << (n - from)) - 1;
        count += append(bits, costs + from, from, columns.costs + count, columns.places + count);
    }
    columns.counts[(n + distance_block - 1) / distance_block] = static_cast<std::int32_t>(count);
    for (std::size_t i = 0; i < distance_block; ++i) {
        columns.costs[count + i] = std::int32_t{0x7fffffff};
        columns.places[count + i] = 0;
    }
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

/// Which of columns [low, high] is nearest to x, or one beyond `high` that is nearer still.
IMGMINE_INLINE std::int32_t search(const std::uint16_t* vertical, const Columns& columns,
                                   std::int32_t x, std::int32_t last, std::int32_t low,
                                   std::int32_t high) {
    constexpr auto block = static_cast<std::int32_t>(distance_block);
    if (vertical[x] == 0 && x % block == 0) return columns.counts[x / block];
    const auto squared = [&](std::int32_t k) {
        return columns.costs[k] - 2 * x * (columns.places[k] & 0xffff) + x * x;
    };
    std::int32_t bound = squared(low) < squared(high) ? squared(low) : squared(high);
    const std::int32_t v = vertical[x];
    if (v < no_zero && v * v < bound) bound = v * v;
    const auto reach =
        static_cast<std::int32_t>(__builtin_sqrtf(static_cast<float>(bound))) + (bound > 0);
    const std::int32_t first = columns.counts[(x > reach ? x - reach : 0) / block];
    const std::int32_t end = columns.counts[(x + reach < last ? x + reach : last) / block + 1];
    if (low < first) low = first;
    if (high > end - 1) high = end - 1;

    constexpr auto step = static_cast<std::int32_t>(native_ints);
    const NativeInts factor = NativeInts{} + x_factor(x);
    NativeInts k = counted() + low, best_k = k;
    const auto at = [&](std::int32_t from) __attribute__((always_inline)) {
        return load_native<NativeInts>(columns.costs + from) +
               twice(factor, load_native<NativeInts>(columns.places + from));
    };
    NativeInts best = at(low);
    for (std::int32_t from = low + step; from <= high; from += step) {
        k += step;
        const NativeInts found = at(from);
        best_k = found < best ? k : best_k;
        best = min(best, found);
    }
    return at_lowest(best, best_k);
}

/// nearest[k] = which column is nearest to the first pixel of block k; behind the last block, to
/// the last pixel.
void search_borders(const std::uint16_t* vertical, const Columns& columns, std::int32_t* nearest,
                    std::size_t n) {
    const std::size_t n_blocks = (n + distance_block - 1) / distance_block;
    const auto last = static_cast<std::int32_t>(n - 1);
    const std::int32_t last_column = columns.counts[n_blocks] - 1;
    nearest[0] = search(vertical, columns, 0, last, 0, last_column);
    nearest[n_blocks] = search(vertical, columns, last, last, nearest[0], last_column);
    std::size_t step = 1;
    while (2 * step < n_blocks) step *= 2;
    for (; step > 0; step /= 2)
        for (std::size_t k = step; k < n_blocks; k += 2 * step) {
            const std::size_t next = k + step < n_blocks ? k + step : n_blocks;
            nearest[k] = search(vertical, columns, static_cast<std::int32_t>(k * distance_block),
                                last, nearest[k - step], nearest[next]);
        }
}

struct Block {
    NativeInts part[block_parts];
};

/// The squared distances of the block at x to columns [low, high].
IMGMINE_INLINE Block distances(const Columns& columns, std::int32_t x, std::int32_t low,
                               std::int32_t high) {
    Block at, factor, best;
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < block_parts; ++k) {
        at.part[k] = counted() + (x + static_cast<std::int32_t>(k * native_ints));
        factor.part[k] = x_factor(at.part[k]);
        best.part[k] = NativeInts{} + std::int32_t{0x7fffffff};
    }
    for (std::int32_t i = low; i <= high; ++i) {
        const NativeInts place = NativeInts{} + columns.places[i];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < block_parts; ++k)
            best.part[k] = min(best.part[k], twice(factor.part[k], place) + columns.costs[i]);
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
/// at least one of which has one. `scratch` has room for distance_scratch(n) values.
void across(const std::uint16_t* vertical, std::int32_t* scratch, float* out, std::size_t n) {
    static_assert(distance_block == lanes && native_ints == native_lanes);
    std::int32_t* const costs = scratch + distance_block;
    std::int32_t* const kept = costs + n + distance_block;
    const Columns columns{kept, kept + n + 2 * distance_block, kept + 2 * n + 4 * distance_block};
    std::int32_t* nearest = columns.counts + n / distance_block + 2;
    fill_costs(vertical, costs, n);
    pick(costs, columns, n);
    search_borders(vertical, columns, nearest, n);
    for (std::size_t from = 0; from < n; from += distance_block, ++nearest) {
        const bool whole = from + distance_block <= n;
        if (whole && all_zero(vertical + from)) {
            store(out + from, Floats{});
            continue;
        }
        const Block squares =
            distances(columns, static_cast<std::int32_t>(from), nearest[0], nearest[1]);
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
