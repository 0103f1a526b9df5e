#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "similarity/metric.hpp"

namespace imgmine {

/// Compares a few rows of one list with a few of another.
///
/// For cosine and Pearson, rows are first scaled to length 1 (Pearson: after their mean is taken
/// off); a row of length 0 has similarity 0 with everything. Everything is summed in 16 lanes, so
/// results do not depend on how the lists are cut.
class Comparison {
  public:
    Comparison(Metric metric, std::ptrdiff_t size);

    /// Rows as compare() wants them: the rows themselves, or scaled copies kept in `scratch`.
    RowsView<float> prepare(const RowsView<float>& rows, std::vector<float>& scratch) const;

    /// out[i * out_stride + j] = metric of prepared rows a[i] and b[j].
    void compare(const RowsView<float>& a, const RowsView<float>& b, float* out,
                 std::ptrdiff_t out_stride) const;

  private:
    Metric metric_;
    std::ptrdiff_t size_;
};

/// out (a.n_rows, b.n_rows) = metric of every row of a with every row of b.
void pairwise(const RowsView<float>& a, const RowsView<float>& b, Metric metric, float* out);

/// The same for packed bits: number of bits that differ.
void pairwise_hamming(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b, float* out);

}  // namespace imgmine
