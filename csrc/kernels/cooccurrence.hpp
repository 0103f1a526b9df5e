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

/// What each loop does is said where it stands, in cooccurrence.cpp.
struct CooccurrenceKernels {
    void (*count_pairs)(const std::uint8_t* first, const std::uint8_t* second, std::size_t n,
                        std::uint16_t levels, PairCounts counts);
    void (*count_triples)(const std::uint8_t* first, const std::uint8_t* second,
                          const std::uint8_t* third, std::size_t n, std::uint16_t levels,
                          PairCounts counts);
    void (*count_squares)(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                          std::uint16_t levels, PairCounts counts);
};
IMGMINE_KERNELS(CooccurrenceKernels, cooccurrence_kernels)

}  // namespace imgmine
