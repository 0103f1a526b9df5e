#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/image.hpp"
#include "search/segment.hpp"
#include "similarity/metric.hpp"

namespace imgmine {

/// A state of an index that never changes: graphs, and vectors that are compared one by one.
///
/// All of it is borrowed. Vectors and queries are as Comparison::prepare makes them.
struct IndexState {
    Metric metric = Metric::euclidean;  ///< euclidean, inner_product, cosine or pearson
    std::ptrdiff_t dim = 0;
    std::vector<Segment> segments;
    RowsView<float> tail{};
    const std::int64_t* tail_ids = nullptr;
};

struct Search {
    std::ptrdiff_t k = 10;
    std::ptrdiff_t ef = 64;  ///< rows that a graph search keeps in view
    bool exact = false;      ///< compare every vector
};

/// What is found, nearest first, ids rising among equals: `k` places a query, those that nothing is
/// found for filled with -1 and infinity.
///
/// A distance is Euclidean, 1 - cosine, 1 - Pearson's r, or the negative inner product.
struct Found {
    std::int64_t* ids;
    float* distances;
    std::int64_t* counts;
};

/// `allowed`: rows of each segment, then of the tail, that may be found.
void search_index(const IndexState& state, const RowsView<float>& queries, const Search& search,
                  const std::vector<Bits>& allowed, const Found& out);

/// The same with rows of its own for each query.
void search_each(const IndexState& state, const RowsView<float>& queries, const Search& search,
                 const std::vector<std::vector<Bits>>& allowed, const Found& out);

struct WithinRadius {
    std::vector<std::vector<std::pair<float, std::int64_t>>> of_query;
};

/// Everything at a distance of at most `radius`, by comparing every vector.
WithinRadius search_radius(const IndexState& state, const RowsView<float>& queries, float radius,
                           const std::vector<Bits>& allowed);

}  // namespace imgmine
