#include "kernels/bilateral.hpp"

#include "kernels/simd_math.hpp"

namespace imgmine {
namespace {

constexpr std::size_t block = 64;          // pixels in one go
constexpr std::size_t taps_at_once = 240;  // whose sums fit into 32 bits: 65535 * 128 * 240 < 2^31
constexpr std::size_t most_channels = BilateralTaps::most_channels;
constexpr float full = 65535;  // what a pixel itself weighs

/// Sums over the pixels around 64 of them: of weights, and of weight times (value - 128).
struct Sums {
    float weights[block];
    float values[most_channels][block];
};

IMGMINE_INLINE void add_to(float* sums, NativeInts more) {
    auto total = load_native<NativeFloats>(sums);
    total += __builtin_convertvector(more, NativeFloats);
    store_native(sums, total);
}

#if defined(__AVX512VBMI__) && defined(__AVX512VNNI__)

// Weights of 64 bytes at a time by permutations, and sums of four products of bytes at a time. What
// stands where: byte shuffles put pixel 16 L + 4 j + e into element e of lane L of register j.
struct Lanes {
    __m512i part[4];
};

/// Four rows of bytes as registers that hold the four values of one pixel side by side.
IMGMINE_INLINE Lanes interleave(__m512i a, __m512i b, __m512i c, __m512i d) {
    const __m512i ab_low = _mm512_unpacklo_epi8(a, b), ab_high = _mm512_unpackhi_epi8(a, b);
    const __m512i cd_low = _mm512_unpacklo_epi8(c, d), cd_high = _mm512_unpackhi_epi8(c, d);
    return {{_mm512_unpacklo_epi16(ab_low, cd_low), _mm512_unpackhi_epi16(ab_low, cd_low),
             _mm512_unpacklo_epi16(ab_high, cd_high), _mm512_unpackhi_epi16(ab_high, cd_high)}};
}

/// table[index] for bytes, of `quarters` times 64 entries; zero for larger ones.
template <int quarters>
struct ByteTables {
    __m512i low[quarters], high[quarters];

    IMGMINE_INLINE explicit ByteTables(const BilateralWeights& weights) {
        for (int q = 0; q < quarters; ++q) {
            low[q] = _mm512_loadu_si512(weights.low + 64 * q);
            high[q] = _mm512_loadu_si512(weights.high + 64 * q);
        }
    }
    IMGMINE_INLINE void look_up(__m512i index, __m512i& low_bytes, __m512i& high_bytes) const {
        const __mmask64 first = _mm512_cmplt_epu8_mask(index, _mm512_set1_epi8(64));
        low_bytes = _mm512_maskz_permutexvar_epi8(first, index, low[0]);
        high_bytes = _mm512_maskz_permutexvar_epi8(first, index, high[0]);
        const __m512i quarter = _mm512_and_si512(index, _mm512_set1_epi8((char)0xc0));
        IMGMINE_UNROLL
        for (int q = 1; q < quarters; ++q) {
            const __mmask64 here =
                _mm512_cmpeq_epi8_mask(quarter, _mm512_set1_epi8((char)(64 * q)));
            low_bytes = _mm512_mask_permutexvar_epi8(low_bytes, here, index, low[q]);
            high_bytes = _mm512_mask_permutexvar_epi8(high_bytes, here, index, high[q]);
        }
    }
};

IMGMINE_INLINE __m512i apart(__m512i a, __m512i b) {
    return _mm512_sub_epi8(_mm512_max_epu8(a, b), _mm512_min_epu8(a, b));
}

/// Adds up to 240 taps.
template <int quarters, std::size_t channels>
IMGMINE_INLINE void add_taps(const BilateralTaps& around, std::size_t first, std::size_t last,
                             const std::uint8_t* const* centers, std::size_t i, Sums& sums) {
    const __m512i ones = _mm512_set1_epi8(1), middle = _mm512_set1_epi8((char)128);
    __m512i own[channels];
    for (std::size_t c = 0; c < channels; ++c) own[c] = _mm512_loadu_si512(centers[c] + i);
    Lanes low_sums{}, high_sums{};
    Lanes low_values[channels] = {}, high_values[channels] = {};
    for (std::size_t k = first; k < last; k += 4) {
        const ByteTables<quarters> tables(*around.weights[k / 4]);
        __m512i low[4], high[4];
        IMGMINE_UNROLL
        for (std::size_t t = 0; t < 4; ++t) {
            __m512i index = apart(_mm512_loadu_si512(around.taps[k + t] + i), own[0]);
            for (std::size_t c = 1; c < channels; ++c)
                index = _mm512_adds_epu8(
                    index,
                    apart(_mm512_loadu_si512(around.taps[c * around.n_taps + k + t] + i), own[c]));
            tables.look_up(index, low[t], high[t]);
        }
        const Lanes low_bytes = interleave(low[0], low[1], low[2], low[3]);
        const Lanes high_bytes = interleave(high[0], high[1], high[2], high[3]);
        IMGMINE_UNROLL
        for (int j = 0; j < 4; ++j) {
            low_sums.part[j] = _mm512_dpbusd_epi32(low_sums.part[j], low_bytes.part[j], ones);
            high_sums.part[j] = _mm512_dpbusd_epi32(high_sums.part[j], high_bytes.part[j], ones);
        }
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < channels; ++c) {
            const std::uint8_t* const* taps = around.taps + c * around.n_taps + k;
            const auto value = [&](int t) __attribute__((always_inline)) {
                return _mm512_xor_si512(_mm512_loadu_si512(taps[t] + i), middle);
            };
            const Lanes values = interleave(value(0), value(1), value(2), value(3));
            IMGMINE_UNROLL
            for (int j = 0; j < 4; ++j) {
                low_values[c].part[j] =
                    _mm512_dpbusd_epi32(low_values[c].part[j], low_bytes.part[j], values.part[j]);
                high_values[c].part[j] =
                    _mm512_dpbusd_epi32(high_values[c].part[j], high_bytes.part[j], values.part[j]);
            }
        }
    }
    const auto both = [](__m512i low, __m512i high) __attribute__((always_inline)) {
        return (NativeInts)_mm512_add_epi32(low, _mm512_slli_epi32(high, 8));
    };
    IMGMINE_UNROLL
    for (int j = 0; j < 4; ++j) {
        add_to(sums.weights + 16 * j, both(low_sums.part[j], high_sums.part[j]));
        for (std::size_t c = 0; c < channels; ++c)
            add_to(sums.values[c] + 16 * j, both(low_values[c].part[j], high_values[c].part[j]));
    }
}

/// The order that interleave() leaves, for what the pixels themselves add and for the result.
IMGMINE_INLINE void own_values(const std::uint8_t* center, float* sums) {
    const __m512i zero = _mm512_setzero_si512();
    const Lanes own = interleave(_mm512_loadu_si512(center), zero, zero, zero);
    for (int j = 0; j < 4; ++j)
        _mm512_storeu_ps(sums + 16 * j, (_mm512_cvtepi32_ps(own.part[j]) - 128.0f) * full);
}

IMGMINE_INLINE void write_means(const float* values, const float* weights, std::uint8_t* out) {
    __m512i part[4];
    for (int j = 0; j < 4; ++j) {
        const __m512 mean =
            _mm512_div_ps(_mm512_loadu_ps(values + 16 * j), _mm512_loadu_ps(weights + 16 * j));
        part[j] = _mm512_cvtps_epi32(mean + 128.0f);
    }
    _mm512_storeu_si512(out, _mm512_packus_epi16(_mm512_packs_epi32(part[0], part[1]),
                                                 _mm512_packs_epi32(part[2], part[3])));
}

template <int quarters, std::size_t channels>
void filter_bytes(const BilateralTaps& around, const std::uint8_t* const* centers,
                  std::uint8_t* const* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += block) {
        Sums sums;
        for (std::size_t x = 0; x < block; ++x) sums.weights[x] = full;
        for (std::size_t c = 0; c < channels; ++c) own_values(centers[c] + i, sums.values[c]);
        for (std::size_t k = 0; k < around.n_taps; k += taps_at_once)
            add_taps<quarters, channels>(
                around, k, k + taps_at_once < around.n_taps ? k + taps_at_once : around.n_taps,
                centers, i, sums);
        for (std::size_t c = 0; c < channels; ++c)
            write_means(sums.values[c], sums.weights, out[c] + i);
    }
}

template <std::size_t channels>
void filter_bytes(const BilateralTaps& around, const std::uint8_t* const* centers,
                  std::uint8_t* const* out, std::size_t n) {
    if (around.reach <= 64) return filter_bytes<1, channels>(around, centers, out, n);
    if (around.reach <= 128) return filter_bytes<2, channels>(around, centers, out, n);
    return filter_bytes<4, channels>(around, centers, out, n);
}

/// Whether sums of differences that saturate at 255 are enough, and are handled then.
bool filter_by_permutations(const BilateralTaps& around, const std::uint8_t* const* centers,
                            std::uint8_t* const* out, std::size_t n) {
    if (around.channels == 1) return filter_bytes<1>(around, centers, out, n), true;
    if (around.reach > 255) return false;
    if (around.channels == 2) return filter_bytes<2>(around, centers, out, n), true;
    if (around.channels == 3) return filter_bytes<3>(around, centers, out, n), true;
    return filter_bytes<4>(around, centers, out, n), true;
}

#elif defined(__x86_64__)

#if defined(__AVX2__)
typedef __m256i Register;
IMGMINE_INLINE Register load_register(const void* p) {
    return _mm256_loadu_si256((const __m256i*)p);
}
IMGMINE_INLINE Register repeat_16(const void* p) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i*)p));
}
IMGMINE_INLINE Register shuffle(Register table, Register at) {
    return _mm256_shuffle_epi8(table, at);
}
IMGMINE_INLINE Register add_saturated(Register a, Register b) {
    return _mm256_adds_epu8(a, b);
}
IMGMINE_INLINE Register low_bytes(Register a, Register b) {
    return _mm256_unpacklo_epi8(a, b);
}
IMGMINE_INLINE Register high_bytes(Register a, Register b) {
    return _mm256_unpackhi_epi8(a, b);
}
IMGMINE_INLINE Register low_shorts(Register a, Register b) {
    return _mm256_unpacklo_epi16(a, b);
}
IMGMINE_INLINE Register high_shorts(Register a, Register b) {
    return _mm256_unpackhi_epi16(a, b);
}
IMGMINE_INLINE Register product_above(Register a, Register b) {
    return _mm256_mulhi_epu16(a, b);
}
IMGMINE_INLINE Register shorts_of(Register a, Register b) {
    return _mm256_packs_epi32(a, b);
}
IMGMINE_INLINE Register bytes_of(Register a, Register b) {
    return _mm256_packus_epi16(a, b);
}
IMGMINE_INLINE Register rounded(NativeFloats x) {
    return _mm256_cvtps_epi32((__m256)x);
}
#else
typedef __m128i Register;
IMGMINE_INLINE Register load_register(const void* p) {
    return _mm_loadu_si128((const __m128i*)p);
}
IMGMINE_INLINE Register repeat_16(const void* p) {
    return load_register(p);
}
IMGMINE_INLINE Register shuffle(Register table, Register at) {
    return _mm_shuffle_epi8(table, at);
}
IMGMINE_INLINE Register add_saturated(Register a, Register b) {
    return _mm_adds_epu8(a, b);
}
IMGMINE_INLINE Register low_bytes(Register a, Register b) {
    return _mm_unpacklo_epi8(a, b);
}
IMGMINE_INLINE Register high_bytes(Register a, Register b) {
    return _mm_unpackhi_epi8(a, b);
}
IMGMINE_INLINE Register low_shorts(Register a, Register b) {
    return _mm_unpacklo_epi16(a, b);
}
IMGMINE_INLINE Register high_shorts(Register a, Register b) {
    return _mm_unpackhi_epi16(a, b);
}
IMGMINE_INLINE Register product_above(Register a, Register b) {
    return _mm_mulhi_epu16(a, b);
}
IMGMINE_INLINE Register shorts_of(Register a, Register b) {
    return _mm_packs_epi32(a, b);
}
IMGMINE_INLINE Register bytes_of(Register a, Register b) {
    return _mm_packus_epi16(a, b);
}
IMGMINE_INLINE Register rounded(NativeFloats x) {
    return _mm_cvtps_epi32((__m128)x);
}
#endif

// Byte shuffles look up sixteen entries at a time. Within a lane of 16 bytes, interleaving puts
// pixel 4 j + e into element e of register j.
struct Lanes {
    NativeInts part[4];
};

/// Sixteen-bit values, split into words below and above, as 32-bit ones.
IMGMINE_INLINE void add_shorts(Lanes& sums, NativeShorts low[2], NativeShorts high[2]) {
    IMGMINE_UNROLL
    for (int half = 0; half < 2; ++half) {
        sums.part[2 * half] += (NativeInts)low_shorts((Register)low[half], (Register)high[half]);
        sums.part[2 * half + 1] +=
            (NativeInts)high_shorts((Register)low[half], (Register)high[half]);
    }
}

IMGMINE_INLINE void look_up_16(const std::uint8_t* low_table, const std::uint8_t* high_table,
                               std::size_t reach, NativeBytes index, NativeBytes& low,
                               NativeBytes& high) {
    const Register to_sign = (Register)(NativeBytes{} + 0x70);
    low = high = NativeBytes{};
    for (std::size_t first = 0; first < reach; first += 16, index -= 16) {
        // What is not among these sixteen gets its highest bit set, for which a shuffle gives zero.
        const Register at = add_saturated((Register)index, to_sign);
        low |= (NativeBytes)shuffle(repeat_16(low_table + first), at);
        high |= (NativeBytes)shuffle(repeat_16(high_table + first), at);
    }
}

IMGMINE_INLINE NativeBytes add_differences(NativeBytes sum, NativeBytes a, NativeBytes b) {
    return (NativeBytes)add_saturated((Register)sum, (Register)(max(a, b) - min(a, b)));
}

/// Adds up to 240 taps, of `native_bytes` pixels.
template <std::size_t channels>
IMGMINE_INLINE void add_taps(const BilateralTaps& around, std::size_t first, std::size_t last,
                             const std::uint8_t* const* centers, std::size_t i, Sums& sums) {
    const Register zero = (Register)NativeBytes{};
    NativeShorts low_sums[2] = {}, high_sums[2] = {};  // of bytes: below 2^16
    Lanes values[channels] = {};
    for (std::size_t k = first; k < last; ++k) {
        NativeBytes index = {}, low, high;
        NativeBytes tap[channels];
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < channels; ++c) {
            tap[c] = load_native<NativeBytes>(around.taps[c * around.n_taps + k] + i);
            index = add_differences(index, tap[c], load_native<NativeBytes>(centers[c] + i));
        }
        const BilateralWeights& weights = *around.weights[k / 4];
        look_up_16(weights.low, weights.high, around.reach < 256 ? around.reach : 256, index, low,
                   high);
        const NativeShorts weight[2] = {(NativeShorts)low_bytes((Register)low, (Register)high),
                                        (NativeShorts)high_bytes((Register)low, (Register)high)};
        IMGMINE_UNROLL
        for (int half = 0; half < 2; ++half) {
            low_sums[half] += weight[half] & 255;
            high_sums[half] += weight[half] >> 8;
        }
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < channels; ++c) {
            NativeShorts below[2], above[2];
            IMGMINE_UNROLL
            for (int half = 0; half < 2; ++half) {
                const auto value = (NativeShorts)(half ? high_bytes((Register)tap[c], zero)
                                                       : low_bytes((Register)tap[c], zero));
                below[half] = weight[half] * value;
                above[half] = (NativeShorts)product_above((Register)weight[half], (Register)value);
            }
            add_shorts(values[c], below, above);
        }
    }
    Lanes low_total = {}, high_total = {};
    NativeShorts none[2] = {};
    add_shorts(low_total, low_sums, none);
    add_shorts(high_total, high_sums, none);
    IMGMINE_UNROLL
    for (int j = 0; j < 4; ++j) {
        const NativeInts total = low_total.part[j] + high_total.part[j] * 256;
        add_to(sums.weights + native_ints * j, total);
        // Sums of unsigned values may pass 2^31; less 128 times the weights they fit again.
        for (std::size_t c = 0; c < channels; ++c)
            add_to(sums.values[c] + native_ints * j, values[c].part[j] - total * 128);
    }
}

/// The order that interleaving leaves, for what the pixels themselves add and for the result.
IMGMINE_INLINE void own_values(const std::uint8_t* center, float* sums) {
    const auto own = load_native<NativeBytes>(center);
    const Register zero = (Register)NativeBytes{};
    NativeShorts shorts[2] = {(NativeShorts)low_bytes((Register)own, zero),
                              (NativeShorts)high_bytes((Register)own, zero)};
    NativeShorts none[2] = {};
    Lanes values = {};
    add_shorts(values, shorts, none);
    for (int j = 0; j < 4; ++j)
        store_native(sums + native_ints * j,
                     (__builtin_convertvector(values.part[j], NativeFloats) - 128.0f) * full);
}

IMGMINE_INLINE void write_means(const float* values, const float* weights, std::uint8_t* out) {
    Register part[4];
    for (int j = 0; j < 4; ++j)
        part[j] = rounded(load_native<NativeFloats>(values + native_ints * j) /
                              load_native<NativeFloats>(weights + native_ints * j) +
                          128.0f);
    store_native(out, bytes_of(shorts_of(part[0], part[1]), shorts_of(part[2], part[3])));
}

template <std::size_t channels>
void filter_bytes(const BilateralTaps& around, const std::uint8_t* const* centers,
                  std::uint8_t* const* out, std::size_t n) {
    for (std::size_t i = 0; i < n; i += native_bytes) {
        Sums sums;
        for (std::size_t x = 0; x < native_bytes; ++x) sums.weights[x] = full;
        for (std::size_t c = 0; c < channels; ++c) own_values(centers[c] + i, sums.values[c]);
        for (std::size_t k = 0; k < around.n_taps; k += taps_at_once)
            add_taps<channels>(around, k,
                               k + taps_at_once < around.n_taps ? k + taps_at_once : around.n_taps,
                               centers, i, sums);
        for (std::size_t c = 0; c < channels; ++c)
            write_means(sums.values[c], sums.weights, out[c] + i);
    }
}

/// Whether sums of differences that saturate at 255 are enough, and are handled then.
bool filter_by_permutations(const BilateralTaps& around, const std::uint8_t* const* centers,
                            std::uint8_t* const* out, std::size_t n) {
#if defined(__AVX2__)
    if (around.reach > 160) return false;  // gathers take less than so many shuffles
#endif
    if (around.channels == 1) return filter_bytes<1>(around, centers, out, n), true;
    if (around.reach > 255) return false;
    if (around.channels == 2) return filter_bytes<2>(around, centers, out, n), true;
    if (around.channels == 3) return filter_bytes<3>(around, centers, out, n), true;
    return filter_bytes<4>(around, centers, out, n), true;
}

#else

bool filter_by_permutations(const BilateralTaps&, const std::uint8_t* const*, std::uint8_t* const*,
                            std::size_t) {
    return false;
}

#endif

IMGMINE_INLINE NativeInts look_up(const std::int32_t* table, NativeInts at) {
#if defined(__AVX512F__)
    return (NativeInts)_mm512_i32gather_epi32((__m512i)at, table, 4);
#elif defined(__AVX2__)
    return (NativeInts)_mm256_i32gather_epi32(table, (__m256i)at, 4);
#else
    return NativeInts{table[at[0]], table[at[1]], table[at[2]], table[at[3]]};
#endif
}

/// One register of pixels by table look-ups: any number of channels, any reach of weights.
void filter_register(const BilateralTaps& around, const std::uint8_t* const* centers,
                     std::uint8_t* const* out, std::size_t i) {
    const std::size_t channels = around.channels;
    NativeInts own[most_channels];
    NativeFloats total_values[most_channels];
    for (std::size_t c = 0; c < channels; ++c) {
        own[c] = load_ints(centers[c] + i);
        total_values[c] = (__builtin_convertvector(own[c], NativeFloats) - 128.0f) * full;
    }
    NativeFloats total_weights = full - NativeFloats{};
    for (std::size_t first = 0; first < around.n_taps; first += taps_at_once) {
        NativeInts weights = {}, values[most_channels] = {};
        for (std::size_t k = first; k < around.n_taps && k < first + taps_at_once; ++k) {
            NativeInts tap[most_channels], apart = {};
            for (std::size_t c = 0; c < channels; ++c) {
                tap[c] = load_ints(around.taps[c * around.n_taps + k] + i);
                apart += max(tap[c] - own[c], own[c] - tap[c]);
            }
            const NativeInts weight = look_up(around.weights[k / 4]->whole, apart);
            weights += weight;
            for (std::size_t c = 0; c < channels; ++c) values[c] += weight * (tap[c] - 128);
        }
        total_weights += __builtin_convertvector(weights, NativeFloats);
        for (std::size_t c = 0; c < channels; ++c)
            total_values[c] += __builtin_convertvector(values[c], NativeFloats);
    }
    for (std::size_t c = 0; c < channels; ++c) {
        float means[native_ints];
        store_native(means, total_values[c] / total_weights + 128.0f);
        for (std::size_t x = 0; x < native_ints; ++x)
            out[c][i + x] = (std::uint8_t)__builtin_rintf(means[x]);
    }
}

/// The weighted mean of a pixel (which weighs 65535) and its taps. A tap weighs what the sum of its
/// channels' differences from the pixel finds in its table; sums are whole numbers of up to 240
/// taps, added as floats.
void filter_u8(const BilateralTaps& around, const std::uint8_t* const* centers,
               std::uint8_t* const* out, std::size_t n) {
    if (filter_by_permutations(around, centers, out, n)) return;
    for (std::size_t i = 0; i < n; i += native_ints) filter_register(around, centers, out, i);
}

constexpr float nothing = -120;  // the power of two of a weight that is not counted

IMGMINE_INLINE Floats magnitude(Floats x) {
    IMGMINE_UNROLL
    for (std::size_t u = 0; u < parts; ++u)
        x.part[u] = (NativeFloats)((NativeInts)x.part[u] & 0x7fffffff);
    return x;
}

template <std::size_t channels>
void filter_floats(const float* const* taps, const float* log_space, std::size_t n_taps,
                   float range_factor, const float* const* centers, float* const* out,
                   std::size_t n) {
    for (std::size_t i = 0; i < n; i += lanes) {
        Floats own[channels], values[channels], weights = broadcast(1.0f);
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < channels; ++c) own[c] = values[c] = load(centers[c] + i);
        for (std::size_t k = 0; k < n_taps; ++k) {
            Floats tap[channels], apart = broadcast(0.0f);
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < channels; ++c) {
                tap[c] = load(taps[c * n_taps + k] + i);
                apart = apart + magnitude(tap[c] - own[c]);
            }
            const Floats power =
                fma(apart * apart, broadcast(range_factor), broadcast(log_space[k]));
            Floats weight = exp2_not_positive(max(power, broadcast(nothing)));
            IMGMINE_UNROLL
            for (std::size_t u = 0; u < parts; ++u) {
                const NativeInts counts = power.part[u] > nothing;  // false for a NaN
                weight.part[u] = (NativeFloats)((NativeInts)weight.part[u] & counts);
                IMGMINE_UNROLL
                for (std::size_t c = 0; c < channels; ++c)
                    tap[c].part[u] = (NativeFloats)((NativeInts)tap[c].part[u] & counts);
            }
            weights = weights + weight;
            IMGMINE_UNROLL
            for (std::size_t c = 0; c < channels; ++c) values[c] = fma(weight, tap[c], values[c]);
        }
        IMGMINE_UNROLL
        for (std::size_t c = 0; c < channels; ++c) store(out[c] + i, values[c] / weights);
    }
}

/// The same for floats: a tap weighs 2^(log_space[k] + range_factor * d^2), d being the sum of its
/// channels' differences; less than 2^-120, and a NaN, is nothing.
void filter_f32(const float* const* taps, const float* log_space, std::size_t n_taps,
                std::size_t channels, float range_factor, const float* const* centers,
                float* const* out, std::size_t n) {
    switch (channels) {
        case 1:
            return filter_floats<1>(taps, log_space, n_taps, range_factor, centers, out, n);
        case 2:
            return filter_floats<2>(taps, log_space, n_taps, range_factor, centers, out, n);
        case 3:
            return filter_floats<3>(taps, log_space, n_taps, range_factor, centers, out, n);
        default:
            return filter_floats<4>(taps, log_space, n_taps, range_factor, centers, out, n);
    }
}

}  // namespace

extern const BilateralKernels IMGMINE_TABLE(bilateral_kernels);
const BilateralKernels IMGMINE_TABLE(bilateral_kernels) = {
    .filter_u8 = filter_u8,
    .filter_f32 = filter_f32,
};

}  // namespace imgmine
