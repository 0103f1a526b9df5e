#pragma once

#include <algorithm>
#include <cstddef>

namespace imgmine {

/// Rows that make a share of work worth a thread: one that has just worked takes a few microseconds
/// to find it, one that sleeps some 50.
///
/// `cost` is about how many nanoseconds a value takes.
inline std::ptrdiff_t row_grain(std::ptrdiff_t row_size, double cost) {
    constexpr double worth = 50e3;  // nanoseconds
    return std::max<std::ptrdiff_t>(
        1, static_cast<std::ptrdiff_t>(
               worth / (cost * static_cast<double>(std::max<std::ptrdiff_t>(row_size, 1)))));
}

}  // namespace imgmine
