#include "kernels/counts.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// Counts bytes two at a time: ++pairs[a + 256 b] for neighbours a, b; what is left over, and runs
/// of 16 equal bytes, go to counts.
///
/// A processor stores once a cycle, so half the stores take half the time; in pictures most pairs
/// lie near the diagonal, so that the part of `pairs` in use (65536 of them) stays in the cache.
/// Runs would make each store wait for the one before.
void count_pairs(const std::uint8_t* in, std::size_t n, std::uint32_t* pairs,
                 std::uint32_t* counts) {
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        std::uint64_t eight[2];
        std::memcpy(eight, in + i, 16);
        if (eight[0] == eight[1] && eight[0] == (eight[0] >> 8 | eight[0] << 56)) {
            counts[in[i]] += 16;
            continue;
        }
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 8; ++k) ++pairs[eight[k / 4] >> 16 * (k % 4) & 0xffff];
    }
    for (; i < n; ++i) ++counts[in[i]];
}

/// Adds both bytes of every pair to counts, and clears the pairs.
void fold_pairs(std::uint32_t* pairs, std::uint64_t* counts) {
    std::uint32_t columns[256] = {};
    for (std::size_t row = 0; row < 256; ++row, pairs += 256) {
        std::uint32_t total = 0;
        for (std::size_t k = 0; k < 256; ++k) {
            total += pairs[k];
            columns[k] += pairs[k];
        }
        std::memset(pairs, 0, 256 * sizeof *pairs);
        counts[row] += total;
    }
    for (std::size_t k = 0; k < 256; ++k) counts[k] += columns[k];
}

template <std::size_t channels>
IMGMINE_INLINE void count_channels_of(const std::uint8_t* p, std::size_t n, std::uint32_t* tables) {
    constexpr std::size_t size = 256 * channels;
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2, p += 2 * channels)
        for (std::size_t c = 0; c < 2 * channels; ++c)
            ++tables[(c / channels) * size + (c % channels) * 256 + p[c]];
    if (i < n)
        for (std::size_t c = 0; c < channels; ++c) ++tables[c * 256 + p[c]];
}

/// Counts the channels of n pixels, each for itself, in two sets of `channels` tables of 256, whose
/// sum is the histogram; neighbours take turns, see count_bytes in histogram.cpp.
void count_channels(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                    std::uint32_t* tables) {
    if (channels == 3) return count_channels_of<3>(pixels, n, tables);
    if (channels == 4) return count_channels_of<4>(pixels, n, tables);
    for (std::size_t i = 0; i < n; ++i, pixels += channels)
        for (std::size_t c = 0; c < channels; ++c)
            ++tables[(i & 1) * 256 * channels + c * 256 + pixels[c]];
}

}  // namespace
extern const CountsKernels IMGMINE_TABLE(counts_kernels);
const CountsKernels IMGMINE_TABLE(counts_kernels) = {
    .count_pairs = count_pairs,
    .fold_pairs = fold_pairs,
    .count_channels = count_channels,
};

}  // namespace imgmine
