#pragma once

#include <cstdint>
#include <functional>

#include "search/segment.hpp"

namespace imgmine {

/// The links of a graph, chosen anew as Vamana does: each row's of those it had and of all rows
/// that a search for it from the entries comes through, far ones among them; then each row is
/// linked back where it was chosen. Fewer steps then lead to the nearest.
///
/// Of the segment its sizes, links, codes and entries count. Distances are Euclidean ones of codes.
/// Any links and entries are taken: those that lead nowhere are dropped. From the entries no fewer
/// rows can be reached than before; usually all.
///
/// `out` is (n, degree), as the segment's links: a row's are distinct, not itself, and end at the
/// first -1. The same with any number of threads. `between` is called now and then, in the thread
/// of the caller; what it throws comes through.
void refine_links(const Segment& segment, const std::function<void()>& between, std::int32_t* out);

}  // namespace imgmine
