#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

/// What each loop does is said where it stands, in lookup.cpp.
struct LookupKernels {
    void (*apply_table)(const std::uint8_t* in, std::size_t n, const std::uint8_t* table,
                        std::uint8_t* out);
    void (*apply_tables)(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
                         const std::uint8_t* tables, std::uint8_t* out);
};
IMGMINE_KERNELS(LookupKernels, lookup_kernels)

}  // namespace imgmine
