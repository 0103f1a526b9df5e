#pragma once

#include "kernels/angle.hpp"
#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE NativeFloats abs_native(NativeFloats v) {
    return (NativeFloats)((NativeInts)v & 0x7fffffff);
}

/// The directions of sixteen (x, y) in turns, [0, 1]: atan2_turns(), but that 1 may stand for 0.
IMGMINE_INLINE Floats atan2_turns(const Floats& y, const Floats& x) {
    Floats turns;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) {
        const NativeFloats width = abs_native(x.part[i]), height = abs_native(y.part[i]);
        const NativeFloats larger = max(width, height), smaller = min(width, height);
        const NativeFloats zero = {};
        const NativeFloats t = larger > zero ? smaller / larger : zero;
        const NativeFloats square = t * t;
        NativeFloats v = atan_turns[7] - NativeFloats{};
        IMGMINE_UNROLL
        for (int k = 6; k >= 0; --k) v = v * square + atan_turns[k];
        v *= t;
        v = height > width ? 0.25f - v : v;
        v = x.part[i] < zero ? 0.5f - v : v;
        turns.part[i] = y.part[i] < zero ? 1.0f - v : v;
    }
    return turns;
}

}  // namespace
}  // namespace imgmine
