#include "kernels/image_error.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE NativeInts sums_of_squares(NativeSignedShorts x) {
#if defined(__AVX512BW__)
    return (NativeInts)_mm512_madd_epi16((__m512i)x, (__m512i)x);
#elif defined(__AVX2__)
    return (NativeInts)_mm256_madd_epi16((__m256i)x, (__m256i)x);
#elif defined(__x86_64__)
    return (NativeInts)_mm_madd_epi16((__m128i)x, (__m128i)x);
#else
    const int16x8_t v = (int16x8_t)x;
    return (NativeInts)vmlal_s16(vmull_s16(vget_low_s16(v), vget_low_s16(v)), vget_high_s16(v),
                                 vget_high_s16(v));
#endif
}

/// The sum of (a[i] - b[i])^2, exactly.
std::uint64_t squared_error_u8(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
    std::uint64_t total = 0;
    std::size_t i = 0;
    while (i + native_shorts <= n) {
        NativeInts sums = {};  // of at most 2^13 squares each
        for (std::size_t k = 0; k < 4096 && i + native_shorts <= n; ++k, i += native_shorts)
            sums += sums_of_squares((NativeSignedShorts)(load_shorts(a + i) - load_shorts(b + i)));
        for (std::size_t lane = 0; lane < native_ints; ++lane)
            total += (std::uint64_t)(std::uint32_t)sums[lane];
    }
    for (; i < n; ++i) {
        const int difference = a[i] - b[i];
        total += (std::uint64_t)(difference * difference);
    }
    return total;
}

IMGMINE_INLINE Doubles negative(Doubles v) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) v.part[i] = -v.part[i];
    return v;
}

/// The sum of (a[i] - b[i])^2 in double.
double squared_error_f32(const float* a, const float* b, std::size_t n) {
    Doubles total = broadcast(0.0);
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        const Doubles difference = load_doubles(a + i) + negative(load_doubles(b + i));
        total = total + difference * difference;
    }
    if (i < n) {
        const Doubles difference =
            load_first_doubles(a + i, n - i) + negative(load_first_doubles(b + i, n - i));
        total = total + difference * difference;
    }
    return sum(total);
}

template <class T>
IMGMINE_INLINE void moments_block(const WindowRows<T>& rows, std::size_t i, std::size_t n,
                                  const MomentRows& out) {
    Doubles sums[MomentRows::count];
    IMGMINE_UNROLL
    for (std::size_t m = 0; m < MomentRows::count; ++m) sums[m] = broadcast(0.0);
    for (std::size_t k = 0; k < rows.n_taps; ++k) {
        const T* const at_a = rows.a + i + k * rows.step;
        const T* const at_b = rows.b + i + k * rows.step;
        const Doubles a = n < lanes ? load_first_doubles(at_a, n) : load_doubles(at_a);
        const Doubles b = n < lanes ? load_first_doubles(at_b, n) : load_doubles(at_b);
        const Doubles weight = broadcast(rows.taps[k]);
        const Doubles weighted_a = weight * a, weighted_b = weight * b;
        sums[0] = sums[0] + weighted_a;
        sums[1] = sums[1] + weighted_b;
        sums[2] = sums[2] + weighted_a * a;
        sums[3] = sums[3] + weighted_b * b;
        sums[4] = sums[4] + weighted_a * b;
    }
    IMGMINE_UNROLL
    for (std::size_t m = 0; m < MomentRows::count; ++m)
        store(out.values + m * out.stride + i, sums[m]);
}

/// Windows that begin at each of the first n values of two rows. `out` has room for 16 more.
template <class T>
IMGMINE_INLINE void moments(const WindowRows<T>& rows, const MomentRows& out, std::size_t n) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) moments_block(rows, i, lanes, out);
    if (i < n) moments_block(rows, i, n - i, out);
}

void moments_u8(const WindowRows<std::uint8_t>& rows, const MomentRows& out, std::size_t n) {
    moments(rows, out, n);
}

void moments_f32(const WindowRows<float>& rows, const MomentRows& out, std::size_t n) {
    moments(rows, out, n);
}

IMGMINE_INLINE Doubles divide(Doubles a, const Doubles& b) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) a.part[i] /= b.part[i];
    return a;
}

/// The sum over n places of (2 mu_a mu_b + c1) (2 s_ab + c2) / ((mu_a^2 + mu_b^2 + c1)
/// (s_a^2 + s_b^2 + c2)), from the moments of n_taps rows, whose weighted sums they are.
double ssim(const MomentRows* rows, const double* taps, std::size_t n_taps, double c1, double c2,
            std::size_t n) {
    Doubles total = broadcast(0.0);
    const Doubles two = broadcast(2.0), minus = broadcast(-1.0);
    for (std::size_t i = 0; i < n; i += lanes) {
        Doubles m[MomentRows::count];
        IMGMINE_UNROLL
        for (std::size_t q = 0; q < MomentRows::count; ++q) {
            m[q] = broadcast(0.0);
            for (std::size_t k = 0; k < n_taps; ++k)
                m[q] = m[q] + broadcast(taps[k]) * load(rows[k].values + q * rows[k].stride + i);
        }
        const Doubles product = m[0] * m[1];
        const Doubles squares = m[0] * m[0] + m[1] * m[1];
        const Doubles covariance = m[4] + minus * product;
        const Doubles variances = m[2] + m[3] + minus * squares;
        const Doubles value =
            divide((two * product + broadcast(c1)) * (two * covariance + broadcast(c2)),
                   (squares + broadcast(c1)) * (variances + broadcast(c2)));
        if (i + lanes <= n) {
            total = total + value;
        } else {
            double values[lanes];
            store(values, value);
            total = total + load_first_doubles(values, n - i);
        }
    }
    return sum(total);
}

}  // namespace

extern const ImageErrorKernels IMGMINE_TABLE(image_error_kernels);
const ImageErrorKernels IMGMINE_TABLE(image_error_kernels) = {
    .squared_error_u8 = squared_error_u8,
    .squared_error_f32 = squared_error_f32,
    .moments_u8 = moments_u8,
    .moments_f32 = moments_f32,
    .ssim = ssim,
};

}  // namespace imgmine
