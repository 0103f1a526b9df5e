#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in cooccurrence.cpp.
struct CooccurrenceKernels {
    void (*count_pairs)(const std::uint8_t* first, const std::uint8_t* second, std::size_t n,
                        unsigned shift, std::uint32_t* tables, std::size_t other);
    void (*count_four)(const std::uint8_t* first, const std::uint8_t* const* seconds, std::size_t n,
                       unsigned shift, std::uint32_t* const* tables);
    void (*count_triples)(const std::uint8_t* first, const std::uint8_t* second,
                          const std::uint8_t* third, std::size_t n, std::uint32_t* tables);
    void (*count_squares)(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                          unsigned shift, std::uint32_t* tables);
};
IMGMINE_KERNELS(CooccurrenceKernels, cooccurrence_kernels)

}  // namespace imgmine
