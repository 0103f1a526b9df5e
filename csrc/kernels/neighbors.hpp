#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/level.hpp"

namespace imgmine {

inline constexpr std::size_t neighbor_columns = 64;  ///< rows that stand side by side in a block

/// What each loop does is said where it stands, in neighbors.cpp. A block holds neighbor_columns
/// rows side by side for each of `size` values: (size, neighbor_columns).
struct NeighborKernels {
    void (*products)(const float* rows, std::size_t n, std::size_t size, const float* block,
                     const float* offsets, float* out);
    void (*minus_l1s)(const float* rows, std::size_t n, std::size_t size, const float* block,
                      const float* offsets, float* out);
    std::size_t (*at_least)(const float* values, float limit, std::uint8_t* places);
    double (*squared_l2)(const double* a, const double* b, std::size_t n);
    double (*l1)(const double* a, const double* b, std::size_t n);
    void (*squared_l2s)(const double* rows, std::size_t n, std::size_t size, const double* block,
                        std::size_t n_columns, double* out);
    void (*l1s)(const double* rows, std::size_t n, std::size_t size, const double* block,
                std::size_t n_columns, double* out);
    double (*sum)(const double* values, std::size_t n);
    double (*sum_of_roots)(const double* values, std::size_t n);
};
IMGMINE_KERNELS(NeighborKernels, neighbor_kernels)

}  // namespace imgmine
