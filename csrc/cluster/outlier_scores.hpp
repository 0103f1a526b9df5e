#pragma once

#include <cstdint>

#include "similarity/exact_rows.hpp"

namespace imgmine {

/// For each sample the k nearest of the others, nearest first and equally near ones by their
/// number, and their distances: (n, k) each. 0 <= k < n. Exact, and the same with any number of
/// threads.
void nearest_others(const ExactRows& samples, std::ptrdiff_t k, std::int64_t* ids,
                    double* distances);

}  // namespace imgmine
