#include "kernels/nl_means.hpp"

#include "kernels/simd_math.hpp"

namespace imgmine {
namespace {

/// Weights of less than a thousandth are not counted: the power of two that is one.
constexpr float nothing = -9.965784f;

IMGMINE_INLINE NativeInts square(NativeInts x) {  // |x| < 256
#if defined(__AVX512BW__)
    return (NativeInts)_mm512_madd_epi16((__m512i)x, (__m512i)x);
#elif defined(__AVX2__)
    return (NativeInts)_mm256_madd_epi16((__m256i)x, (__m256i)x);
#elif defined(__x86_64__)
    return (NativeInts)_mm_madd_epi16((__m128i)x, (__m128i)x);
#else
    return x * x;
#endif
}

IMGMINE_INLINE NativeInts squared_difference(const RowPair<std::uint8_t>& rows, std::size_t i) {
    const NativeInts difference = load_ints(rows.a + i) - load_ints(rows.b + i);
#if defined(__x86_64__)
    return square(difference & 0xffff);
#else
    return square(difference);
#endif
}

/// columns[i] += (in.a[i] - in.b[i])^2 - (out.a[i] - out.b[i])^2.
void move_down_u8(const RowPair<std::uint8_t>& in, const RowPair<std::uint8_t>& out,
                  std::int32_t* columns, std::size_t n) {
    for (std::size_t i = 0; i < n; i += native_ints)
        store_native(columns + i, load_native<NativeInts>(columns + i) + squared_difference(in, i) -
                                      squared_difference(out, i));
}

/// columns[i] += (a[i] - b[i])^2.
void add_squares_f32(const RowPair<float>& rows, float* columns, std::size_t n) {
    for (std::size_t i = 0; i < n; i += lanes) {
        const Floats difference = load(rows.a + i) - load(rows.b + i);
        store(columns + i, load(columns + i) + difference * difference);
    }
}

/// Sixteen sums over `patch_size` columns.
template <std::size_t fixed_size>
IMGMINE_INLINE Floats patch_sums(const std::int32_t* columns, std::size_t patch_size) {
    Floats sums;
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < parts; ++u) {
        NativeInts total = load_native<NativeInts>(columns + u * native_ints);
        for (std::size_t k = 1; k < (fixed_size ? fixed_size : patch_size); ++k)
            total += load_native<NativeInts>(columns + u * native_ints + k);
        sums.part[u] = __builtin_convertvector(total, NativeFloats);
    }
    return sums;
}

template <std::size_t fixed_size>
IMGMINE_INLINE Floats patch_sums(const float* columns, std::size_t patch_size) {
    Floats sums = load(columns);
    for (std::size_t k = 1; k < (fixed_size ? fixed_size : patch_size); ++k)
        sums = sums + load(columns + k);
    return sums;
}

template <std::size_t fixed_size, class T, class Sum>
IMGMINE_INLINE void add_patches(const NlMeansAddition<T, Sum>& addition, std::size_t n) {
    const Floats factor = broadcast(addition.factor);
    for (std::size_t i = 0; i < n; i += lanes) {
        const Floats power =
            patch_sums<fixed_size>(addition.columns + i, addition.patch_size) * factor;
        Floats weight = exp2_not_positive(max(power, broadcast(nothing)));
        Floats counts;
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < parts; ++u) {
            counts.part[u] = (NativeFloats)(power.part[u] > nothing);  // not for a NaN
            weight.part[u] =
                (NativeFloats)((NativeInts)weight.part[u] & (NativeInts)counts.part[u]);
        }
        store(addition.weights + i, load(addition.weights + i) + weight);
        for (std::size_t c = 0; c < addition.channels; ++c) {
            Floats value = load_floats(addition.values[c] + i);
            if constexpr (sizeof(T) == sizeof(float)) {
                IMGMINE_UNROLL
                for (std::size_t u = 0; u < parts; ++u)
                    value.part[u] =
                        (NativeFloats)((NativeInts)value.part[u] & (NativeInts)counts.part[u]);
            }
            store(addition.means[c] + i, load(addition.means[c] + i) + weight * value);
        }
    }
}

template <class T, class Sum>
IMGMINE_INLINE void add_any(const NlMeansAddition<T, Sum>& addition, std::size_t n) {
    switch (addition.patch_size) {
        case 3:
            return add_patches<3>(addition, n);
        case 5:
            return add_patches<5>(addition, n);
        case 7:
            return add_patches<7>(addition, n);
        default:
            return add_patches<0>(addition, n);
    }
}

void add_u8(const NlMeansAddition<std::uint8_t, std::int32_t>& addition, std::size_t n) {
    add_any(addition, n);
}

void add_f32(const NlMeansAddition<float, float>& addition, std::size_t n) {
    add_any(addition, n);
}

}  // namespace

extern const NlMeansKernels IMGMINE_TABLE(nl_means_kernels);
const NlMeansKernels IMGMINE_TABLE(nl_means_kernels) = {
    .move_down_u8 = move_down_u8,
    .add_squares_f32 = add_squares_f32,
    .add_u8 = add_u8,
    .add_f32 = add_f32,
};

}  // namespace imgmine
