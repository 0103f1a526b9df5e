#pragma once

#include <algorithm>
#include <cstddef>

namespace imgmine {

/// Rows that make a share of work worth a thread, which takes some 30 microseconds to start.
///
/// `cost` is about how many nanoseconds a value takes.
inline std::ptrdiff_t row_grain(std::ptrdiff_t row_size, double cost) {
    constexpr double worth = 100e3;  // nanoseconds
    return std::max<std::ptrdiff_t>(
        1, static_cast<std::ptrdiff_t>(
               worth / (cost * static_cast<double>(std::max<std::ptrdiff_t>(row_size, 1)))));
}

}  // namespace imgmine
