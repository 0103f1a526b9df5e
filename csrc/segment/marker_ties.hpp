#pragma once

#include <cstddef>

namespace imgmine {

/// When floods that may go back stop hoping: at more pairs of equal markers side by side than this,
/// and after that often.
constexpr double most_expected_ties = 64;
constexpr int most_turns = 4;

/// How many of the pairs among k of n markers are expected to have regions side by side, if each
/// region has six neighbors.
inline double expected_ties(std::size_t k, std::size_t n) {
    const auto of = static_cast<double>(k);
    return k < 2 ? 0 : 3 * of * of / static_cast<double>(n);
}

}  // namespace imgmine
