#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Where tuples are counted, by the number that their values make one after the other.
///
/// Bytes stay in the nearest cache; each that wraps around adds 256 to the wide count. Of small
/// tables there are eight of bytes, which take turns. Without bytes (a null pointer) only wide ones
/// count, which is faster where tuples are few of a large table.
struct PairCounts {
    static constexpr std::size_t most_small = 4096;
    /// From one table to the next: not 4096, which a processor takes for the same place at first.
    static constexpr std::size_t small_stride = most_small + 64;

    std::uint32_t* wide;
    std::uint8_t* bytes;
    bool small;
};

/// Three values a, b, c, of which b - a is -12 to 11 and c - a is -10 to 10 (modulo 256), have a
/// number:
/// 512 a + 24 (c - a + 10) + b - a + 12; numbers that end in 504 or more are of no triple. All
/// others are counted pair by pair.
struct NearTriples {
    static constexpr std::size_t size = 512 * 256;
    static constexpr std::uint16_t no_code = 511;
};

/// Three columns of two values below 32,
///     a b c
///     d e f
/// of which b - a, c - b, d - a, e - b and f - c are -1, 0 or 1, have a number: those plus 1 in
/// base 3 (the order is b, d, c, e, f, beginning with ones), times 32, plus a.
struct NearBlocks {
    static constexpr std::size_t size = 243 * 32;
    static constexpr std::uint16_t no_code = size;
};

/// Tables of levels x levels counts, `stride` apart.
struct PairTables {
    std::uint32_t* counts;
    std::size_t levels, stride;

    std::uint32_t* table(std::size_t k) const { return counts + k * stride; }
};

/// What each loop does is said where it stands, in cooccurrence.cpp.
struct CooccurrenceKernels {
    void (*count_pairs)(const std::uint8_t* first, const std::uint8_t* second, std::size_t n,
                        std::uint16_t levels, PairCounts counts);
    void (*count_triples)(const std::uint8_t* first, const std::uint8_t* second,
                          const std::uint8_t* third, std::size_t n, std::uint16_t levels,
                          PairCounts counts);
    void (*count_squares)(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                          std::uint16_t levels, PairCounts counts);
    void (*count_near)(const std::uint8_t* const* triples, std::size_t n, std::uint16_t* counts,
                       std::size_t levels, std::uint32_t* const* pairs);
    std::size_t (*find_counts)(const std::uint16_t* counts, std::size_t at, std::size_t n,
                               std::uint16_t least);
    void (*count_near_blocks)(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                              std::uint32_t* counts, const PairTables& pairs);
};
IMGMINE_KERNELS(CooccurrenceKernels, cooccurrence_kernels)

}  // namespace imgmine
