#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Packed bits that stand side by side: word w of code i is at block[w * hamming_block + i].
inline constexpr std::size_t hamming_block = 256;

/// What each loop does is said where it stands, in hamming.cpp.
struct HammingKernels {
    void (*pack)(const std::uint8_t* rows, std::size_t row_stride, std::size_t n_rows,
                 std::size_t n, std::uint64_t* block);
    std::size_t (*below)(const std::uint64_t* block, std::size_t n_codes,
                         const std::uint64_t* query, std::size_t n_words, std::uint32_t limit,
                         std::uint32_t* at, std::uint32_t* distances);
    void (*distances)(const std::uint64_t* block, std::size_t n_codes, const std::uint64_t* query,
                      std::size_t n_words, float* out);
};
IMGMINE_KERNELS(HammingKernels, hamming_kernels)

}  // namespace imgmine
