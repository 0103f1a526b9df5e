#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// Words of 64 bits that are near each other; what the loop does is said in near_words.cpp.
struct NearWordsKernels {
    std::size_t (*find)(const std::uint64_t* a, std::size_t n_a, const std::uint64_t* b,
                        std::size_t n_b, unsigned radius, std::size_t from);
};
IMGMINE_KERNELS(NearWordsKernels, near_words_kernels)

}  // namespace imgmine
