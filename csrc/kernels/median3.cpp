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
IMGMINE_INLINE NativeFloats values_from(NativeInts first, NativeFloats a, NativeFloats b) {
    return (NativeFloats)_mm512_permutex2var_ps((__m512)a, (__m512i)first, (__m512)b);
}

// Lower and higher floats where none is NaN or -0: keys are then not needed.
IMGMINE_INLINE NativeFloats lower(NativeFloats a, NativeFloats b) {
    return (NativeFloats)_mm512_min_ps((__m512)a, (__m512)b);
}
IMGMINE_INLINE NativeFloats higher(NativeFloats a, NativeFloats b) {
    return (NativeFloats)_mm512_max_ps((__m512)a, (__m512)b);
}

IMGMINE_INLINE NativeBytes load_plain(const std::uint8_t* p) {
    return load_native<NativeBytes>(p);
}
IMGMINE_INLINE NativeFloats load_plain(const float* p) {
    return load_native<NativeFloats>(p);
}
IMGMINE_INLINE bool need_keys(const NativeBytes*) {
    return false;
}
IMGMINE_INLINE bool need_keys(const NativeFloats* v) {
    constexpr int nan_or_negative_zero = 0x85;
    unsigned found = 0;
    IMGMINE_UNROLL
    for (int k = 0; k < 4; ++k) found |= _mm512_fpclass_ps_mask((__m512)v[k], nan_or_negative_zero);
    return found;
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
template <class V>
IMGMINE_INLINE void sort_columns(const V* values, V* columns) {
    const V low = lower(values[1], values[2]), high = higher(values[1], values[2]);
    IMGMINE_UNROLL
    for (int k = 0; k < 2; ++k) {
        const V x = values[3 * k], rest = higher(low, x);
        columns[3 * k] = lower(low, x);
        columns[3 * k + 1] = lower(rest, high);
        columns[3 * k + 2] = higher(rest, high);
    }
}

/// A register of medians for each row, of whatever values.
template <class T>
IMGMINE_INLINE void one_block(const T* const* rows, std::size_t channels, T* const* out,
                              std::size_t i) {
    typedef decltype(load_keys(*rows)) V;
    V columns[3][6];
    IMGMINE_UNROLL
    for (std::size_t x = 0; x < 3; ++x) {
        V values[4];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) values[k] = load_keys(rows[k] + i + x * channels);
        sort_columns(values, columns[x]);
    }
    store_keys(out[1] + i, median_of_columns(columns[0] + 3, columns[1] + 3, columns[2] + 3));
    store_keys(out[0] + i, median_of_columns(columns[0], columns[1], columns[2]));
}

#if defined(__AVX512VBMI__)
/// Whole blocks, as far as they can be read: columns are sorted once, those beside them are cut out
/// of two registers. Returns how many values are done.
template <class T>
IMGMINE_INLINE std::size_t stream_blocks(const T* const* rows, std::size_t channels, T* const* out,
                                         std::size_t n) {
    typedef decltype(load_plain(*rows)) V;
    typedef typename RegisterOf<std::conditional_t<std::is_same_v<T, float>, std::int32_t, T>>::type
        Places;
    typedef std::remove_reference_t<decltype(Places{}[0])> Place;
    constexpr std::size_t block = native_size / sizeof(T);
    if (2 * channels > block || n + 2 * channels < 2 * block) return 0;
    Places second, third;
    for (std::size_t k = 0; k < block; ++k) {
        second[k] = (Place)(k + channels);
        third[k] = (Place)(k + 2 * channels);
    }
    const auto sort_at = [&](std::size_t i, V* columns) __attribute__((always_inline)) {
        V values[4];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) values[k] = load_plain(rows[k] + i);
        sort_columns(values, columns);
        return need_keys(values);
    };
    V a[6], b[6], c[6], next[6];
    bool special = sort_at(0, a);
    std::size_t i = 0;
    for (; i + block <= n && i + 2 * block <= n + 2 * channels; i += block) {
        const bool next_special = sort_at(i + block, next);
        IMGMINE_UNROLL
        for (int k = 0; k < 6; ++k) {
            b[k] = values_from(second, a[k], next[k]);
            c[k] = values_from(third, a[k], next[k]);
        }
        if (__builtin_expect(special | next_special, false)) {
            one_block(rows, channels, out, i);
        } else {
            store_native(out[1] + i, median_of_columns(a + 3, b + 3, c + 3));
            store_native(out[0] + i, median_of_columns(a, b, c));
        }
        IMGMINE_UNROLL
        for (int k = 0; k < 6; ++k) a[k] = next[k];
        special = next_special;
    }
    return i;
}
#endif

template <class T>
void median3(const T* const* rows, std::size_t channels, T* const* out, std::size_t n) {
    constexpr std::size_t block = native_size / sizeof(T);
    const T* const in[] = {rows[0], rows[1], rows[2], rows[3]};
    T* const to[] = {out[0], out[1]};
    std::size_t i = 0;
#if defined(__AVX512VBMI__)
    i = stream_blocks(in, channels, to, n);
#endif
    for (; i < n; i += block) one_block(in, channels, to, i + block <= n ? i : n - block);
}

}  // namespace
extern const Median3Kernels IMGMINE_TABLE(median3_kernels);
const Median3Kernels IMGMINE_TABLE(median3_kernels) = {
    .u8 = median3<std::uint8_t>,
    .f32 = median3<float>,
};

}  // namespace imgmine
