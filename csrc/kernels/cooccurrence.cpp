#include "kernels/cooccurrence.hpp"

#include "kernels/simd_bits.hpp"
#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

constexpr std::size_t chunk = 512, block = 64;

/// ++counts[at]; where that is a byte that wraps around, wide[at] += 256.
IMGMINE_INLINE void count_one(std::uint8_t* counts, std::uint32_t* wide, std::size_t at) {
    if (__builtin_expect(++counts[at] == 0, 0)) wide[at] += 256;
}
template <class T>
IMGMINE_INLINE void count_one(T* counts, T*, std::size_t at) {
    ++counts[at];
}

template <class Index>
IMGMINE_INLINE bool all_equal(const Index* at) {
    Index differ = 0;
    for (std::size_t k = 0; k < block; ++k) differ = (Index)(differ | (at[k] ^ at[0]));
    return differ == 0;
}

/// Counts blocks of indices, taking turns among `group` of them, each in a table of its own,
/// `stride` apart: neighbours, often equal in a picture, would each wait for the store of the one
/// before.
template <std::size_t group, std::size_t stride, class Index, class T, class Wide>
IMGMINE_INLINE void count_blocks(const Index* const* starts, T* counts, Wide* wide) {
    for (std::size_t k = 0; k < block; ++k) {
        IMGMINE_UNROLL
        for (std::size_t s = 0; s < group; ++s) count_one(counts + s * stride, wide, starts[s][k]);
    }
}

/// Counts n indices, a multiple of a block. Blocks in which all are equal (a sky, a wall) are
/// counted as one.
template <std::size_t stride, class Index, class T, class Wide>
IMGMINE_INLINE void count_chunk(const Index* indices, std::size_t n, T* counts, Wide* wide) {
    const Index* starts[chunk / block];
    std::size_t n_starts = 0;
    for (std::size_t i = 0; i < n; i += block)
        if (all_equal(indices + i))
            wide[indices[i]] = (Wide)(wide[indices[i]] + block);
        else
            starts[n_starts++] = indices + i;
    if (n_starts == 8) return count_blocks<8, stride>(starts, counts, wide);
    if (n_starts & 4) count_blocks<4, stride>(starts, counts, wide);
    if (n_starts & 2) count_blocks<2, stride>(starts + (n_starts & 4), counts, wide);
    if (n_starts & 1) count_blocks<1, stride>(starts + (n_starts & 6), counts, wide);
}

/// Counts n indices, as index_of(x) returns them.
template <class IndexOf>
IMGMINE_INLINE void count(std::size_t n, const PairCounts& counts, const IndexOf& index_of) {
    alignas(64) std::uint16_t indices[chunk];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        for (std::size_t x = 0; x < now; ++x) indices[x] = index_of(done + x);
        std::size_t padded = now;
        for (; padded % block; ++padded) indices[padded] = indices[now - 1];
        counts.wide[indices[now - 1]] -= (std::uint32_t)(padded - now);
        if (!counts.bytes)
            count_chunk<0>(indices, padded, counts.wide, counts.wide);
        else if (counts.small)
            count_chunk<PairCounts::small_stride>(indices, padded, counts.bytes, counts.wide);
        else
            count_chunk<0>(indices, padded, counts.bytes, counts.wide);
    }
}

// Numbers of tuples are made by multiplying: shifting 16 bits would be done in 32.

/// Counts pairs of values below `levels`.
void count_pairs(const std::uint8_t* first, const std::uint8_t* second, std::size_t n,
                 std::uint16_t levels, PairCounts counts) {
    count(n, counts, [=](std::size_t x) { return (std::uint16_t)(first[x] * levels + second[x]); });
}

/// Counts triples of values below `levels`, at most 32.
void count_triples(const std::uint8_t* first, const std::uint8_t* second, const std::uint8_t* third,
                   std::size_t n, std::uint16_t levels, PairCounts counts) {
    count(n, counts, [=](std::size_t x) {
        const auto two = (std::uint16_t)(first[x] * levels + second[x]);
        return (std::uint16_t)(two * levels + third[x]);
    });
}

/// Counts squares of four values below `levels`, at most 16, row by row.
void count_squares(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                   std::uint16_t levels, PairCounts counts) {
    const auto squared = (std::uint16_t)(levels * levels);
    count(n, counts, [=](std::size_t x) {
        const auto above = (std::uint16_t)(upper[x] * levels + upper[x + 1]);
        const auto below = (std::uint16_t)(lower[x] * levels + lower[x + 1]);
        return (std::uint16_t)(above * squared + below);
    });
}

/// Halves of numbers put together, the lower ones and the higher ones.
IMGMINE_INLINE void store_joined(std::uint32_t* out, NativeShorts low, NativeShorts high) {
    const auto l = (NativeSignedShorts)low, h = (NativeSignedShorts)high;
    store_native(out, zip_low(l, h));
    store_native(out + native_shorts / 2, zip_high(l, h));
}

/// The codes of a register of triples; returns a bit for each that has none.
IMGMINE_INLINE std::uint64_t encode_triples(const std::uint8_t* first, const std::uint8_t* second,
                                            const std::uint8_t* third, std::uint32_t* codes) {
    const auto at = load_native<NativeBytes>(first);
    const NativeBytes right = load_native<NativeBytes>(second) - at + bytes_of(12),
                      down = load_native<NativeBytes>(third) - at + bytes_of(10);
    const auto is_far = (NativeBytes)((right > bytes_of(23)) | (down > bytes_of(20)));
    const auto halves = halves_of(at);
    // Far ones have a part of 504 or more.
    const auto r = halves_of(right & ~is_far), d = halves_of((down & ~is_far) | (is_far & 21));
    const auto store = [codes](std::size_t k, NativeSignedShorts a, NativeSignedShorts x,
                               NativeSignedShorts y) {
        store_joined(codes + k, (NativeShorts)((a << 9) | (y * 24 + x)), (NativeShorts)(a >> 7));
    };
    store(0, halves.low, r.low, d.low);
    store(native_shorts, halves.high, r.high, d.high);
    return top_bits(is_far);
}

/// Counts triples that are near each other, see NearTriples, and the pairs of all others: the first
/// and second values in one table, the second and third in another, the first and third in a third
/// one, unless it is null.
void count_near(const std::uint8_t* const* triples, std::size_t n, std::uint16_t* counts,
                std::size_t levels, std::uint32_t* const* pairs) {
    alignas(64) std::uint32_t codes[chunk];
    std::uint16_t far[chunk + block];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        const std::uint8_t *a = triples[0] + done, *b = triples[1] + done, *c = triples[2] + done;
        std::size_t x = 0, n_far = 0;
        for (; x + native_bytes <= now; x += native_bytes)
            n_far += append_set(encode_triples(a + x, b + x, c + x, codes + x), x, far + n_far);
        if (x < now) {  // what is left over, and after it a triple without a number
            std::uint8_t rest[3][native_bytes] = {};
            for (std::size_t k = 0; k < native_bytes; ++k) rest[1][k] = 128;
            std::memcpy(rest[0], a + x, now - x);
            std::memcpy(rest[1], b + x, now - x);
            std::memcpy(rest[2], c + x, now - x);
            const std::uint64_t bits = encode_triples(rest[0], rest[1], rest[2], codes + x);
            n_far += append_set(bits & ((std::uint64_t{1} << (now - x)) - 1), x, far + n_far);
            x += native_bytes;
        }
        for (; x % block; ++x) codes[x] = NearTriples::no_code;
        count_chunk<0>(codes, x, counts, counts);
        for (std::size_t k = 0; k < n_far; ++k) {
            const std::size_t i = a[far[k]], j = b[far[k]], l = c[far[k]];
            ++pairs[0][i * levels + j];
            ++pairs[1][j * levels + l];
            if (pairs[2]) ++pairs[2][i * levels + l];
        }
    }
}

/// The first block of 256 counts, of n in all, from `at` on, of which one is at least `least`, a
/// power of two; or n.
std::size_t find_counts(const std::uint16_t* counts, std::size_t at, std::size_t n,
                        std::uint16_t least) {
    for (; at < n; at += 256) {
        std::uint16_t all = 0;
        for (std::size_t k = at; k < at + 256; ++k) all = (std::uint16_t)(all | counts[k]);
        if (all >= least) break;
    }
    return at;
}

/// The codes of a register of blocks; returns a bit for the first column of each that has none.
IMGMINE_INLINE std::uint64_t encode_blocks(const std::uint8_t* upper, const std::uint8_t* lower,
                                           std::uint16_t* codes) {
    const auto at = load_native<NativeBytes>(upper);
    const NativeBytes right = load_native<NativeBytes>(upper + 1) - at + bytes_of(1),
                      down = load_native<NativeBytes>(lower) - at + bytes_of(1);
    const auto most = (NativeShorts)max(right, down), both = (NativeShorts)(right + 3 * down);
    const auto last = (NativeShorts)(load_native<NativeBytes>(lower + 2) -
                                     load_native<NativeBytes>(upper + 2) + bytes_of(1)) &
                      255;
    const NativeShorts code =
        ((both & 255) + (both >> 8) * 9 + last * 81) * 32 + ((NativeShorts)at & 255);
    const auto is_far =
        (NativeShorts)((NativeSignedShorts)max(max(most & 255, most >> 8), last) > 2);
    store_native(codes, (is_far & NearBlocks::no_code) | (code & ~is_far));
    return top_bits((NativeBytes)(is_far & 128));
}

/// Counts the pairs of four directions from two pixels, side by side, to the next.
IMGMINE_INLINE void count_steps(const std::uint8_t* a, const std::uint8_t* b,
                                const PairTables& pairs) {
    const std::size_t levels = pairs.levels;
    IMGMINE_UNROLL
    for (int k = 0; k < 2; ++k, ++a, ++b) {
        ++pairs.table(0)[a[0] * levels + a[1]];
        ++pairs.table(1)[a[0] * levels + b[1]];
        ++pairs.table(2)[a[0] * levels + b[0]];
        ++pairs.table(3)[a[1] * levels + b[0]];
    }
}

/// Counts n blocks of pixels that are near each other, see NearBlocks, and the pairs of all others.
/// Each begins in the last column of the one before.
void count_near_blocks(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                       std::uint32_t* counts, const PairTables& pairs) {
    alignas(64) std::uint16_t codes[chunk];
    std::uint16_t far[chunk + block];
    for (std::size_t done = 0; done < n; done += chunk) {
        const std::size_t now = n - done < chunk ? n - done : chunk;
        const std::uint8_t *a = upper + 2 * done, *b = lower + 2 * done;
        std::size_t i = 0, n_far = 0;
        for (; i + native_shorts <= now && done + i + native_shorts < n; i += native_shorts)
            n_far += append_set(encode_blocks(a + 2 * i, b + 2 * i, codes + i), 2 * i, far + n_far);
        if (i < now) {  // what is left over, and after it blocks without a number
            std::uint8_t rest[2][native_bytes + 2] = {};
            for (std::size_t k = 0; k < native_bytes + 2; ++k) rest[1][k] = 128;
            const std::size_t left = 2 * (now - i);
            std::memcpy(rest[0], a + 2 * i, left + 1);
            std::memcpy(rest[1], b + 2 * i, left + 1);
            const std::uint64_t bits = encode_blocks(rest[0], rest[1], codes + i);
            const std::uint64_t all =
                left < 64 ? (std::uint64_t{1} << left) - 1 : ~std::uint64_t{0};
            n_far += append_set(bits & all, 2 * i, far + n_far);
            i += native_shorts;
        }
        for (; i % block; ++i) codes[i] = NearBlocks::no_code;
        count_chunk<0>(codes, i, counts, counts);
        for (std::size_t k = 0; k < n_far; ++k) count_steps(a + far[k], b + far[k], pairs);
    }
}

}  // namespace
extern const CooccurrenceKernels IMGMINE_TABLE(cooccurrence_kernels);
const CooccurrenceKernels IMGMINE_TABLE(cooccurrence_kernels) = {
    .count_pairs = count_pairs,
    .count_triples = count_triples,
    .count_squares = count_squares,
    .count_near = count_near,
    .find_counts = find_counts,
    .count_near_blocks = count_near_blocks,
};

}  // namespace imgmine
