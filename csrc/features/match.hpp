#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// Row `first` of one list and the row of the other that is nearest to it.
struct Match {
    std::int64_t first, second;
    float distance;
};

/// ratio: the nearest row must be nearer than this times the second nearest (infinity: any is).
/// cross_check: and the row that it comes from nearest to it in turn.
struct MatchOptions {
    double ratio;
    bool cross_check;
};

/// The nearest row of b for every row of a, by comparison of all with all; of equally near ones the
/// first. Rows hold as many values. Distances are bits that differ, or Euclidean.
std::vector<Match> match_hamming(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b,
                                 const MatchOptions& options);
std::vector<Match> match_euclidean(const RowsView<std::uint8_t>& a, const RowsView<std::uint8_t>& b,
                                   const MatchOptions& options);
std::vector<Match> match_euclidean(const RowsView<float>& a, const RowsView<float>& b,
                                   const MatchOptions& options);

}  // namespace imgmine
