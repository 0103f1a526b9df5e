#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/shortlist.hpp"

namespace imgmine {

/// Sums of products of bytes, exact as long as they fit into 32 bits. Panels of 16 queries hold
/// four values of a query after the other: value k of query q is at panel[(k / 4 * 16 + q) * 4 +
/// k % 4]; each has its highest bit flipped, and zeros (flipped, too) fill the last four.
struct IntegerDotsKernels {
    using Find = std::size_t (*)(const std::uint8_t* panels, std::size_t n_panels,
                                 const std::uint8_t* rows, std::size_t row_stride,
                                 std::size_t n_rows, std::size_t n, const std::int32_t* offsets,
                                 const std::int32_t* limits, Shortlisted* found);
    using Measure = void (*)(const std::uint8_t* rows, std::size_t row_stride, std::size_t n_rows,
                             std::size_t n, std::int32_t* sums, std::int32_t* squares);
    Find find_u8, find_s8;
    Measure measure_u8, measure_s8;
    using One = void (*)(const std::int16_t* query, const std::uint8_t* rows,
                         std::size_t row_stride, std::size_t n_rows, std::size_t n,
                         std::int32_t* out);
    One squares_u8, squares_s8, products_u8, products_s8;
};
IMGMINE_KERNELS(IntegerDotsKernels, integer_dots_kernels)

}  // namespace imgmine
