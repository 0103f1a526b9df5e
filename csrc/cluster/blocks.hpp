#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/parallel.hpp"

// Sums over many rows that do not depend on the number of threads: rows are cut into blocks by
// their number alone, each block is summed in order, and the blocks' sums are added in order.
namespace imgmine {

inline std::ptrdiff_t rows_per_block(std::ptrdiff_t n_rows) {
    constexpr std::ptrdiff_t least = 1024, most_blocks = 64;
    return std::max(least, (n_rows + most_blocks - 1) / most_blocks);
}

/// body(first, last, sums) adds rows [first, last) to sums, which begin as `zero`; Sums has +=.
template <class Sums, class Body>
Sums sum_in_blocks(std::ptrdiff_t n_rows, const Sums& zero, const Body& body) {
    const std::ptrdiff_t block = rows_per_block(n_rows);
    const std::ptrdiff_t n_blocks = (n_rows + block - 1) / block;
    std::vector<Sums> sums(static_cast<std::size_t>(std::max<std::ptrdiff_t>(n_blocks, 1)), zero);
    parallel_for(n_blocks, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t b = first; b < last; ++b)
            body(b * block, std::min(n_rows, (b + 1) * block), sums[static_cast<std::size_t>(b)]);
    });
    for (std::size_t b = 1; b < sums.size(); ++b) sums[0] += sums[b];
    return std::move(sums[0]);
}

inline void add_to(std::vector<double>& to, const std::vector<double>& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace imgmine
