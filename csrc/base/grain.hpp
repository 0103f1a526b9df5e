#pragma once

#include <algorithm>
#include <cstddef>

namespace imgmine {

/// Rows that make a share of work worth a thread, which takes some 30 microseconds to start
/// on an idle machine and more on a busy one.
///
/// `cost` is about how many nanoseconds a value takes.
inline std::ptrdiff_t row_grain(std::ptrdiff_t row_size, double cost) {
    constexpr double worth = 200e3;  // nanoseconds
    return std::max<std::ptrdiff_t>(
        1, static_cast<std::ptrdiff_t>(
               worth / (cost * static_cast<double>(std::max<std::ptrdiff_t>(row_size, 1)))));
}

}  // namespace imgmine
