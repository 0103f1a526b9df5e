#pragma once

#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "kernels/half.hpp"
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

    /// What the metric of prepared rows a[i] and b[j] comes from: out[i * out_stride + j].
    void raw(const RowsView<float>& a, const RowsView<float>& b, float* out,
             std::ptrdiff_t out_stride) const;
    float finish(float raw) const;

    /// out[i * out_stride + j] = metric of prepared rows a[i] and b[j].
    void compare(const RowsView<float>& a, const RowsView<float>& b, float* out,
                 std::ptrdiff_t out_stride) const;

  private:
    Metric metric_;
    std::ptrdiff_t size_;
};

/// Rows as floats: the rows themselves, or copies kept in `scratch`. T is float, Half, uint8 or
/// int8.
template <class T>
RowsView<float> widened(const RowsView<T>& rows, std::vector<float>& scratch);

/// out (a.n_rows, b.n_rows) = metric of every row of a with every row of b; T as above. Distances
/// and inner products of bytes are whole numbers up to the last step.
template <class T>
void pairwise(const RowsView<T>& a, const RowsView<T>& b, Metric metric, float* out);

/// The same for packed bits: number of bits that differ.
void pairwise_hamming(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b, float* out);

}  // namespace imgmine
