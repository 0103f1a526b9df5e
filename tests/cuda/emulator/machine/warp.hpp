#pragma once
// What the lanes of a warp do together.

#include "machine/integers.hpp"
#include "machine/thread.hpp"

namespace emulator {

/// The lanes whose value a condition holds for.
template <class Condition>
std::uint32_t lanes_where(const Gathered& gathered, Condition condition) {
    std::uint32_t lanes = 0;
    for (std::uint32_t lane = 0; lane < 32; ++lane)
        if (gathered.lanes >> lane & 1 && condition(gathered.values[lane])) lanes |= 1u << lane;
    return lanes;
}

inline std::uint32_t vote_ballot(Thread& thread, bool value, std::uint32_t mask) {
    return lanes_where(wait_for_warp(thread, mask, value), [](std::uint64_t v) { return v != 0; });
}
inline bool vote_any(Thread& thread, bool value, std::uint32_t mask) {
    return vote_ballot(thread, value, mask) != 0;
}
inline bool vote_all(Thread& thread, bool value, std::uint32_t mask) {
    return !vote_any(thread, !value, mask);
}
inline bool vote_uni(Thread& thread, bool value, std::uint32_t mask) {
    const Gathered& gathered = wait_for_warp(thread, mask, value);
    return lanes_where(gathered, [value](std::uint64_t v) { return v != value; }) == 0;
}

template <class T>
std::uint32_t match_any(Thread& thread, T value, std::uint32_t mask) {
    return lanes_where(wait_for_warp(thread, mask, value),
                       [value](std::uint64_t v) { return v == value; });
}
/// All lanes if their values are equal, else none.
template <class T>
std::uint32_t match_all(Thread& thread, T value, std::uint32_t mask) {
    const Gathered& gathered = wait_for_warp(thread, mask, value);
    const std::uint32_t equal = lanes_where(gathered, [value](auto v) { return v == value; });
    return equal == gathered.lanes ? equal : 0;
}

template <class T, class Operation>
T redux(Thread& thread, T value, std::uint32_t mask, Operation operation) {
    const Gathered& gathered = wait_for_warp(thread, mask, static_cast<Unsigned<T>>(value));
    T result = value;
    for (std::uint32_t lane = 0; lane < 32; ++lane)
        if (gathered.lanes >> lane & 1 && lane != thread.lane)
            result = operation(result, static_cast<T>(gathered.values[lane]));
    return result;
}

enum class Shuffle { up, down, bfly, idx };

/// The lane that a shuffle reads from, or one out of the segment that `bounds` tells.
template <Shuffle kind>
int source_lane(std::uint32_t lane, std::uint32_t b, std::uint32_t segment) {
    const int own = static_cast<int>(lane), offset = static_cast<int>(b & 31);
    switch (kind) {
        case Shuffle::up:
            return own - offset;
        case Shuffle::down:
            return own + offset;
        case Shuffle::bfly:
            return own ^ offset;
        case Shuffle::idx:
            return static_cast<int>((lane & segment) | (b & 31 & ~segment));
    }
}

/// `bounds`: bits 0-4 clamp the lane, bits 8-12 say which bits of it a segment has in common.
template <Shuffle kind>
std::uint32_t shfl(Thread& thread, std::uint32_t value, std::uint32_t b, std::uint32_t bounds,
                   std::uint32_t mask, bool* is_within = nullptr) {
    const Gathered& gathered = wait_for_warp(thread, mask, value);
    const std::uint32_t segment = bounds >> 8 & 31;
    const int last = static_cast<int>((thread.lane & segment) | (bounds & 31 & ~segment));
    const int source = source_lane<kind>(thread.lane, b, segment);
    const bool is_inside = kind == Shuffle::up ? source >= last : source <= last;
    if (is_within) *is_within = is_inside;
    if (!is_inside) return value;
    if (!(gathered.lanes >> source & 1)) {
        complain(thread, "a shuffle reads from a lane that takes no part", source);
        return 0xdeadbeef;
    }
    return static_cast<std::uint32_t>(gathered.values[source]);
}

inline std::uint32_t lanemask_lt(std::uint32_t lane) {
    return (1u << lane) - 1;
}
inline std::uint32_t lanemask_eq(std::uint32_t lane) {
    return 1u << lane;
}
inline std::uint32_t lanemask_le(std::uint32_t lane) {
    return lanemask_lt(lane) | lanemask_eq(lane);
}
inline std::uint32_t lanemask_gt(std::uint32_t lane) {
    return ~lanemask_le(lane);
}
inline std::uint32_t lanemask_ge(std::uint32_t lane) {
    return ~lanemask_lt(lane);
}

}  // namespace emulator
