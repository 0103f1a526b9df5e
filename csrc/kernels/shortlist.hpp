#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/half.hpp"
#include "kernels/level.hpp"

namespace imgmine {

/// Queries that stand side by side in a panel: value k of query q is at panel[k * 16 + q].
inline constexpr std::size_t panel_queries = 16;

/// A row that may be among a query's best, and for integers its sum.
struct Shortlisted {
    std::uint32_t query, row;
    std::int32_t value;
};

/// Which rows may be among the best of many queries, by sums that are close to the exact ones.
/// What each loop does is said where it stands, in shortlist.cpp.
struct ShortlistKernels {
    using Find = std::size_t (*)(const float* panels, std::size_t n_panels, const float* rows,
                                 std::size_t row_stride, std::size_t n_rows, std::size_t n,
                                 const float* offsets, const float* limits, Shortlisted* found);
    Find dots, chi2s;
    std::size_t (*not_above)(const float* values, std::size_t n, float limit, std::uint32_t* at);
    void (*squared_lengths)(const float* rows, std::size_t row_stride, std::size_t n_rows,
                            std::size_t n, float* out);
    void (*sums)(const float* rows, std::size_t row_stride, std::size_t n_rows, std::size_t n,
                 float* out);
    void (*widen_half)(const Half* row, std::size_t n, float* out);
    void (*widen_u8)(const std::uint8_t* row, std::size_t n, float* out);
    void (*widen_s8)(const std::int8_t* row, std::size_t n, float* out);
};
IMGMINE_KERNELS(ShortlistKernels, shortlist_kernels)

}  // namespace imgmine
