#pragma once

#include "kernels/simd.hpp"

// Products of some broadcast values with some vectors, added to sums that stay in registers.
namespace imgmine {
namespace {

/// body(Count<n>{}) for the n of first..last that equals `count`: loops that are unrolled for it.
template <std::size_t n>
struct Count {
    static constexpr std::size_t value = n;
};

template <std::size_t first, std::size_t last, class Body>
IMGMINE_INLINE void with_count(std::size_t count, const Body& body) {
    if constexpr (first == last)
        body(Count<first>{});
    else if (count == first)
        body(Count<first>{});
    else
        with_count<first + 1, last>(count, body);
}

/// total[i][v] += x[i] * w[v], each rounded once.
template <std::size_t n_vectors>
IMGMINE_INLINE void add_scaled(float x, const Floats (&w)[n_vectors], Floats (&total)[n_vectors]) {
    const NativeFloats a = x - NativeFloats{};
    IMGMINE_UNROLL
    for (std::size_t v = 0; v < n_vectors; ++v) IMGMINE_UNROLL
    for (std::size_t p = 0; p < parts; ++p)
        total[v].part[p] = fma_native(a, w[v].part[p], total[v].part[p]);
}

/// Stores the first n <= 16 values, or all where there are more.
IMGMINE_INLINE void store_up_to(float* p, const Floats& v, std::size_t n) {
    if (n >= lanes)
        store(p, v);
    else
        store_first(p, v, n);
}

/// The first n <= 16 values, zeros behind them; 16 where there are more.
IMGMINE_INLINE Floats load_up_to(const float* p, std::size_t n) {
    return n >= lanes ? load(p) : load_first(p, n);
}

/// `total` pieces of nearly the same size, as few as there are with at most `most` each.
struct Pieces {
    std::size_t n, size, n_larger;

    IMGMINE_INLINE Pieces(std::size_t total, std::size_t most)
        : n((total + most - 1) / most), size(n ? total / n : 0), n_larger(n ? total % n : 0) {}

    /// body(first, count) for each piece.
    template <class Body>
    IMGMINE_INLINE void each(const Body& body) const {
        std::size_t first = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t count = size + (i < n_larger);
            body(first, count);
            first += count;
        }
    }
};

}  // namespace
}  // namespace imgmine
