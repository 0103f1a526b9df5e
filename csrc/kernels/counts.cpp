#include "kernels/counts.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// Eight pairs of neighbours.
struct Pairs {
    std::uint64_t half[2];

    explicit Pairs(const std::uint8_t* in) { std::memcpy(half, in, sizeof half); }
    std::size_t operator[](std::size_t k) const { return half[k / 4] >> 16 * (k % 4) & 0xffff; }
    bool all_equal() const {
        return half[0] == half[1] && half[0] == (half[0] >> 8 | half[0] << 56);
    }
};

/// Counts `quarter` bytes, a multiple of 16, of each of four places in turn.
void count_smooth(const std::uint8_t* in, std::size_t quarter, std::uint32_t* pairs,
                  std::uint32_t* counts) {
    for (std::size_t i = 0; i < quarter; i += 16, in += 16) {
        const Pairs from[4] = {Pairs(in), Pairs(in + quarter), Pairs(in + 2 * quarter),
                               Pairs(in + 3 * quarter)};
        const bool flat[4] = {from[0].all_equal(), from[1].all_equal(), from[2].all_equal(),
                              from[3].all_equal()};
        if (flat[0] || flat[1] || flat[2] || flat[3]) {
            for (std::size_t s = 0; s < 4; ++s)
                if (flat[s])
                    counts[in[s * quarter]] += 16;
                else
                    for (std::size_t k = 0; k < 8; ++k) ++pairs[from[s][k]];
            continue;
        }
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 8; ++k) {
            IMGMINE_UNROLL
            for (std::size_t s = 0; s < 4; ++s) ++pairs[from[s][k]];
        }
    }
}

/// The same in bytes; one that wraps around adds 256 to its pair.
void count_rough(const std::uint8_t* in, std::size_t quarter, std::uint8_t* bytes,
                 std::uint32_t* pairs) {
    for (std::size_t i = 0; i < quarter; i += 2) {
        IMGMINE_UNROLL
        for (std::size_t s = 0; s < 4; ++s) {
            std::uint16_t pair;
            std::memcpy(&pair, in + s * quarter + i, 2);
            if (__builtin_expect(++bytes[pair] == 0, 0)) pairs[pair] += 256;
        }
    }
}

/// Counts bytes two at a time: ++pairs[a + 256 b] for neighbours a, b; what is left over, and runs
/// of 16 equal bytes, go to counts.
///
/// A processor stores once a cycle, so half the stores take half the time; in pictures most pairs
/// lie near the diagonal, so that the part of `pairs` in use (65536 of them) stays in the cache.
/// Where they do not, `bytes` (65536, or null) take most of the counting. Equal neighbours would
/// make each store wait for the one before: four places take turns.
void count_pairs(const std::uint8_t* in, std::size_t n, std::uint32_t* pairs, std::uint8_t* bytes,
                 std::uint32_t* counts) {
    const std::size_t quarter = n / 64 * 16;
    if (bytes)
        count_rough(in, quarter, bytes, pairs);
    else
        count_smooth(in, quarter, pairs, counts);
    for (std::size_t i = 4 * quarter; i < n; ++i) ++counts[in[i]];
}

/// pairs[i] += bytes[i], and clears the bytes: 65536 of them.
void add_bytes(std::uint8_t* bytes, std::uint32_t* pairs) {
    for (std::size_t i = 0; i < 65536; ++i) pairs[i] += bytes[i];
    std::memset(bytes, 0, 65536);
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
    .add_bytes = add_bytes,
    .fold_pairs = fold_pairs,
    .count_channels = count_channels,
};

}  // namespace imgmine
