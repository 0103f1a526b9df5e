#include "kernels/edge_pairs.hpp"

#include "kernels/simd_lengths.hpp"

namespace imgmine {
namespace {

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
extern const EdgePairKernels IMGMINE_TABLE(edge_pair_kernels);
const EdgePairKernels IMGMINE_TABLE(edge_pair_kernels) = {
    .row_pair = row_pair,
    .column_pair = column_pair,
    .widen_u8 = widen_u8,
    .narrow_i16 = narrow_i16,
    .narrow_u8 = narrow_u8,
};

}  // namespace imgmine
