#include "kernels/edges.hpp"

#include "kernels/simd_integers.hpp"

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

IMGMINE_INLINE NativeFloats root(NativeFloats v) {
#if defined(__AVX512F__)
    return (NativeFloats)_mm512_sqrt_ps((__m512)v);
#elif defined(__AVX__)
    return (NativeFloats)_mm256_sqrt_ps((__m256)v);
#elif defined(__x86_64__)
    return (NativeFloats)_mm_sqrt_ps((__m128)v);
#else
    return (NativeFloats)vsqrtq_f32((float32x4_t)v);
#endif
}

IMGMINE_INLINE float root(float x) {
    return __builtin_sqrtf(x);
}

IMGMINE_INLINE NativeFloats to_floats(NativeInts v) {
#if defined(__AVX512F__)
    return (NativeFloats)_mm512_cvtepi32_ps((__m512i)v);
#elif defined(__AVX2__)
    return (NativeFloats)_mm256_cvtepi32_ps((__m256i)v);
#elif defined(__x86_64__)
    return (NativeFloats)_mm_cvtepi32_ps((__m128i)v);
#else
    return (NativeFloats)vcvtq_f32_s32((int32x4_t)v);
#endif
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

IMGMINE_INLINE NativeFloats magnitude(NativeFloats x, NativeFloats y) {
    return root(x * x + y * y);
}
IMGMINE_INLINE float magnitude(short x, short y) {
    return root((float)(x * x + y * y));
}
IMGMINE_INLINE float magnitude(float x, float y) {
    return root(x * x + y * y);
}

IMGMINE_INLINE std::uint8_t byte_of(float x) {  // NaN gives 0
    const float clamped = x > 0.0f ? (x < 255.0f ? x : 255.0f) : 0.0f;
    return (std::uint8_t)__builtin_rintf(clamped);
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

/// Taps of a symmetric or antisymmetric kernel: those of its upper half, and the middle one.
template <std::size_t n_taps, bool odd>
struct Half {
    static constexpr std::size_t half = n_taps / 2;
    float tap[half + 1];

    explicit Half(const float* taps) { std::memcpy(tap, taps + half, sizeof tap); }

    /// The weighted sum of load(0), load(1), ...
    template <class Load>
    IMGMINE_INLINE auto operator()(const Load& load) const {
        const auto pair = [&](std::size_t k) __attribute__((always_inline)) {
            return odd ? load(half + k) - load(half - k) : load(half + k) + load(half - k);
        };
        auto sum = pair(1) * tap[1];
        if (!odd) sum = sum + load(half) * tap[0];
        IMGMINE_UNROLL
        for (std::size_t k = 2; k <= half; ++k) sum = sum + pair(k) * tap[k];
        return sum;
    }
};

/// Calls body(i, V{}) for positions that cover [0, n), V being a register or a single float.
template <class Body>
IMGMINE_INLINE void over_floats(std::size_t n, const Body& body) {
    const auto block = [&](std::size_t i)
                           __attribute__((always_inline)) { body(i, NativeFloats{}); };
    if (in_blocks<native_lanes>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) body(i, float{});
}

template <std::size_t n_taps, bool odd>
void row_pair_of(const float* in, std::size_t step, const PairTaps& taps, Combine combine,
                 float* out_first, float* out_second, std::size_t n) {
    const Half<n_taps, odd> steep(taps.steep);
    const Half<n_taps, false> smooth(taps.smooth);
    const auto run = [&](auto with_first, auto with_second) __attribute__((always_inline)) {
        over_floats(n, [&](std::size_t i, auto v) __attribute__((always_inline)) {
            using V = decltype(v);
            const auto load = [&](std::size_t k) __attribute__((always_inline)) {
                return load_native<V>(in + i + k * step);
            };
            if constexpr (with_first()) store_native(out_first + i, (V)steep(load));
            if constexpr (with_second()) store_native(out_second + i, (V)smooth(load));
        });
    };
    if (combine == Combine::first)
        run(std::true_type{}, std::false_type{});
    else if (combine == Combine::second)
        run(std::false_type{}, std::true_type{});
    else
        run(std::true_type{}, std::true_type{});
}

/// The first half of both kernels: out_first[i] = sum over k of steep[k] * in[i + k * step];
/// out_second likewise with smooth. Where only one of them counts, the other is left as it is.
void row_pair(const float* in, std::size_t step, const PairTaps& taps, Combine combine,
              float* out_first, float* out_second, std::size_t n) {
    const auto run = taps.n_taps == 5 ? (taps.odd ? row_pair_of<5, true> : row_pair_of<5, false>)
                                      : (taps.odd ? row_pair_of<7, true> : row_pair_of<7, false>);
    run(in, step, taps, combine, out_first, out_second, n);
}

template <std::size_t n_taps, bool odd>
void column_pair_of(const float* const* rows_first, const float* const* rows_second,
                    const PairTaps& taps, Combine combine, float* out, std::size_t n) {
    const Half<n_taps, odd> steep(taps.steep);
    const Half<n_taps, false> smooth(taps.smooth);
    const float *firsts[n_taps], *seconds[n_taps];
    std::memcpy(firsts, rows_first, sizeof firsts);
    std::memcpy(seconds, rows_second, sizeof seconds);
    const auto run = [&](auto merge) __attribute__((always_inline)) {
        over_floats(n, [&](std::size_t i, auto v) __attribute__((always_inline)) {
            using V = decltype(v);
            const auto first = [&]() __attribute__((always_inline)) {
                return (V)smooth([&](std::size_t k) __attribute__((always_inline)) {
                    return load_native<V>(firsts[k] + i);
                });
            };
            const auto second = [&]() __attribute__((always_inline)) {
                return (V)steep([&](std::size_t k) __attribute__((always_inline)) {
                    return load_native<V>(seconds[k] + i);
                });
            };
            store_native(out + i, (V)merge(first, second));
        });
    };
    switch (combine) {
        case Combine::first:
            return run([](const auto& first, const auto&) { return first(); });
        case Combine::second:
            return run([](const auto&, const auto& second) { return second(); });
        case Combine::magnitude:
            return run(
                [](const auto& first, const auto& second) { return magnitude(first(), second()); });
        case Combine::sum:
            return run([](const auto& first, const auto& second) { return first() + second(); });
    }
}

/// The second half: the sum of `rows_first` weighed with smooth, of `rows_second` with steep, or
/// what is made of both.
void column_pair(const float* const* rows_first, const float* const* rows_second,
                 const PairTaps& taps, Combine combine, float* out, std::size_t n) {
    const auto run = taps.n_taps == 5
                         ? (taps.odd ? column_pair_of<5, true> : column_pair_of<5, false>)
                         : (taps.odd ? column_pair_of<7, true> : column_pair_of<7, false>);
    run(rows_first, rows_second, taps, combine, out, n);
}

void widen_u8(const std::uint8_t* in, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = (float)in[i];
}

/// out[i] = in[i] * scale, rounded half to even, saturated.
void narrow_i16(const float* in, float scale, std::int16_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const float x = in[i] * scale;
        const float clamped = x > -32768.0f ? (x < 32767.0f ? x : 32767.0f) : -32768.0f;
        out[i] = (std::int16_t)__builtin_rintf(clamped);
    }
}

void narrow_u8(const float* in, float scale, std::uint8_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = byte_of(in[i] * scale);
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
    .row_pair = row_pair,
    .column_pair = column_pair,
    .widen_u8 = widen_u8,
    .narrow_i16 = narrow_i16,
    .narrow_u8 = narrow_u8,
};

}  // namespace imgmine
