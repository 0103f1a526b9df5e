#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/distance.hpp"
#include "search/segment.hpp"
#include "search/vector_index.hpp"

namespace imgmine {

/// How exact distances are reckoned: what compare() gives rises with the distance, and so does the
/// rank that comes from it, in which vectors are ordered.
class Ranking {
  public:
    explicit Ranking(Metric metric) : metric_(metric) {}

    void compare(const RowsView<float>& queries, const float* rows, std::ptrdiff_t n,
                 float* out) const {
        const auto size = static_cast<std::size_t>(queries.size);
        const DistanceKernels& kernels = distance_kernels();
        const auto kernel = is_euclidean() ? kernels.squared_l2s : kernels.dots;
        kernel(queries.data, static_cast<std::size_t>(queries.n_rows),
               static_cast<std::size_t>(queries.row_stride), rows, static_cast<std::size_t>(n),
               size, size, out, static_cast<std::size_t>(n));
        const std::ptrdiff_t total = queries.n_rows * n;
        if (!is_euclidean())
            for (std::ptrdiff_t i = 0; i < total; ++i) out[i] = -out[i];
        for (std::ptrdiff_t i = 0; i < total; ++i)  // not a number: as far as can be
            if (!(out[i] <= std::numeric_limits<float>::max()))
                out[i] = std::numeric_limits<float>::infinity();
    }
    float rank(float compared) const { return is_euclidean() ? std::sqrt(compared) : compared; }
    /// Nothing compared that is above it has a rank of at most `rank`.
    float limit(float rank) const {
        return is_euclidean() ? rank * rank * (1 + 0x1p-20f) + 1e-37f : rank;
    }
    float distance(float rank) const {
        if (metric_ == Metric::euclidean || metric_ == Metric::inner_product) return rank;
        return 1 + std::clamp(rank, -1.0f, 1.0f);
    }
    bool is_euclidean() const { return metric_ == Metric::euclidean; }

  private:
    Metric metric_;
};

/// Calls take(query, compared, id) for a few queries and all allowed rows, in the rows' order.
/// `decode(row, out)` gives a row's vector.
template <class Decode, class Take>
void scan_rows(const Ranking& ranking, const RowsView<float>& queries, std::ptrdiff_t n,
               const std::int64_t* ids, const Bits& allowed, const Decode& decode,
               const Take& take) {
    constexpr std::ptrdiff_t block = 64;
    std::vector<float> vectors(static_cast<std::size_t>(block * queries.size));
    std::vector<float> ranks(static_cast<std::size_t>(block * queries.n_rows));
    std::ptrdiff_t rows[block], n_rows = 0;
    const auto flush = [&] {
        ranking.compare(queries, vectors.data(), n_rows, ranks.data());
        for (std::ptrdiff_t q = 0; q < queries.n_rows; ++q)
            for (std::ptrdiff_t i = 0; i < n_rows; ++i)
                take(q, ranks[static_cast<std::size_t>(q * n_rows + i)], ids[rows[i]]);
        n_rows = 0;
    };
    allowed.for_each(n, [&](std::ptrdiff_t row) {
        decode(row, vectors.data() + n_rows * queries.size);
        rows[n_rows++] = row;
        if (n_rows == block) flush();
    });
    if (n_rows) flush();
}

/// The same of every vector of an index.
template <class Take>
void scan_part(const IndexState& state, std::size_t part, const RowsView<float>& queries,
               const Bits& allowed, const Take& take) {
    const Ranking ranking(state.metric);
    if (part < state.segments.size()) {
        const Segment& segment = state.segments[part];
        const auto decode = [&](std::ptrdiff_t row, float* out) { segment.decode(row, out); };
        scan_rows(ranking, queries, segment.n, segment.ids, allowed, decode, take);
    } else {
        const auto size = static_cast<std::size_t>(state.dim) * sizeof(float);
        const auto decode = [&](std::ptrdiff_t row, float* out) {
            std::memcpy(out, state.tail.row(row), size);
        };
        scan_rows(ranking, queries, state.tail.n_rows, state.tail_ids, allowed, decode, take);
    }
}

}  // namespace imgmine
