#pragma once

#include "kernels/simd.hpp"

// Functions of values at the same place of some arrays.
namespace imgmine {
namespace {

/// y[i] = body(x[i]...), sixteen at a time.
template <class Body, class... X>
IMGMINE_INLINE void map_values(std::size_t n, float* y, const Body& body, const X*... x) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store(y + i, body(load(x + i)...));
    if (i < n) store_first(y + i, body(load_first(x + i, n - i)...), n - i);
}

/// a > b ? x : z
IMGMINE_INLINE Floats select_greater(const Floats& a, const Floats& b, const Floats& x,
                                     const Floats& z) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        v.part[i] = a.part[i] > b.part[i] ? x.part[i] : z.part[i];
    return v;
}

}  // namespace
}  // namespace imgmine
