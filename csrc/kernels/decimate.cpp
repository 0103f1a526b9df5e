#include "kernels/decimate.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

/// out[i] = sum over k of weights[k] * rows[k][i], k rising.
void weighted_sum_u8_f32(const std::uint8_t* const* rows, const float* weights, std::size_t n_rows,
                         float* out, std::size_t n) {
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        Floats total = broadcast(0.0f);
        for (std::size_t k = 0; k < n_rows; ++k)
            total = total + broadcast(weights[k]) * load_floats(rows[k] + i);
        store(out + i, total);
    };
    if (in_blocks<lanes>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        float total = 0;
        for (std::size_t k = 0; k < n_rows; ++k) total += weights[k] * (float)rows[k][i];
        out[i] = total;
    }
}

/// out[k] = scale * the sum of in around k * factor with weights that fall from `factor` to 0 at
/// the neighbours of k: each block of `factor` values belongs to the points at both of its ends.
/// `in` starts `factor` pixels before the first point. n pixels.
void decimate(const float* in, std::size_t factor, std::size_t channels, float scale, float* out,
              std::size_t n) {
    for (std::size_t c = 0; c < channels; ++c) {
        float before = 0;
        for (std::size_t k = 0; k <= n; ++k) {
            const float* block = in + k * factor * channels + c;
            float rising = 0, falling = 0, weight = 0;
            for (std::size_t r = 0; r < factor; ++r, block += channels, weight += 1) {
                rising += weight * *block;
                falling += ((float)factor - weight) * *block;
            }
            if (k) out[(k - 1) * channels + c] = (before + falling) * scale;
            before = rising;
        }
    }
}

IMGMINE_INLINE Floats expand(const float* coarse, const Between& between, std::size_t i) {
    Floats a, b;
    const std::int32_t* const first = between.first + i;
#if defined(__AVX512F__)
    const std::int32_t base = between.base[i / lanes];
    const __m512i index = _mm512_loadu_si512(first);
    if (base >= 0) {
        const __m512i from = _mm512_sub_epi32(index, _mm512_set1_epi32(base));
        const float* const p = coarse + base;
        a.part[0] = (NativeFloats)_mm512_permutexvar_ps(from, _mm512_loadu_ps(p));
        b.part[0] = (NativeFloats)_mm512_permutexvar_ps(from, _mm512_loadu_ps(p + between.step));
    } else {
        a.part[0] = (NativeFloats)_mm512_i32gather_ps(index, coarse, 4);
        b.part[0] = (NativeFloats)_mm512_i32gather_ps(index, coarse + between.step, 4);
    }
#elif defined(__AVX2__)
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < parts; ++k) {
        const auto index = load_native<__m256i>(first + k * native_lanes);
        a.part[k] = (NativeFloats)_mm256_i32gather_ps(coarse, index, 4);
        b.part[k] = (NativeFloats)_mm256_i32gather_ps(coarse + between.step, index, 4);
    }
#else
    float values[2][lanes];
    for (std::size_t k = 0; k < lanes; ++k) {
        values[0][k] = coarse[first[k]];
        values[1][k] = coarse[(std::size_t)first[k] + between.step];
    }
    a = load(values[0]);
    b = load(values[1]);
#endif
    return a + load(between.fraction + i) * (b - a);
}

/// out[i] = what lies between two coarse values, on a straight line. `coarse` ends with room for a
/// register; `between` is made for n rounded up to 16.
void expand_u8(const float* coarse, const Between& between, std::uint8_t* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store_bytes_rounded(out + i, expand(coarse, between, i));
    if (i < n) {
        std::uint8_t rest[lanes];
        store_bytes_rounded(rest, expand(coarse, between, i));
        copy_few(out + i, rest, n - i);
    }
}

void expand_f32(const float* coarse, const Between& between, float* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) store(out + i, expand(coarse, between, i));
    if (i < n) store_first(out + i, expand(coarse, between, i), n - i);
}

}  // namespace
extern const DecimateKernels IMGMINE_TABLE(decimate_kernels);
const DecimateKernels IMGMINE_TABLE(decimate_kernels) = {
    .weighted_sum_u8_f32 = weighted_sum_u8_f32,
    .decimate = decimate,
    .expand_u8 = expand_u8,
    .expand_f32 = expand_f32,
};

}  // namespace imgmine
