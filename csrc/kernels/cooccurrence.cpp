#include "kernels/cooccurrence.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

constexpr std::size_t chunk = 512, block = 64;

/// ++counts[at]; where that is a byte that wraps around, wide[at] += 256.
IMGMINE_INLINE void count_one(std::uint8_t* counts, std::uint32_t* wide, std::size_t at) {
    if (__builtin_expect(++counts[at] == 0, 0)) wide[at] += 256;
}
IMGMINE_INLINE void count_one(std::uint32_t* counts, std::uint32_t*, std::size_t at) {
    ++counts[at];
}

IMGMINE_INLINE bool all_equal(const std::uint16_t* at) {
    std::uint16_t differ = 0;
    for (std::size_t k = 0; k < block; ++k) differ = (std::uint16_t)(differ | (at[k] ^ at[0]));
    return differ == 0;
}

/// Counts blocks of indices, taking turns among `group` of them, each in a table of its own,
/// `stride` apart: neighbours, often equal in a picture, would each wait for the store of the one
/// before.
template <std::size_t group, std::size_t stride, class T>
IMGMINE_INLINE void count_blocks(const std::uint16_t* const* starts, T* counts,
                                 std::uint32_t* wide) {
    for (std::size_t k = 0; k < block; ++k) {
        IMGMINE_UNROLL
        for (std::size_t s = 0; s < group; ++s) count_one(counts + s * stride, wide, starts[s][k]);
    }
}

/// Counts n indices, a multiple of a block. Blocks in which all are equal (a sky, a wall) are
/// counted as one.
template <std::size_t stride, class T>
IMGMINE_INLINE void count_chunk(const std::uint16_t* indices, std::size_t n, T* counts,
                                std::uint32_t* wide) {
    const std::uint16_t* starts[chunk / block];
    std::size_t n_starts = 0;
    for (std::size_t i = 0; i < n; i += block)
        if (all_equal(indices + i))
            wide[indices[i]] += block;
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

}  // namespace
extern const CooccurrenceKernels IMGMINE_TABLE(cooccurrence_kernels);
const CooccurrenceKernels IMGMINE_TABLE(cooccurrence_kernels) = {
    .count_pairs = count_pairs,
    .count_triples = count_triples,
    .count_squares = count_squares,
};

}  // namespace imgmine
