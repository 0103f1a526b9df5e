#pragma once

#include "kernels/simd_integers.hpp"

// Ways to multiply values and add the products up: one float after the other, or pairs of bfloat16,
// the upper halves of floats, which take the place of a float. The first of a pair is its low half.
namespace imgmine {
namespace {

struct Singles {
    static IMGMINE_INLINE Floats begin(const Floats& total) { return total; }
    static IMGMINE_INLINE NativeFloats spread(const float* x) { return *x - NativeFloats{}; }
    static IMGMINE_INLINE NativeFloats add(NativeFloats x, NativeFloats w, NativeFloats total) {
        return fma_native(x, w, total);
    }
};

/// Subnormal values become 0.
IMGMINE_INLINE NativeFloats flushed(NativeFloats v) {
    const NativeInts bits = (NativeInts)v;
    const NativeInts is_small = (bits & 0x7f800000) == 0;
    return (NativeFloats)(bits & ~(is_small & 0x7fffffff));
}

/// What the instruction vdpbf16ps does, to the bit: the pair's high halves are multiplied and added
/// with one rounding, then the low halves; subnormal values count 0 wherever they appear.
struct Pairs {
    static IMGMINE_INLINE Floats begin(Floats total) {
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < parts; ++p) total.part[p] = flushed(total.part[p]);
        return total;
    }
    static IMGMINE_INLINE NativeFloats spread(const float* x) {
        std::int32_t pair;
        std::memcpy(&pair, x, sizeof pair);
        return (NativeFloats)(pair - NativeInts{});
    }
    static IMGMINE_INLINE NativeFloats high(NativeFloats pair) {
        return (NativeFloats)((NativeInts)pair & (std::int32_t)0xffff0000);
    }
    static IMGMINE_INLINE NativeFloats low(NativeFloats pair) {
        return (NativeFloats)((NativeInts)pair << 16);
    }
    static IMGMINE_INLINE NativeFloats add(NativeFloats x, NativeFloats w, NativeFloats total) {
        total = flushed(fma_native(high(x), high(w), total));
        return flushed(fma_native(low(x), low(w), total));
    }
};

#if defined(__AVX512F__)
/// For CPUs that have it. In assembly: the level does not ask for it.
struct PairInstruction : Pairs {
    static IMGMINE_INLINE NativeFloats add(NativeFloats x, NativeFloats w, NativeFloats total) {
        asm("vdpbf16ps %2, %1, %0" : "+v"(total) : "v"(w), "v"(x));
        return total;
    }
};
#endif

typedef std::uint32_t NativeWords __attribute__((vector_size(native_size)));

/// The 16 bits in which bfloat16 holds floats given by their bits.
IMGMINE_INLINE NativeInts bfloat16_bits(NativeInts bits) {
    const NativeInts upper = (bits >> 16) & 0xffff, magnitude = bits & 0x7fffffff;
    const NativeInts half = 0x7fff + (upper & 1);
    const NativeInts rounded = (NativeInts)(((NativeWords)bits + (NativeWords)half) >> 16);
    const NativeInts is_small = magnitude < 0x800000, is_nan = magnitude > 0x7f800000;
    const NativeInts finite = rounded & ~(is_small & 0x7fff);
    return (finite & ~is_nan) | ((upper | 0x40) & is_nan);
}

/// total[v] += x * w[v]
template <class Product, std::size_t n_vectors>
IMGMINE_INLINE void add_products(const float* x, const Floats (&w)[n_vectors],
                                 Floats (&total)[n_vectors]) {
    const NativeFloats a = Product::spread(x);
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) IMGMINE_UNROLL
    for (std::size_t p = 0; p < parts; ++p)
        total[v].part[p] = Product::add(a, w[v].part[p], total[v].part[p]);
}

}  // namespace
}  // namespace imgmine
