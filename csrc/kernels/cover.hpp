#pragma once

#include <cstdint>

namespace imgmine {

/// The old pixels that a new one covers along one axis, and how much of the first and the last
/// (0 where there is only one); those between are covered whole.
struct Cover {
    std::int32_t first, count;
    std::uint32_t first_weight, last_weight;
};

/// How many rows are added up at once.
inline constexpr std::int32_t area_rows = 16;

}  // namespace imgmine
