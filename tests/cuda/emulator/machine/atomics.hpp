#pragma once
// What an atomic instruction leaves in memory, of what is there and what is given.

#include "machine/floats.hpp"
#include "machine/integers.hpp"

namespace emulator {

template <class T>
T atomic_add(T old, T value) {
    if constexpr (is_float<T>)
        return old + value;
    else
        return int_add(old, value);
}
template <class T>
T atomic_exch(T, T value) {
    return value;
}
template <class T>
T atomic_cas(T old, T expected, T value) {
    return old == expected ? value : old;
}
template <class T>
T atomic_inc(T old, T last) {
    return old >= last ? T{0} : static_cast<T>(old + 1);
}
template <class T>
T atomic_dec(T old, T last) {
    return old == 0 || old > last ? last : static_cast<T>(old - 1);
}

/// Threads run one at a time, so nothing more is needed. Returns what was there.
template <class T, class Operation>
T atomic(unsigned char* at, Operation operation) {
    const T old = load<T>(at);
    store<T>(at, operation(old));
    return old;
}

}  // namespace emulator
