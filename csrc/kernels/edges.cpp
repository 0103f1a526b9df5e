#include "kernels/edges.hpp"

#include "kernels/simd_lengths.hpp"
#include "kernels/simd_results.hpp"

namespace imgmine {
namespace {

// A register of derivatives: of uint8 rows in 16 bits, where all sums are exact (at most 16 * 255),
// of float32 rows in floats.
template <class T>
struct Lane;
template <>
struct Lane<std::uint8_t> {
    typedef NativeSignedShorts V;
    typedef short Scalar;
    static constexpr std::size_t size = native_shorts;
    static IMGMINE_INLINE V load(const std::uint8_t* p) { return (V)load_shorts(p); }
};
template <>
struct Lane<float> {
    typedef NativeFloats V;
    typedef float Scalar;
    static constexpr std::size_t size = native_lanes;
    static IMGMINE_INLINE V load(const float* p) { return load_native<V>(p); }
};

template <Operator which>
struct Weights {
    static constexpr short side = which == Operator::scharr ? 3 : 1;
    static constexpr short middle = which == Operator::scharr  ? 10
                                    : which == Operator::sobel ? 2
                                                               : 1;
};

/// The derivative along a row (Combine::first) or down the columns, V being a register or a value.
template <class V, Operator which, class Load>
IMGMINE_INLINE V along_row(const Load& load) {
    constexpr auto side = Weights<which>::side, middle = Weights<which>::middle;
    const V ends = (load(0, 1) - load(0, -1)) + (load(2, 1) - load(2, -1));
    const V center = load(1, 1) - load(1, -1);
    return (V)(ends * side + center * middle);
}

template <class V, Operator which, class Load>
IMGMINE_INLINE V down_columns(const Load& load) {
    constexpr auto side = Weights<which>::side, middle = Weights<which>::middle;
    const V ends = (load(2, -1) - load(0, -1)) + (load(2, 1) - load(0, 1));
    const V center = load(2, 0) - load(0, 0);
    return (V)(ends * side + center * middle);
}

/// x as two registers of 32-bit floats; exact.
struct FloatPair {
    NativeFloats low, high;
};

#if defined(__AVX2__)
/// Puts the halves in order that unpacking within lanes of 128 bits has left mixed.
IMGMINE_INLINE FloatPair in_order(NativeFloats low, NativeFloats high) {
#if defined(__AVX512BW__)
    const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
    const __m512i second =
        _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
    return {(NativeFloats)_mm512_permutex2var_ps((__m512)low, first, (__m512)high),
            (NativeFloats)_mm512_permutex2var_ps((__m512)low, second, (__m512)high)};
#else
    return {(NativeFloats)_mm256_permute2f128_ps((__m256)low, (__m256)high, 0x20),
            (NativeFloats)_mm256_permute2f128_ps((__m256)low, (__m256)high, 0x31)};
#endif
}
#endif

/// sqrt(x^2 + y^2) of 16-bit numbers whose squares' sum fits 31 bits.
IMGMINE_INLINE FloatPair magnitude(NativeSignedShorts x, NativeSignedShorts y) {
#if defined(__AVX512BW__)
    const __m512i a = _mm512_unpacklo_epi16((__m512i)x, (__m512i)y);
    const __m512i b = _mm512_unpackhi_epi16((__m512i)x, (__m512i)y);
    return in_order(root(to_floats((NativeInts)_mm512_madd_epi16(a, a))),
                    root(to_floats((NativeInts)_mm512_madd_epi16(b, b))));
#elif defined(__AVX2__)
    const __m256i a = _mm256_unpacklo_epi16((__m256i)x, (__m256i)y);
    const __m256i b = _mm256_unpackhi_epi16((__m256i)x, (__m256i)y);
    return in_order(root(to_floats((NativeInts)_mm256_madd_epi16(a, a))),
                    root(to_floats((NativeInts)_mm256_madd_epi16(b, b))));
#elif defined(__x86_64__)
    const __m128i a = _mm_unpacklo_epi16((__m128i)x, (__m128i)y);
    const __m128i b = _mm_unpackhi_epi16((__m128i)x, (__m128i)y);
    return {root(to_floats((NativeInts)_mm_madd_epi16(a, a))),
            root(to_floats((NativeInts)_mm_madd_epi16(b, b)))};
#else
    const int16x8_t a = (int16x8_t)x, b = (int16x8_t)y;
    const int16x4_t al = vget_low_s16(a), bl = vget_low_s16(b);
    const int16x4_t ah = vget_high_s16(a), bh = vget_high_s16(b);
    return {root(to_floats((NativeInts)vmlal_s16(vmull_s16(al, al), bl, bl))),
            root(to_floats((NativeInts)vmlal_s16(vmull_s16(ah, ah), bh, bh)))};
#endif
}

IMGMINE_INLINE float magnitude(short x, short y) {
    return root((float)(x * x + y * y));
}

IMGMINE_INLINE void put(std::int16_t* out, NativeSignedShorts v) {
    store_native(out, v);
}
IMGMINE_INLINE void put(float* out, NativeFloats v) {
    store_native(out, v);
}
IMGMINE_INLINE void put(float* out, const FloatPair& v) {
    store_native(out, v.low);
    store_native(out + native_lanes, v.high);
}
IMGMINE_INLINE void put(float* out, NativeSignedShorts v) {
    const std::int16_t* p = (const std::int16_t*)&v;
    store_native(out, to_floats(load_ints(p)));
    store_native(out + native_ints, to_floats(load_ints(p + native_ints)));
}
IMGMINE_INLINE void put(std::uint8_t* out, const FloatPair& v) {
    float values[native_shorts < lanes ? lanes : native_shorts];
    put(values, v);
    if constexpr (native_shorts < lanes) {
        for (std::size_t i = 0; i < native_shorts; ++i) out[i] = byte_of(values[i]);
    } else {
        for (std::size_t i = 0; i < native_shorts; i += lanes)
            store_bytes_rounded(out + i, load(values + i));
    }
}
IMGMINE_INLINE void put_one(std::int16_t* out, short x) {
    *out = x;
}
IMGMINE_INLINE void put_one(float* out, float x) {
    *out = x;
}
IMGMINE_INLINE void put_one(std::uint8_t* out, float x) {
    *out = byte_of(x);
}

/// out[i] = body of the 3x3 neighbourhood of value i, where body sees registers or single values.
template <class T, class Out, class Body>
IMGMINE_INLINE void slide(const T* const* rows, std::size_t step, Out* out, std::size_t n,
                          const Body& body) {
    using V = typename Lane<T>::V;
    using Scalar = typename Lane<T>::Scalar;
    const std::ptrdiff_t shift = (std::ptrdiff_t)step;
    const T* const r[] = {rows[0], rows[1], rows[2]};
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        const auto load = [&](int row, int column) __attribute__((always_inline)) {
            return Lane<T>::load(r[row] + (std::ptrdiff_t)i + column * shift);
        };
        put(out + i, body(V{}, load));
    };
    if (in_blocks<Lane<T>::size>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        const auto load = [&](int row, int column) {
            return (Scalar)r[row][(std::ptrdiff_t)i + column * shift];
        };
        put_one(out + i, body(Scalar{}, load));
    }
}

template <Operator which, class T, class Out>
IMGMINE_INLINE void gradient_of(const T* const* rows, std::size_t step, Combine combine, Out* out,
                                std::size_t n) {
    if constexpr (!std::is_same_v<Out, std::uint8_t>) {
        if (combine == Combine::first)
            return slide(rows, step, out, n,
                         [](auto v, const auto& load) __attribute__((always_inline)) {
                             return along_row<decltype(v), which>(load);
                         });
        if (combine == Combine::second)
            return slide(rows, step, out, n,
                         [](auto v, const auto& load) __attribute__((always_inline)) {
                             return down_columns<decltype(v), which>(load);
                         });
    }
    if constexpr (!std::is_same_v<Out, std::int16_t>)
        slide(rows, step, out, n, [](auto v, const auto& load) __attribute__((always_inline)) {
            return magnitude(along_row<decltype(v), which>(load),
                             down_columns<decltype(v), which>(load));
        });
}

/// The derivative of each value along its row or down its column, or the length of both. 16-bit
/// output is exact and has no length, 8-bit output (rounded, saturated) has only that.
template <class T, class Out>
void gradient(const T* const* rows, std::size_t step, Operator which, Combine combine, Out* out,
              std::size_t n) {
    switch (which) {
        case Operator::sobel:
            return gradient_of<Operator::sobel>(rows, step, combine, out, n);
        case Operator::scharr:
            return gradient_of<Operator::scharr>(rows, step, combine, out, n);
        case Operator::prewitt:
            return gradient_of<Operator::prewitt>(rows, step, combine, out, n);
    }
}

/// The sum of the 4 neighbours less 4 times the value, or, with corners, twice the sum of the 4
/// diagonal ones less 8 times the value.
template <class T, class Out>
void laplacian(const T* const* rows, std::size_t step, bool corners, Out* out, std::size_t n) {
    if (corners)
        slide(rows, step, out, n, [](auto v, const auto& load) __attribute__((always_inline)) {
            using V = decltype(v);
            const V sum = (load(0, -1) + load(0, 1)) + (load(2, -1) + load(2, 1));
            return (V)((sum - load(1, 0) * (short)4) * (short)2);
        });
    else
        slide(rows, step, out, n, [](auto v, const auto& load) __attribute__((always_inline)) {
            using V = decltype(v);
            const V sum = (load(0, 0) + load(2, 0)) + (load(1, -1) + load(1, 1));
            return (V)(sum - load(1, 0) * (short)4);
        });
}

}  // namespace
extern const EdgeKernels IMGMINE_TABLE(edge_kernels);
const EdgeKernels IMGMINE_TABLE(edge_kernels) = {
    .gradient_u8_i16 = gradient<std::uint8_t, std::int16_t>,
    .gradient_u8_f32 = gradient<std::uint8_t, float>,
    .gradient_u8_u8 = gradient<std::uint8_t, std::uint8_t>,
    .gradient_f32 = gradient<float, float>,
    .laplacian_u8_i16 = laplacian<std::uint8_t, std::int16_t>,
    .laplacian_u8_f32 = laplacian<std::uint8_t, float>,
    .laplacian_f32 = laplacian<float, float>,
};

}  // namespace imgmine
