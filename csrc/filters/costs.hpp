#pragma once

#include <cstddef>

#include "filters/quads.hpp"

// About how many clock cycles 16 values take on each of a convolution's roads. Only the order
// matters, and that it is the same on every CPU: results depend on the road in their last bits.
namespace imgmine {

constexpr double cycles_a_tap = 0.55;
/// What such a cycle takes of a value's time, memory included.
constexpr double nanoseconds_a_cycle = 0.07;

inline double floats_cost(std::size_t height, std::size_t width) {
    return 1 + cycles_a_tap * static_cast<double>(height * width);
}

inline double quads_cost(const QuadWeights& quads) {
    return 2 + cycles_a_tap * static_cast<double>(quads.packed.size());
}

inline double separable_cost(std::size_t height, std::size_t width) {
    return 5 + cycles_a_tap * static_cast<double>(height + 2 * width);
}

}  // namespace imgmine
