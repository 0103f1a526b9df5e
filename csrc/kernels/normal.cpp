#include "kernels/normal.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

constexpr std::size_t side = lanes, tile_size = side * side;

IMGMINE_INLINE Doubles operator-(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] -= b.part[i];
    return a;
}

IMGMINE_INLINE Doubles operator/(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] /= b.part[i];
    return a;
}

/// c + a * b of values that are floats: their product is exact, so that fusing changes nothing.
IMGMINE_INLINE Doubles add_exact(const Doubles& a, const Doubles& b, Doubles c) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) {
#if defined(__AVX512F__)
        c.part[i] = (NativeDoubles)_mm512_fmadd_pd((__m512d)a.part[i], (__m512d)b.part[i],
                                                   (__m512d)c.part[i]);
#elif defined(__FMA__)
        c.part[i] = (NativeDoubles)_mm256_fmadd_pd((__m256d)a.part[i], (__m256d)b.part[i],
                                                   (__m256d)c.part[i]);
#else
        c.part[i] += a.part[i] * b.part[i];
#endif
    }
    return c;
}

template <bool exact>
IMGMINE_INLINE void products(const double* a, const double* b, std::size_t n, double* tile) {
    constexpr std::size_t step = native_lanes == 16 ? 8 : native_lanes == 8 ? 2 : 1;
    for (std::size_t q = 0; q < side; q += step) {
        Doubles total[step];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < step; ++u) total[u] = load(tile + (q + u) * side);
        for (std::size_t r = 0; r < n; ++r) {
            const Doubles x = load(a + r * side);
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < step; ++u) {
                const Doubles y = broadcast(b[r * side + q + u]);
                total[u] = exact ? add_exact(x, y, total[u]) : total[u] - x * y;
            }
        }
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < step; ++u) store(tile + (q + u) * side, total[u]);
    }
}

/// tile[q][p] += sum over r < n of a[r][p] b[r][q], in order; all values must be floats.
void add_products(const double* a, const double* b, std::size_t n, double* tile) {
    products<true>(a, b, n, tile);
}

/// tile[q][p] -= sum over r < n of a[r][p] b[r][q], one after the other.
void subtract_products(const double* a, const double* b, std::size_t n, double* tile) {
    products<false>(a, b, n, tile);
}

/// Solves for the tile below a factored tile of the diagonal.
void divide_tile(const double* diagonal, double* tile) {
    for (std::size_t q = 0; q < side; ++q) {
        Doubles x = load(tile + q * side);
        for (std::size_t r = 0; r < q; ++r)
            x = x - load(tile + r * side) * broadcast(diagonal[r * side + q]);
        store(tile + q * side, x / broadcast(diagonal[q * side + q]));
    }
}

IMGMINE_INLINE const float* stripe_at(const float* tiles, std::size_t i) {
    return tiles + i * (i + 1) / 2 * tile_size;
}

/// Solves L y = x in place, L being lower triangular in tiles.
void forward(const float* tiles, std::size_t n_stripes, float* x) {
    for (std::size_t i = 0; i < n_stripes; ++i) {
        const float* row = stripe_at(tiles, i);
        Floats rest[2] = {load(x + i * side), broadcast(0.0f)};
        for (std::size_t r = 0; r < i * side; r += 2) IMGMINE_UNROLL
        for (std::size_t u = 0; u < 2; ++u)
            rest[u] = rest[u] - load(row + (r + u) * side) * broadcast(x[r + u]);
        float* at = x + i * side;
        store(at, rest[0] + rest[1]);
        const float* diagonal = row + i * tile_size;
        for (std::size_t r = 0; r < side; ++r) {
            at[r] /= diagonal[r * side + r];
            for (std::size_t q = r + 1; q < side; ++q) at[q] -= diagonal[r * side + q] * at[r];
        }
    }
}

/// at[r] -= the r-th row of a column of tiles times what is solved below them.
IMGMINE_INLINE void subtract_below(const float* tiles, std::size_t n_stripes, std::size_t k,
                                   float* x) {
    constexpr std::size_t step = native_lanes == 16 ? 16 : native_lanes == 8 ? 4 : 2;
    for (std::size_t r = 0; r < side; r += step) {
        Floats total[step];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < step; ++u) total[u] = broadcast(0.0f);
        for (std::size_t i = k + 1; i < n_stripes; ++i) {
            const float* tile = stripe_at(tiles, i) + k * tile_size + r * side;
            const Floats solved = load(x + i * side);
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < step; ++u)
                total[u] = total[u] + load(tile + u * side) * solved;
        }
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < step; ++u) x[k * side + r + u] -= sum(total[u]);
    }
}

/// Solves L' y = x in place.
void backward(const float* tiles, std::size_t n_stripes, float* x) {
    for (std::size_t k = n_stripes; k-- > 0;) {
        subtract_below(tiles, n_stripes, k, x);
        const float* diagonal = stripe_at(tiles, k) + k * tile_size;
        float* at = x + k * side;
        for (std::size_t r = side; r-- > 0;) {
            for (std::size_t q = r + 1; q < side; ++q) at[r] -= diagonal[r * side + q] * at[q];
            at[r] /= diagonal[r * side + r];
        }
    }
}

}  // namespace
extern const NormalKernels IMGMINE_TABLE(normal_kernels);
const NormalKernels IMGMINE_TABLE(normal_kernels) = {add_products, subtract_products, divide_tile,
                                                     forward, backward};

}  // namespace imgmine
