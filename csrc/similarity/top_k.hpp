#pragma once

#include <cstdint>

#include "base/image.hpp"
#include "similarity/metric.hpp"

namespace imgmine {

/// The k best rows of `base` for each query, by exact comparison: `ids` and `scores` hold k a
/// query, best first. Equal scores are ordered by id and NaN comes last, so the answer does not
/// depend on threads. 0 <= k <= base.n_rows. Cost: queries * base rows * size, a base row being
/// loaded once for many queries. T is float, Half, uint8 or int8; distances and inner products of
/// bytes are compared as whole numbers.
template <class T>
void top_k(const RowsView<T>& queries, const RowsView<T>& base, std::ptrdiff_t k, Metric metric,
           std::int64_t* ids, float* scores);

/// The same for packed bits by the number of bits that differ.
void top_k_hamming(const RowsView<std::uint8_t>& queries, const RowsView<std::uint8_t>& base,
                   std::ptrdiff_t k, std::int64_t* ids, float* scores);

}  // namespace imgmine
