#include "kernels/covariance.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

// Sums that are worked on at once: so many rows of sixteen, as there are registers for.
#if defined(__AVX512F__)
constexpr std::size_t tile = 8;
#elif defined(__AVX__)
constexpr std::size_t tile = 2;
#else
constexpr std::size_t tile = 1;
#endif

/// total + a * b of doubles that hold floats: their product is exact, so that fused or not it is
/// rounded once, and the same on every level.
IMGMINE_INLINE NativeDoubles add_product(NativeDoubles total, NativeDoubles a, NativeDoubles b) {
#if defined(__AVX512F__)
    return (NativeDoubles)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)total);
#elif defined(__FMA__)
    return (NativeDoubles)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)total);
#elif defined(__aarch64__)
    return (NativeDoubles)vfmaq_f64((float64x2_t)total, (float64x2_t)a, (float64x2_t)b);
#else
    return total + a * b;
#endif
}

/// Writes rows less their mean, sixteen columns of all rows after the other, zeros behind the last.
IMGMINE_INLINE void center(const CenteredRows& rows, double* out) {
    for (std::size_t j = 0; j < rows.size; j += lanes) {
        const std::size_t n = rows.size - j;
        const Floats mean = n < lanes ? load_first(rows.mean + j, n) : load(rows.mean + j);
        for (std::size_t r = 0; r < rows.n; ++r, out += lanes) {
            const float* row = rows.data + r * rows.stride + j;
            alignas(64) float centered[lanes];
            store(centered, (n < lanes ? load_first(row, n) : load(row)) - mean);
            store(out, load_doubles(centered));
        }
    }
}

/// sums[i] += x[i] for the rows x, their mean not taken, in their order. sums has room for padded()
/// values.
void add_rows(const CenteredRows& rows, double* sums) {
    for (std::size_t j = 0; j < rows.size; j += lanes) {
        const std::size_t n = rows.size - j;
        const float* row = rows.data + j;
        Doubles total = load(sums + j);
        if (n < lanes)
            for (std::size_t r = 0; r < rows.n; ++r, row += rows.stride)
                total = total + load_first_doubles(row, n);
        else
            for (std::size_t r = 0; r < rows.n; ++r, row += rows.stride)
                total = total + load_doubles(row);
        store(sums + j, total);
    }
}

/// sums[i][j] += x[i] * x[j] for the rows x less their mean, of which there are at most
/// CenteredRows::most, in their order: for all j >= i, and for some that are less.
///
/// work has room for CenteredRows::most rows of padded() values.
void add_products(const CenteredRows& rows, double* work, double* sums) {
    center(rows, work);
    const std::size_t padded = rows.padded();
    for (std::size_t i = 0; i < padded; i += tile)
        for (std::size_t j = i / lanes * lanes; j < padded; j += lanes) {
            const double* left = work + i / lanes * lanes * rows.n + i % lanes;
            const double* right = work + j * rows.n;
            Doubles total[tile];
            IMGMINE_UNROLL
            for (std::size_t t = 0; t < tile; ++t) total[t] = load(sums + (i + t) * padded + j);
            for (std::size_t r = 0; r < rows.n; ++r, left += lanes, right += lanes) {
                const Doubles b = load(right);
                IMGMINE_UNROLL
                for (std::size_t t = 0; t < tile; ++t) {
                    const NativeDoubles a = left[t] - NativeDoubles{};
                    IMGMINE_UNROLL
                    for (std::size_t p = 0; p < double_parts; ++p)
                        total[t].part[p] = add_product(total[t].part[p], a, b.part[p]);
                }
            }
            IMGMINE_UNROLL
            for (std::size_t t = 0; t < tile; ++t) store(sums + (i + t) * padded + j, total[t]);
        }
}

/// Turns two rows of n values by the angle of the given sine and cosine.
void rotate(double* p, double* q, std::size_t n, double cosine, double sine) {
    const Doubles c = broadcast(cosine), s = broadcast(sine), minus_s = broadcast(-sine);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Doubles a = load(p + i), b = load(q + i);
        store(p + i, c * a + minus_s * b);
        store(q + i, s * a + c * b);
    }
    for (; i < n; ++i) {
        const double a = p[i], b = q[i];
        p[i] = cosine * a - sine * b;
        q[i] = sine * a + cosine * b;
    }
}

}  // namespace
extern const CovarianceKernels IMGMINE_TABLE(covariance_kernels);
const CovarianceKernels IMGMINE_TABLE(covariance_kernels) = {
    .add_rows = add_rows,
    .add_products = add_products,
    .rotate = rotate,
};

}  // namespace imgmine
