#include "kernels/quantized_dots.hpp"

#include <cstring>

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

// Registers of a panel's sums, and how many panels and pixels keep the multipliers busy without
// leaving the registers.
constexpr std::size_t panel_parts = panel_outputs / native_ints;
#if defined(__AVX512VNNI__)
constexpr std::size_t most_panels = 4;
constexpr std::size_t tile_pixels(std::size_t panels) {
    return panels <= 2 ? 8 : 4;
}
#else
constexpr std::size_t most_panels = 1;
constexpr std::size_t tile_pixels(std::size_t) {
    return 4;
}
#endif

/// Four weights of each output of a register, and four values for all of them.
#if defined(__AVX512VNNI__)
struct Weights {
    __m512i quads;
};
using Quad = __m512i;

IMGMINE_INLINE Weights load_weights(const std::int8_t* p) {
    return {_mm512_loadu_si512(p)};
}

IMGMINE_INLINE Quad load_quad(const std::uint8_t* p) {
    std::int32_t four;
    std::memcpy(&four, p, 4);
    return _mm512_set1_epi32(four);
}

IMGMINE_INLINE NativeInts add_products(NativeInts total, const Quad& values, const Weights& w) {
    return (NativeInts)_mm512_dpbusd_epi32((__m512i)total, values, w.quads);
}
#else
// Bytes are widened first: the instruction that multiplies bytes saturates sums of two products.
struct Weights {
    NativeSignedShorts even, odd;
};
struct Quad {
    NativeSignedShorts even, odd;
};

IMGMINE_INLINE Weights load_weights(const std::int8_t* p) {
    const auto pairs = load_native<NativeSignedShorts>(p);
    return {(NativeSignedShorts)((NativeShorts)pairs << 8) >> 8, pairs >> 8};
}

IMGMINE_INLINE Quad load_quad(const std::uint8_t* p) {
    std::int32_t four;
    std::memcpy(&four, p, 4);
    const auto pairs = (NativeShorts)(four - NativeInts{});
    return {(NativeSignedShorts)(pairs & 0xff), (NativeSignedShorts)(pairs >> 8)};
}

/// Sums of two products each.
IMGMINE_INLINE NativeInts pair_products(const NativeSignedShorts& a, const NativeSignedShorts& b) {
#if defined(__AVX2__)
    return (NativeInts)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return (NativeInts)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    const int16x8_t x = (int16x8_t)a, y = (int16x8_t)b;
    return (NativeInts)vpaddq_s32(vmull_s16(vget_low_s16(x), vget_low_s16(y)),
                                  vmull_high_s16(x, y));
#endif
}

IMGMINE_INLINE NativeInts add_products(NativeInts total, const Quad& values, const Weights& w) {
    return total + (pair_products(values.even, w.even) + pair_products(values.odd, w.odd));
}
#endif

/// The sums of some pixels and panels.
template <std::size_t panels, std::size_t pixels>
struct Tile {
    NativeInts total[pixels][panels * panel_parts];
};

template <std::size_t panels, std::size_t pixels>
IMGMINE_INLINE Tile<panels, pixels> sum_tile(const QuantizedDots& dots, std::size_t panel,
                                             const std::uint8_t* x, const std::int32_t* places) {
    Tile<panels, pixels> tile;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < panels * panel_parts; ++i) {
        const auto start =
            load_native<NativeInts>(dots.starts + panel * panel_outputs + i * native_ints);
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < pixels; ++p) tile.total[p][i] = start;
    }
    const std::uint8_t* from[pixels];
    IMGMINE_UNROLL
    for (std::size_t p = 0; p < pixels; ++p) from[p] = x + places[p];
    const std::size_t panel_size = dots.n_runs * dots.quads * 4 * panel_outputs;
    const std::int8_t* weights = dots.weights + panel * panel_size;
    for (std::size_t run = 0; run < dots.n_runs; ++run) {
        const std::size_t start = run * dots.run_step, end = start + 4 * dots.quads;
        for (std::size_t k = start; k < end; k += 4, weights += 4 * panel_outputs) {
            Weights w[panels * panel_parts];
            IMGMINE_UNROLL
            for (std::size_t i = 0; i < panels * panel_parts; ++i)
                w[i] = load_weights(weights + i / panel_parts * panel_size +
                                    i % panel_parts * native_size);
            IMGMINE_UNROLL
            for (std::size_t p = 0; p < pixels; ++p) {
                const Quad values = load_quad(from[p] + k);
                IMGMINE_UNROLL
                for (std::size_t i = 0; i < panels * panel_parts; ++i)
                    tile.total[p][i] = add_products(tile.total[p][i], values, w[i]);
            }
        }
    }
    return tile;
}

/// A panel's results from its sums.
IMGMINE_INLINE Floats scaled(const QuantizedDots& dots, std::size_t output,
                             const NativeInts* total) {
    Floats v;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i)
        v.part[i] = __builtin_convertvector(total[i], NativeFloats);
    return max(v * load(dots.factors + output) + load(dots.offsets + output),
               broadcast(dots.least));
}

IMGMINE_INLINE void store_panel(const Floats& v, std::size_t n, std::uint8_t* out) {
    if (n >= panel_outputs) return store_bytes_rounded(out, v);
    std::uint8_t few[panel_outputs];
    store_bytes_rounded(few, v);
    copy_few(out, few, n);
}

IMGMINE_INLINE void store_panel(const Floats& v, std::size_t n, float* out) {
    if (n >= panel_outputs) return store(out, v);
    store_first(out, v, n);
}

template <std::size_t panels, std::size_t pixels, bool pooled, class Out>
IMGMINE_INLINE void make_tile(const QuantizedDots& dots, std::size_t panel, const std::uint8_t* x,
                              const std::int32_t* places, Out* out, std::size_t stride) {
    Tile<panels, pixels> tile = sum_tile<panels, pixels>(dots, panel, x, places);
    constexpr std::size_t step = pooled ? 4 : 1;
    IMGMINE_UNROLL
    for (std::size_t p = 0; p < pixels; p += step, out += stride) IMGMINE_UNROLL
    for (std::size_t j = 0; j < panels; ++j) {
        NativeInts sums[panel_parts];
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < panel_parts; ++i) {
            const std::size_t at = j * panel_parts + i;
            sums[i] = tile.total[p][at];
            IMGMINE_UNROLL
            for (std::size_t other = 1; other < step; ++other)
                sums[i] = max(sums[i], tile.total[p + other][at]);
        }
        const std::size_t output = (panel + j) * panel_outputs;
        store_panel(scaled(dots, output, sums), dots.n_outputs - output, out + output);
    }
}

template <std::size_t panels, bool pooled, class Out>
void make_pixels(const QuantizedDots& dots, std::size_t panel, const std::uint8_t* x,
                 const std::int32_t* places, std::size_t n, Out* out, std::size_t stride) {
    constexpr std::size_t tile = tile_pixels(panels), step = pooled ? 4 : 1;
    std::size_t p = 0;
    for (; p + tile <= n; p += tile)
        make_tile<panels, tile, pooled>(dots, panel, x, places + p, out + p / step * stride,
                                        stride);
    if constexpr (tile > 4)
        for (; p + 4 <= n; p += 4)
            make_tile<panels, 4, pooled>(dots, panel, x, places + p, out + p / step * stride,
                                         stride);
    if constexpr (!pooled)
        for (; p < n; ++p)
            make_tile<panels, 1, false>(dots, panel, x, places + p, out + p * stride, stride);
}

template <bool pooled, class Out>
void make(const QuantizedDots& dots, const std::uint8_t* x, const std::int32_t* places,
          std::size_t n, Out* out, std::size_t stride) {
    const std::size_t n_panels = (dots.n_outputs + panel_outputs - 1) / panel_outputs;
    std::size_t panel = 0;
    for (; panel + most_panels <= n_panels; panel += most_panels)
        make_pixels<most_panels, pooled>(dots, panel, x, places, n, out, stride);
    if constexpr (most_panels == 4) {
        const std::size_t rest = n_panels - panel;
        if (rest == 3) make_pixels<3, pooled>(dots, panel, x, places, n, out, stride);
        if (rest == 2) make_pixels<2, pooled>(dots, panel, x, places, n, out, stride);
        if (rest == 1) make_pixels<1, pooled>(dots, panel, x, places, n, out, stride);
    }
}

}  // namespace
extern const QuantizedDotsKernels IMGMINE_TABLE(quantized_dots_kernels);
const QuantizedDotsKernels IMGMINE_TABLE(quantized_dots_kernels) = {
    .bytes = make<false, std::uint8_t>,
    .pooled_bytes = make<true, std::uint8_t>,
    .floats = make<false, float>,
};

}  // namespace imgmine
