#include "kernels/canny.hpp"

#include "kernels/simd_bits.hpp"

namespace imgmine {
namespace {

template <class V>
IMGMINE_INLINE V absolute(V v) {
    return max(v, -v);
}

/// floor(x tan(22.5 degrees)) with OpenCV's 15 bits of the tangent, for 0 <= x < 2^15.
IMGMINE_INLINE NativeSignedShorts times_tangent(NativeSignedShorts x) {
    constexpr short tangent = 13573;
#if defined(__AVX512BW__)
    return (NativeSignedShorts)_mm512_mulhi_epi16((__m512i)x, _mm512_set1_epi16(2 * tangent));
#elif defined(__AVX2__)
    return (NativeSignedShorts)_mm256_mulhi_epi16((__m256i)x, _mm256_set1_epi16(2 * tangent));
#elif defined(__x86_64__)
    return (NativeSignedShorts)_mm_mulhi_epi16((__m128i)x, _mm_set1_epi16(2 * tangent));
#else
    return (NativeSignedShorts)vqdmulhq_n_s16((int16x8_t)x, tangent);
#endif
}

IMGMINE_INLINE NativeInts times_tangent(NativeInts x) {
    return (x * 13573) >> 15;
}

IMGMINE_INLINE int times_tangent(int x) {
    return (x * 13573) >> 15;
}

// A register of norms, and of what meets them.
template <class Norm>
struct Lane;
template <>
struct Lane<std::int16_t> {
    typedef NativeSignedShorts V;
    static constexpr std::size_t size = native_shorts;
    static IMGMINE_INLINE V load(const std::int16_t* p) { return load_native<V>(p); }
    static IMGMINE_INLINE void store_states(std::uint8_t* out, V v) {
        store_bytes_of(out, (NativeShorts)v);
    }
};
template <>
struct Lane<std::int32_t> {
    typedef NativeInts V;
    static constexpr std::size_t size = native_ints;
    static IMGMINE_INLINE V load(const std::int32_t* p) { return load_native<V>(p); }
    static IMGMINE_INLINE V load(const std::int16_t* p) { return load_ints(p); }
    static IMGMINE_INLINE void store_states(std::uint8_t* out, V v) {
#if defined(__AVX512F__)
        _mm_storeu_si128((__m128i*)out, _mm512_cvtepi32_epi8((__m512i)v));
#else
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < size; ++i) out[i] = (std::uint8_t)v[i];
#endif
    }
};

IMGMINE_INLINE int absolute(int x) {
    return x < 0 ? -x : x;
}

void norm_l1(const std::int16_t* gx, const std::int16_t* gy, std::int16_t* norm, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        norm[i] = (std::int16_t)(absolute((int)gx[i]) + absolute((int)gy[i]));
}

void norm_l2(const std::int16_t* gx, const std::int16_t* gy, std::int32_t* norm, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) norm[i] = gx[i] * gx[i] + gy[i] * gy[i];
}

/// Keeps of each pixel's channels the first one with the largest norm, in place.
template <class Norm>
void strongest(std::int16_t* gx, std::int16_t* gy, Norm* norm, std::size_t channels,
               std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        std::size_t best = i * channels;
        Norm most = norm[best];
        for (std::size_t k = i * channels + 1; k < (i + 1) * channels; ++k) {
            best = norm[k] > most ? k : best;
            most = norm[k] > most ? norm[k] : most;
        }
        norm[i] = most;
        gx[i] = gx[best];
        gy[i] = gy[best];
    }
}

/// The state of pixels from their gradients and the norms around them; V is a register or an int.
///
/// |gy| < t |gx| has a whole number on the left and, but for gx = 0, none on the right, so that the
/// right side's floor will do; likewise |gy| > (2 + t) |gx|.
template <class V, class Norm>
IMGMINE_INLINE V state_of(V gx, V gy, const Norm& norm, V low, V high) {
    const V x = absolute(gx), y = absolute(gy), t = times_tangent(x);
    const V here = norm(1, 0);
    const auto across = y <= t, along = y > t + x + x, falling = (gx ^ gy) >= 0;
    // here >= b is here > b - 1: horizontal and vertical edges want no more of the second one.
    const V first = across ? norm(1, -1) : along ? norm(0, 0) : falling ? norm(0, -1) : norm(0, 1);
    const V second = across    ? norm(1, 1) - 1
                     : along   ? norm(2, 0) - 1
                     : falling ? norm(2, 1)
                               : norm(2, -1);
    const V none = low - low;
    const V found = here > high ? none + strong_edge : none + weak_edge;
    return here > max(max(first, second), low) ? found : none;
}

/// Marks pixels whose norm is above `low` and a maximum across the edge: `norms` are the rows
/// above, at and below, with a value more at each end.
template <class Norm>
void thin(const std::int16_t* gx, const std::int16_t* gy, const Norm* const* norms,
          std::int32_t low, std::int32_t high, std::uint8_t* out, std::size_t n) {
    using L = Lane<Norm>;
    using V = typename L::V;
    const V lows = (Norm)low - V{}, highs = (Norm)high - V{};
    const auto block = [&](std::size_t i) __attribute__((always_inline)) {
        const auto norm = [&](int row, int column) __attribute__((always_inline)) {
            return L::load(norms[row] + (std::ptrdiff_t)i + column);
        };
        L::store_states(out + i, state_of<V>(L::load(gx + i), L::load(gy + i), norm, lows, highs));
    };
    if (in_blocks<L::size>(n, block)) return;
    for (std::size_t i = 0; i < n; ++i) {
        const auto norm = [&](int row, int column) {
            return (int)norms[row][(std::ptrdiff_t)i + column];
        };
        out[i] = (std::uint8_t)state_of<int>(gx[i], gy[i], norm, low, high);
    }
}

struct StateBits {
    std::uint64_t weak, edge;
};

/// The states of 64 pixels, a bit each.
IMGMINE_INLINE StateBits state_bits(const std::uint8_t* p) {
    StateBits bits{0, 0};
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 64; i += native_bytes) {
        const NativeBytes states = load_native<NativeBytes>(p + i);
        bits.edge |= top_bits(states) << i;
        bits.weak |= top_bits(states << 7) << i;
    }
    bits.weak &= ~bits.edge;
    return bits;
}

/// Makes edges of the pixels whose bits are set.
IMGMINE_INLINE void mark_edges(std::uint8_t* p, std::uint64_t bits) {
#if defined(__AVX512BW__)
    _mm512_mask_storeu_epi8(p, bits, _mm512_set1_epi8(-1));
#else
    for (; bits; bits &= bits - 1) p[__builtin_ctzll(bits)] = strong_edge;
#endif
}

/// Spreads edges from `near`, the bits of an adjacent row, to weak pixels they touch, and along
/// the row as far as weak pixels go on. Leaves the row's own bits in `edges`. `near` and `edges`
/// hold a zero word before the first and after the last one, `scratch` two words for each.
void spread(const std::uint64_t* near, std::uint8_t* row, std::uint64_t* edges,
            std::uint64_t* scratch, std::size_t n) {
    const std::size_t n_words = (n + 63) / 64;
    bool carry = false;
    for (std::size_t w = 0; w < n_words; ++w) {  // to the right: as an addition carries
        StateBits bits;
        if (64 * w + 64 <= n) {
            bits = state_bits(row + 64 * w);
        } else {
            std::uint8_t rest[64] = {};
            std::memcpy(rest, row + 64 * w, n - 64 * w);
            bits = state_bits(rest);
        }
        const std::uint64_t may = bits.weak | bits.edge;
        const std::uint64_t beside =
            near[w] | near[w] << 1 | near[w - 1] >> 63 | near[w] >> 1 | near[w + 1] << 63;
        const std::uint64_t seeds = bits.edge | (beside & may);
        std::uint64_t sum;
        const bool first = __builtin_add_overflow(may, seeds, &sum);
        const bool second = __builtin_add_overflow(sum, (std::uint64_t)carry, &sum);
        carry = first | second;
        edges[w] = ((sum ^ may) & may) | seeds;
        scratch[2 * w] = may;
        scratch[2 * w + 1] = bits.edge;
    }
    std::uint64_t after = 0;
    for (std::size_t w = n_words; w-- > 0;) {  // to the left: twice as far each time
        std::uint64_t may = scratch[2 * w];
        std::uint64_t found = edges[w] | (may & after << 63);
        if (may & ~found & found >> 1) IMGMINE_UNROLL
        for (int shift = 1; shift < 64; shift *= 2) {
            found |= may & found >> shift;
            may &= may >> shift;
        }
        after = found & 1;
        edges[w] = found;
        mark_edges(row + 64 * w, found & ~scratch[2 * w + 1]);
    }
}

/// The first weak pixel from `from` on that touches an edge in the rows above, at or below it; n
/// where there is none.
std::size_t next_seed(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                      std::size_t from, std::size_t n) {
    const std::uint8_t* const rows[] = {above, row, below};
    const auto touches = [&](std::size_t i) {
        unsigned any = 0;
        for (const std::uint8_t* r : rows)
            any |= r[i ? i - 1 : 0] | r[i] | r[i + 1 < n ? i + 1 : i];
        return row[i] == weak_edge && any >> 7;
    };
    std::size_t i = from;
    if (i == 0 && n > 0 && touches(0)) return 0;
    i = i ? i : 1;
    for (; i + native_bytes < n; i += native_bytes) {
        const NativeBytes weak = load_native<NativeBytes>(row + i) << 7;  // of edges, too
        if (!top_bits(weak)) continue;
        NativeBytes any{};
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 9; ++k)
            any |= load_native<NativeBytes>(rows[k / 3] + i + k % 3 - 1);
        const NativeBytes edge = load_native<NativeBytes>(row + i);
        const std::uint64_t seeds = top_bits(weak & any & ~edge);
        if (seeds) return i + (std::size_t)__builtin_ctzll(seeds);
    }
    for (; i < n; ++i)
        if (touches(i)) return i;
    return n;
}

/// Edges stay, what is still weak was none.
void finish(std::uint8_t* row, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) row[i] = row[i] == strong_edge ? strong_edge : no_edge;
}

}  // namespace
extern const CannyKernels IMGMINE_TABLE(canny_kernels);
const CannyKernels IMGMINE_TABLE(canny_kernels) = {
    .norm_l1 = norm_l1,
    .norm_l2 = norm_l2,
    .strongest_l1 = strongest<std::int16_t>,
    .strongest_l2 = strongest<std::int32_t>,
    .thin_l1 = thin<std::int16_t>,
    .thin_l2 = thin<std::int32_t>,
    .spread = spread,
    .next_seed = next_seed,
    .finish = finish,
};

}  // namespace imgmine
