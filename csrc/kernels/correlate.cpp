#include "kernels/correlate.hpp"

#include <type_traits>

#include "kernels/simd_results.hpp"

namespace imgmine {
namespace {

// A block of the result is kept in registers: `n_out` rows of it, some registers wide. Every value
// loaded meets the taps of all these rows, so that multiplications are the limit, not loads.
#if defined(__AVX512BW__)
constexpr std::size_t block_width = 4;
#else
constexpr std::size_t block_width = 2;
#endif
#if defined(__x86_64__) && !defined(__FMA__)
constexpr bool has_fma = false;  // a function's worth of instructions, not to be unrolled
#else
constexpr bool has_fma = true;
#endif

/// What a window adds up: floats, each step one fused multiply-add.
struct FloatSums {
    typedef float Value;
    typedef float Weight;
    typedef NativeFloats Register;
    static constexpr std::size_t digits = 1, n_out = has_fma ? rows_at_once : 1;

    static IMGMINE_INLINE Register broadcast(float weight) { return weight - NativeFloats{}; }
    static IMGMINE_INLINE Register add(Register total, Register weight, Register values) {
        return fma_native(weight, values, total);
    }
    static IMGMINE_INLINE Register join(const Register* total) { return total[0]; }
};

/// Four neighboring bytes at a time, times four signed weights. Weights are at most 64, so that two
/// products fit 16 bits; larger ones have two digits to the base 128.
template <std::size_t n_digits>
struct QuadSums {
    typedef std::int32_t Value;
    typedef std::int32_t Weight;
    typedef NativeInts Register;
    static constexpr std::size_t digits = n_digits, n_out = rows_at_once / n_digits;

    static IMGMINE_INLINE Register broadcast(std::int32_t weight) { return weight - NativeInts{}; }
    static IMGMINE_INLINE Register add(Register total, Register weight, Register values) {
#if defined(__AVX512BW__)
        return (Register)_mm512_dpbusd_epi32((__m512i)total, (__m512i)values, (__m512i)weight);
#elif defined(__AVX2__)
        const __m256i pairs = _mm256_maddubs_epi16((__m256i)values, (__m256i)weight);
        return total + (Register)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
#elif defined(__x86_64__)
        const __m128i pairs = _mm_maddubs_epi16((__m128i)values, (__m128i)weight);
        return total + (Register)_mm_madd_epi16(pairs, _mm_set1_epi16(1));
#else
        IMGMINE_UNROLL
        for (int shift = 0; shift < 32; shift += 8)
            total += ((values >> shift) & 255) * ((weight << (24 - shift)) >> 24);
        return total;
#endif
    }
    static IMGMINE_INLINE Register join(const Register* total) {
        if constexpr (digits == 1) return total[0];
        return total[0] + (total[digits - 1] << 7);
    }
};

IMGMINE_INLINE void store_sums(void* out, Result result, std::size_t at, NativeFloats v) {
    if (result == Result::f32)
        store_native((float*)out + at, v);
    else if (result == Result::u8)
        store_saturated((std::uint8_t*)out + at, to_ints(v));
    else
        store_saturated((std::int16_t*)out + at, to_ints(v));
}

template <class Weight>
IMGMINE_INLINE void store_window(const Window<Weight>& window, void* out, std::size_t at,
                                 NativeFloats sums) {
    if (window.divide)
        sums /= window.factor;
    else if (window.factor != 1)
        sums *= window.factor;
    store_sums(out, window.result, at, sums);
}

template <class Weight>
IMGMINE_INLINE void store_window(const Window<Weight>& window, void* out, std::size_t at,
                                 NativeInts sums) {
    if (window.result == Result::f32 || window.factor != 1) {
        NativeFloats v = to_floats(sums);
        if (window.divide)
            v /= window.factor;
        else
            v *= window.factor;
        store_sums(out, window.result, at, v);
    } else if (window.result == Result::u8) {
        store_saturated((std::uint8_t*)out + at, sums);
    } else {
        store_saturated((std::int16_t*)out + at, sums);
    }
}

template <class Sums, std::size_t n_out, std::size_t blocks>
struct Block {
    typename Sums::Register total[n_out][Sums::digits][blocks];

    /// Adds a row of values to output rows first..last; to the first with row `tap` of the taps, to
    /// each next one with the row before that.
    template <std::size_t first, std::size_t last, std::size_t fixed_width>
    IMGMINE_INLINE void add_row(const Window<typename Sums::Weight>& window,
                                const typename Sums::Value* values, std::size_t tap) {
        constexpr std::size_t lanes_of = sizeof(typename Sums::Register) / 4;
        const std::size_t width = fixed_width ? fixed_width : window.width;
        const std::size_t digit_size = window.height * width;
        const typename Sums::Weight* weights = window.weights + tap * width;
        const auto column = [&](std::size_t k) __attribute__((always_inline)) {
            typename Sums::Register v[blocks];
            IMGMINE_UNROLL
            for (std::size_t b = 0; b < blocks; ++b)
                v[b] =
                    load_native<typename Sums::Register>(values + k * window.step + b * lanes_of);
            IMGMINE_UNROLL
            for (std::size_t j = first; j <= last; ++j) IMGMINE_UNROLL
            for (std::size_t d = 0; d < Sums::digits; ++d) {
                const auto weight =
                    Sums::broadcast(weights[d * digit_size + k - (j - first) * width]);
                IMGMINE_UNROLL
                for (std::size_t b = 0; b < blocks; ++b)
                    total[j][d][b] = Sums::add(total[j][d][b], weight, v[b]);
            }
        };
        if constexpr (fixed_width) {
            IMGMINE_UNROLL
            for (std::size_t k = 0; k < fixed_width; ++k) column(k);
        } else {
            for (std::size_t k = 0; k < width; ++k) column(k);
        }
    }
};

/// Rows of a window of fixed height, all unrolled.
template <std::size_t height, std::size_t width, std::size_t row, class Sums, std::size_t n_out,
          std::size_t blocks>
IMGMINE_INLINE void add_rows(Block<Sums, n_out, blocks>& block,
                             const Window<typename Sums::Weight>& window,
                             const typename Sums::Value* const* rows, std::size_t i) {
    if constexpr (row < height + n_out - 1) {
        constexpr std::size_t first = row < height ? 0 : row - height + 1;
        constexpr std::size_t last = row < n_out ? row : n_out - 1;
        block.template add_row<first, last, width>(window, rows[row] + i, row - first);
        add_rows<height, width, row + 1>(block, window, rows, i);
    }
}

/// The rows above the first that all output rows need (`row` < n_out - 1), or those below the last.
template <bool above, std::size_t row, class Sums, std::size_t n_out, std::size_t blocks>
IMGMINE_INLINE void add_partial_rows(Block<Sums, n_out, blocks>& block,
                                     const Window<typename Sums::Weight>& window,
                                     const typename Sums::Value* const* rows, std::size_t i) {
    if constexpr (row + 1 < n_out) {
        if constexpr (above)
            block.template add_row<0, row, 0>(window, rows[row] + i, row);
        else
            block.template add_row<row + 1, n_out - 1, 0>(window, rows[window.height + row] + i,
                                                          window.height - 1);
        add_partial_rows<above, row + 1>(block, window, rows, i);
    }
}

template <class Sums, std::size_t n_out, std::size_t height, std::size_t width, std::size_t blocks>
IMGMINE_INLINE void window_block(const Window<typename Sums::Weight>& window,
                                 const typename Sums::Value* const* rows, std::size_t i,
                                 void* const* out, std::size_t at) {
    Block<Sums, n_out, blocks> block = {};
    if constexpr (height != 0) {
        add_rows<height, width, 0>(block, window, rows, i);
    } else {
        add_partial_rows<true, 0>(block, window, rows, i);
        for (std::size_t row = n_out - 1; row < window.height; ++row)
            block.template add_row<0, n_out - 1, 0>(window, rows[row] + i, row);
        add_partial_rows<false, 0>(block, window, rows, i);
    }
    IMGMINE_UNROLL
    for (std::size_t j = 0; j < n_out; ++j) IMGMINE_UNROLL
    for (std::size_t b = 0; b < blocks; ++b) {
        typename Sums::Register digits[Sums::digits];
        IMGMINE_UNROLL
        for (std::size_t d = 0; d < Sums::digits; ++d) digits[d] = block.total[j][d][b];
        store_window(window, out[j], at + b * native_lanes, Sums::join(digits));
    }
}

constexpr std::size_t size_of(Result result) {
    return result == Result::u8 ? 1 : result == Result::s16 ? 2 : 4;
}

template <class Sums, std::size_t n_out, std::size_t height, std::size_t width>
void window_rows(const Window<typename Sums::Weight>& window,
                 const typename Sums::Value* const* rows, void* const* out, std::size_t n) {
    const auto wide = [&](std::size_t i) __attribute__((always_inline)) {
        window_block<Sums, n_out, height, width, block_width>(window, rows, i, out, i);
    };
    const auto narrow = [&](std::size_t i) __attribute__((always_inline)) {
        window_block<Sums, n_out, height, width, 1>(window, rows, i, out, i);
    };
    if (in_blocks<block_width * native_lanes>(n, wide) || in_blocks<native_lanes>(n, narrow))
        return;
    float few[n_out][native_lanes];
    void* places[n_out];
    for (std::size_t j = 0; j < n_out; ++j) places[j] = few[j];
    window_block<Sums, n_out, height, width, 1>(window, rows, 0, places, 0);
    for (std::size_t j = 0; j < n_out; ++j) std::memcpy(out[j], few[j], n * size_of(window.result));
}

template <class Sums, std::size_t n_out>
void window_rows_of(const Window<typename Sums::Weight>& window,
                    const typename Sums::Value* const* rows, void* const* out, std::size_t n) {
    constexpr bool floats = std::is_same_v<Sums, FloatSums>;
    constexpr std::size_t three = floats ? 3 : 1, five = floats ? 5 : 2;
    if constexpr (floats && !has_fma) return window_rows<Sums, n_out, 0, 0>(window, rows, out, n);
    if (window.height == 3 && window.width == three)
        window_rows<Sums, n_out, 3, three>(window, rows, out, n);
    else if (window.height == 5 && window.width == five)
        window_rows<Sums, n_out, 5, five>(window, rows, out, n);
    else
        window_rows<Sums, n_out, 0, 0>(window, rows, out, n);
}

/// Writes `n_out` rows of a sliding window's sums, from height + n_out - 1 rows of values. Rows may
/// be read up to a register beyond their last value.
template <class Sums>
IMGMINE_INLINE void window_sums(const Window<typename Sums::Weight>& window,
                                const typename Sums::Value* const* rows, void* const* out,
                                std::size_t n_out, std::size_t n) {
    std::size_t j = 0;
    const bool tall = window.height >= Sums::n_out || window.height == 3;
    for (; tall && j + Sums::n_out <= n_out; j += Sums::n_out)
        window_rows_of<Sums, Sums::n_out>(window, rows + j, out + j, n);
    for (; j < n_out; ++j) window_rows_of<Sums, 1>(window, rows + j, out + j, n);
}

/// out[j][i] = sum over r, k of weights[r][k] * rows[j + r][i + k * step], r and k rising.
void window_f32(const Window<float>& window, const float* const* rows, void* const* out,
                std::size_t n_out, std::size_t n) {
    window_sums<FloatSums>(window, rows, out, n_out, n);
}

/// The same exactly for bytes: values and weights are quads of them, see quads_u8.
void window_quads(const Window<std::int32_t>& window, const std::int32_t* const* rows,
                  void* const* out, std::size_t n_out, std::size_t n) {
    window_sums<QuadSums<1>>(window, rows, out, n_out, n);
}

/// The same for weights of two digits: first all lower ones, then all higher ones.
void window_quads_twice(const Window<std::int32_t>& window, const std::int32_t* const* rows,
                        void* const* out, std::size_t n_out, std::size_t n) {
    window_sums<QuadSums<2>>(window, rows, out, n_out, n);
}

/// out[i] = bytes in[i + k * step], k = 0 .. 3, the first one lowest. Reads a register beyond the
/// last and writes n rounded up to a whole register.
void quads_u8(const std::uint8_t* in, std::size_t step, std::int32_t* out, std::size_t n) {
#if defined(__AVX512BW__)
    if (step <= 16) {
        std::uint8_t from[64];
        for (std::size_t i = 0; i < 64; ++i) from[i] = (std::uint8_t)(i / 4 + i % 4 * step);
        const __m512i order = _mm512_loadu_si512(from);
        for (std::size_t i = 0; i < n; i += native_ints)
            _mm512_storeu_si512(out + i,
                                _mm512_permutexvar_epi8(order, _mm512_loadu_si512(in + i)));
        return;
    }
#elif defined(__x86_64__)
    if (step <= 4) {
        std::uint8_t from[16];
        for (std::size_t i = 0; i < 16; ++i) from[i] = (std::uint8_t)(i / 4 + i % 4 * step);
        const __m128i order = _mm_loadu_si128((const __m128i*)from);
        for (std::size_t i = 0; i < n; i += 4)
            _mm_storeu_si128((__m128i*)(out + i),
                             _mm_shuffle_epi8(_mm_loadu_si128((const __m128i*)(in + i)), order));
        return;
    }
#endif
    for (std::size_t i = 0; i < n; i += native_ints)
        store_native(out + i, load_ints(in + i) | load_ints(in + i + step) << 8 |
                                  load_ints(in + i + 2 * step) << 16 |
                                  load_ints(in + i + 3 * step) << 24);
}

/// Reads and writes n rounded up to a whole register.
void widen_u8(const std::uint8_t* in, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += native_ints)
        store_native(out + i, to_floats(load_ints(in + i)));
}

}  // namespace
extern const CorrelateKernels IMGMINE_TABLE(correlate_kernels);
const CorrelateKernels IMGMINE_TABLE(correlate_kernels) = {
    .window_f32 = window_f32,
    .window_quads = window_quads,
    .window_quads_twice = window_quads_twice,
    .quads_u8 = quads_u8,
    .widen_u8 = widen_u8,
};

}  // namespace imgmine
