#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "similarity/exact_rows.hpp"

namespace imgmine {

enum class Linkage { ward, single, complete, average };

Linkage linkage_from_name(std::string_view name);

/// The n - 1 merges of n samples, nearest first: cluster n + i is made of the two in row i.
struct Tree {
    std::vector<std::int64_t> children;  ///< (n - 1, 2)
    std::vector<double> distances;       ///< n - 1
};

/// Each time the two nearest of all clusters are merged. Ward and single linkage take memory for a
/// copy of the samples, the others one number for each pair of samples.
Tree link_all(const ExactRows& samples, Linkage linkage);

/// Each time the two nearest of the clusters that are neighbors in a graph are merged: those with
/// samples i and ids[i * k + ...]. Parts of the graph without a connection are connected by the
/// nearest samples of each two. Of equal distances that of the clusters made first goes first.
Tree link_neighbors(const ExactRows& samples, Linkage linkage, const std::int64_t* ids,
                    std::ptrdiff_t k);

}  // namespace imgmine
