#include "kernels/resample.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

#if defined(__AVX512F__)
/// The old values that a group reaches: 32 or 64 in registers, or in memory.
template <std::size_t reach>
struct Reached {
    __m512 part[reach / 16 + 1];
    const float* from;
    IMGMINE_INLINE explicit Reached(const float* in) : from(in) {
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < reach / 16; ++i) part[i] = _mm512_loadu_ps(in + 16 * i);
    }
    IMGMINE_INLINE Floats pick(const std::int32_t* index) const {
        const __m512i at = _mm512_load_si512(index);
        if (reach == 0) return {{(NativeFloats)_mm512_i32gather_ps(at, from, 4)}};
        const __m512 low = _mm512_permutex2var_ps(part[0], at, part[1]);
        if (reach == 32) return {{(NativeFloats)low}};
        const __m512 high = _mm512_permutex2var_ps(part[reach / 32], at, part[reach / 32 + 1]);
        const __mmask16 upper = _mm512_test_epi32_mask(at, _mm512_set1_epi32(32));
        return {{(NativeFloats)_mm512_mask_mov_ps(low, upper, high)}};
    }
};
#else
template <std::size_t reach>
struct Reached {
    const float* from;
    IMGMINE_INLINE explicit Reached(const float* in) : from(in) {}
    IMGMINE_INLINE Floats pick(const std::int32_t* index) const {
        float values[lanes];
        for (std::size_t i = 0; i < lanes; ++i) values[i] = from[index[i]];
        return load(values);
    }
};
#endif

template <std::size_t reach>
void pick_columns_f32(const float* in, const FloatTaps& taps, float* out) {
    const std::int32_t* index = taps.index;
    const float* weights = taps.weights;
    for (std::size_t g = 0; g < taps.n_groups; ++g, out += lanes) {
        const Reached<reach> from(in + taps.base[g]);
        const auto next = [&] {
            const Floats product = load(weights) * from.pick(index);
            weights += lanes, index += lanes;
            return product;
        };
        const auto next_block = [&](std::size_t n) {
            Floats sum = next();
            for (std::size_t k = 1; k < n; ++k) sum = sum + next();
            return sum;
        };
        if (taps.n_taps <= resample_block) {
            store(out, next_block(taps.n_taps));
            continue;
        }
        Doubles total = broadcast(0.0);
        for (std::size_t k = 0; k < taps.n_taps; k += resample_block) {
            float block[lanes];
            const std::size_t left = taps.n_taps - k;
            store(block, next_block(left < resample_block ? left : resample_block));
            total = total + load_doubles(block);
        }
        double sums[lanes];
        store(sums, total);
        for (std::size_t i = 0; i < lanes; ++i) out[i] = (float)sums[i];
    }
}

/// A new row of floats out of an old one.
void columns_f32(const float* in, const FloatTaps& taps, float* out) {
    if (taps.reach == 32)
        pick_columns_f32<32>(in, taps, out);
    else if (taps.reach == 64)
        pick_columns_f32<64>(in, taps, out);
    else
        pick_columns_f32<0>(in, taps, out);
}

/// out[i] = sum of weights[k] * rows[k][i]
void rows_f32(const float* const* rows, const float* weights, std::size_t n_rows, float* out,
              std::size_t n) {
    const auto sum_at = [&](std::size_t i, std::size_t first, std::size_t last, const auto& get) {
        Floats sum = broadcast(weights[first]) * get(rows[first] + i);
        for (std::size_t k = first + 1; k < last; ++k)
            sum = sum + broadcast(weights[k]) * get(rows[k] + i);
        return sum;
    };
    const auto total_at = [&](std::size_t i, float* to, const auto& get) {
        Doubles total = broadcast(0.0);
        for (std::size_t k = 0; k < n_rows; k += resample_block) {
            float block[lanes];
            const std::size_t end = k + resample_block;
            store(block, sum_at(i, k, end < n_rows ? end : n_rows, get));
            total = total + load_doubles(block);
        }
        double sums[lanes];
        store(sums, total);
        for (std::size_t j = 0; j < lanes; ++j) to[j] = (float)sums[j];
    };
    const auto at = [&](std::size_t i, float* to, const auto& get) {
        if (n_rows > resample_block)
            total_at(i, to, get);
        else
            store(to, sum_at(i, 0, n_rows, get));
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) at(i, out + i, [](const float* p) { return load(p); });
    if (i == n) return;
    float last[lanes];
    at(i, last, [&](const float* p) { return load_first(p, n - i); });
    copy_few(out + i, last, n - i);
}

}  // namespace
extern const ResampleKernels IMGMINE_TABLE(resample_kernels);
const ResampleKernels IMGMINE_TABLE(resample_kernels) = {
    .columns_f32 = columns_f32,
    .rows_f32 = rows_f32,
};

}  // namespace imgmine
