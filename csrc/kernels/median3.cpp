#include "kernels/median3.hpp"

#include <type_traits>

#include "kernels/simd_rank.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE NativeBytes load_keys(const std::uint8_t* p) {
    return load_native<NativeBytes>(p);
}
IMGMINE_INLINE void store_keys(std::uint8_t* p, NativeBytes keys) {
    store_native(p, keys);
}

/// Whole numbers that are in order where the floats are: -inf, ..., -0, 0, ..., inf, NaN.
IMGMINE_INLINE NativeInts load_keys(const float* p) {
    constexpr std::int32_t lowest = (std::int32_t)0x807fffff;  // of -inf; NaN with a sign is below
    const auto bits = load_native<NativeInts>(p);
    const NativeInts key = bits ^ (bits >> 31 & 0x7fffffff);
    return key ^ (NativeInts)(key < lowest);
}
IMGMINE_INLINE void store_keys(float* p, NativeInts keys) {
    store_native(p, keys ^ (keys >> 31 & 0x7fffffff));
}

#if defined(__AVX512VBMI__)
/// Values from `first` on of two registers.
IMGMINE_INLINE NativeBytes values_from(NativeBytes first, NativeBytes a, NativeBytes b) {
    return (NativeBytes)_mm512_permutex2var_epi8((__m512i)a, (__m512i)first, (__m512i)b);
}
IMGMINE_INLINE NativeInts values_from(NativeInts first, NativeInts a, NativeInts b) {
    return (NativeInts)_mm512_permutex2var_epi32((__m512i)a, (__m512i)first, (__m512i)b);
}
#endif

template <class V>
IMGMINE_INLINE V median_of(V a, V b, V c) {
    return higher(lower(a, b), lower(higher(a, b), c));
}

/// Median of three sorted columns: of the highest of the lowest, the median of the medians and the
/// lowest of the highest.
template <class V>
IMGMINE_INLINE V median_of_columns(const V* a, const V* b, const V* c) {
    return median_of(higher(higher(a[0], b[0]), c[0]), median_of(a[1], b[1], c[1]),
                     lower(lower(a[2], b[2]), c[2]));
}

/// Of four values each, sorts the upper three into columns[0] to [2] and the lower three into
/// columns[3] to [5]. The two share the order of the values in the middle.
template <class T, class V>
IMGMINE_INLINE void sort_columns(const T* const* rows, std::size_t i, V* columns) {
    V low = load_keys(rows[1] + i), high = load_keys(rows[2] + i);
    compare_exchange(low, high);
    IMGMINE_UNROLL
    for (int k = 0; k < 2; ++k) {
        const V x = load_keys(rows[3 * k] + i), rest = higher(low, x);
        columns[3 * k] = lower(low, x);
        columns[3 * k + 1] = lower(rest, high);
        columns[3 * k + 2] = higher(rest, high);
    }
}

template <class T, class V>
IMGMINE_INLINE void store_medians(const V* a, const V* b, const V* c, T* const* out,
                                  std::size_t i) {
    store_keys(out[1] + i, median_of_columns(a + 3, b + 3, c + 3));
    store_keys(out[0] + i, median_of_columns(a, b, c));
}

template <class T>
void median3(const T* const* rows, std::size_t channels, T* const* out, std::size_t n) {
    typedef decltype(load_keys(*rows)) V;
    constexpr std::size_t block = native_size / sizeof(T);
    const T* const in[] = {rows[0], rows[1], rows[2], rows[3]};
    T* const to[] = {out[0], out[1]};
    std::size_t i = 0;
#if defined(__AVX512VBMI__)
    // Columns are sorted once; those beside them are cut out of two registers.
    if (2 * channels <= block && n + 2 * channels >= 2 * block) {
        typedef std::remove_reference_t<decltype(V{}[0])> Index;
        V second, third, a[6], b[6], c[6], next[6];
        for (std::size_t k = 0; k < block; ++k) {
            second[k] = (Index)(k + channels);
            third[k] = (Index)(k + 2 * channels);
        }
        sort_columns(in, 0, a);
        for (; i + block <= n && i + 2 * block <= n + 2 * channels; i += block) {
            sort_columns(in, i + block, next);
            IMGMINE_UNROLL
            for (int k = 0; k < 6; ++k) {
                b[k] = values_from(second, a[k], next[k]);
                c[k] = values_from(third, a[k], next[k]);
            }
            store_medians(a, b, c, to, i);
            IMGMINE_UNROLL
            for (int k = 0; k < 6; ++k) a[k] = next[k];
        }
    }
#endif
    for (; i < n; i += block) {
        const std::size_t at = i + block <= n ? i : n - block;
        V a[6], b[6], c[6];
        sort_columns(in, at, a);
        sort_columns(in, at + channels, b);
        sort_columns(in, at + 2 * channels, c);
        store_medians(a, b, c, to, at);
    }
}

}  // namespace
extern const Median3Kernels IMGMINE_TABLE(median3_kernels);
const Median3Kernels IMGMINE_TABLE(median3_kernels) = {
    .u8 = median3<std::uint8_t>,
    .f32 = median3<float>,
};

}  // namespace imgmine
