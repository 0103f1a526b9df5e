#include "kernels/distance.hpp"

#include "kernels/simd.hpp"
#include "kernels/simd_fold.hpp"

namespace imgmine {
namespace {

// What each measure adds to its 16 sums for 16 values of either vector. Zeros on both sides, as
// behind the end of a vector, add nothing.
struct DotStep {
    static IMGMINE_INLINE Floats add(const Floats& a, const Floats& b, const Floats& total) {
        return fma(a, b, total);
    }
};
struct SquaredL2Step {
    static IMGMINE_INLINE Floats add(const Floats& a, const Floats& b, const Floats& total) {
        const Floats d = a - b;
        return fma(d, d, total);
    }
};
struct L1Step {
    static IMGMINE_INLINE Floats add(const Floats& a, const Floats& b, const Floats& total) {
        Floats d = a - b;
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < parts; ++i) {
            typedef std::int32_t Ints __attribute__((vector_size(sizeof(NativeFloats))));
            d.part[i] = (NativeFloats)((Ints)d.part[i] & 0x7fffffff);
        }
        return total + d;
    }
};
struct IntersectionStep {
    static IMGMINE_INLINE Floats add(const Floats& a, const Floats& b, Floats total) {
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < parts; ++i)
            total.part[i] += a.part[i] < b.part[i] ? a.part[i] : b.part[i];
        return total;
    }
};
struct Chi2Step {
    static IMGMINE_INLINE Floats add(const Floats& a, const Floats& b, Floats total) {
        const Floats d = a - b, s = a + b;
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < parts; ++i) {
            const NativeFloats zero = {};
            const NativeFloats term = d.part[i] * d.part[i] / s.part[i];
            total.part[i] += s.part[i] == zero ? zero : term;
        }
        return total;
    }
};

// Rows of either side that are worked on at once: as many sums as there are registers for.
#if defined(__AVX512F__)
constexpr std::size_t tile = 4;
#elif defined(__aarch64__)
constexpr std::size_t tile = 2;
#else
constexpr std::size_t tile = 2;
#endif

template <class Step, std::size_t n_a, std::size_t n_b>
IMGMINE_INLINE void compare_tile(const float* a, std::size_t a_stride, const float* b,
                                 std::size_t b_stride, std::size_t n, float* out,
                                 std::size_t out_stride) {
    Floats total[n_a][n_b];
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_a; ++i) IMGMINE_UNROLL
    for (std::size_t j = 0; j < n_b; ++j) total[i][j] = broadcast(0.0f);
    std::size_t k = 0;
    for (; k + lanes <= n; k += lanes) {
        Floats values[n_b];
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_b; ++j) {
            values[j] = load(b + j * b_stride + k);
            // A row of the next tile: rows that are read side by side look like no stream.
            if (n_a == 1) __builtin_prefetch(b + (j + 2 * n_b) * b_stride + k);
        }
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < n_a; ++i) {
            const Floats value = load(a + i * a_stride + k);
            IMGMINE_UNROLL
            for (std::size_t j = 0; j < n_b; ++j)
                total[i][j] = Step::add(value, values[j], total[i][j]);
        }
    }
    if (k < n) {
        Floats values[n_b];
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_b; ++j) values[j] = load_first(b + j * b_stride + k, n - k);
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < n_a; ++i) {
            const Floats value = load_first(a + i * a_stride + k, n - k);
            IMGMINE_UNROLL
            for (std::size_t j = 0; j < n_b; ++j)
                total[i][j] = Step::add(value, values[j], total[i][j]);
        }
    }
#if defined(__AVX512F__)
    if constexpr (n_a * n_b == 16) {
        __m512 all[16];
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < 16; ++i) all[i] = (__m512)total[i / n_b][i % n_b].part[0];
        float sums[16];
        _mm512_storeu_ps(sums, fold16<AddFloats>(all));
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < n_a; ++i)
            std::memcpy(out + i * out_stride, sums + i * n_b, n_b * sizeof(float));
        return;
    }
#endif
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < n_a; ++i) IMGMINE_UNROLL
    for (std::size_t j = 0; j < n_b; ++j) out[i * out_stride + j] = sum(total[i][j]);
}

/// out[i][j] = the measure of rows a[i] and b[j]. Each result is the same whatever the tile it fell
/// into.
template <class Step>
IMGMINE_INLINE void compare(const float* a, std::size_t n_a, std::size_t a_stride, const float* b,
                            std::size_t n_b, std::size_t b_stride, std::size_t n, float* out,
                            std::size_t out_stride) {
    std::size_t i = 0;
    for (; i + tile <= n_a; i += tile) {
        std::size_t j = 0;
        for (; j + tile <= n_b; j += tile)
            compare_tile<Step, tile, tile>(a + i * a_stride, a_stride, b + j * b_stride, b_stride,
                                           n, out + i * out_stride + j, out_stride);
        for (; j < n_b; ++j)
            compare_tile<Step, tile, 1>(a + i * a_stride, a_stride, b + j * b_stride, b_stride, n,
                                        out + i * out_stride + j, out_stride);
    }
    for (; i < n_a; ++i) {
        std::size_t j = 0;
#if defined(__AVX512F__)
        for (; j + 16 <= n_b; j += 16)
            compare_tile<Step, 1, 16>(a + i * a_stride, a_stride, b + j * b_stride, b_stride, n,
                                      out + i * out_stride + j, out_stride);
#endif
        for (; j + 4 <= n_b; j += 4)
            compare_tile<Step, 1, 4>(a + i * a_stride, a_stride, b + j * b_stride, b_stride, n,
                                     out + i * out_stride + j, out_stride);
        for (; j < n_b; ++j)
            compare_tile<Step, 1, 1>(a + i * a_stride, a_stride, b + j * b_stride, b_stride, n,
                                     out + i * out_stride + j, out_stride);
    }
}

#define IMGMINE_COMPARE(name, Step)                                                  \
    void name(const float* a, std::size_t n_a, std::size_t a_stride, const float* b, \
              std::size_t n_b, std::size_t b_stride, std::size_t n, float* out,      \
              std::size_t out_stride) {                                              \
        compare<Step>(a, n_a, a_stride, b, n_b, b_stride, n, out, out_stride);       \
    }

IMGMINE_COMPARE(dots, DotStep)
IMGMINE_COMPARE(squared_l2s, SquaredL2Step)
IMGMINE_COMPARE(l1s, L1Step)
IMGMINE_COMPARE(intersections, IntersectionStep)
IMGMINE_COMPARE(chi2s, Chi2Step)
#undef IMGMINE_COMPARE

/// Number of bits in which a and b differ.
std::uint64_t hamming(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
    std::uint64_t total = 0;
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        std::uint64_t x, y;
        std::memcpy(&x, a + i, 8);
        std::memcpy(&y, b + i, 8);
        total += (std::uint64_t)__builtin_popcountll(x ^ y);
    }
    for (; i < n; ++i) total += (std::uint64_t)__builtin_popcount((unsigned)(a[i] ^ b[i]));
    return total;
}

float sum_f32(const float* a, std::size_t n) {
    Floats total = broadcast(0.0f);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) total = total + load(a + i);
    if (i < n) total = total + load_first(a + i, n - i);
    return sum(total);
}

}  // namespace
extern const DistanceKernels IMGMINE_TABLE(distance_kernels);
const DistanceKernels IMGMINE_TABLE(distance_kernels) = {
    .dots = dots,
    .squared_l2s = squared_l2s,
    .l1s = l1s,
    .intersections = intersections,
    .chi2s = chi2s,
    .hamming = hamming,
    .sum_f32 = sum_f32,
};

}  // namespace imgmine
