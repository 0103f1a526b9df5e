#include "kernels/histogram.hpp"

#include "kernels/simd_bits.hpp"
#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

/// Adds the bytes of `in` to four tables of 256 counts, whose sum is the histogram.
///
/// Equal neighbours, the rule in pictures, would make one table wait for its own last store.
void count_bytes(const std::uint8_t* in, std::size_t n, std::uint32_t* tables) {
    std::size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        std::uint64_t eight[2];
        std::memcpy(eight, in + i, 16);
        for (std::size_t k = 0; k < 16; ++k)
            ++tables[(k & 3) * 256 + (eight[k / 8] >> 8 * (k % 8) & 0xff)];
    }
    for (; i < n; ++i) ++tables[in[i]];
}

IMGMINE_INLINE std::uint32_t sum_bytes(NativeBytes v) {
#if defined(__AVX512BW__)
    return (std::uint32_t)_mm512_reduce_add_epi64(
        _mm512_sad_epu8((__m512i)v, _mm512_setzero_si512()));
#else
    std::uint8_t bytes[native_bytes];
    std::memcpy(bytes, &v, sizeof bytes);
    std::uint32_t total = 0;
    for (std::size_t k = 0; k < native_bytes; ++k) total += bytes[k];
    return total;
#endif
}

/// found + 1 in each byte where v >= edge.
IMGMINE_INLINE NativeBytes count_if_not_below(NativeBytes found, NativeBytes v, NativeBytes edge) {
#if defined(__AVX512BW__)
    const __mmask64 mask = _mm512_cmpge_epu8_mask((__m512i)v, (__m512i)edge);
    return (NativeBytes)_mm512_mask_sub_epi8((__m512i)found, mask, (__m512i)found,
                                             _mm512_set1_epi8(-1));
#else
    return found - (NativeBytes)(v >= edge);
#endif
}

/// counts[j] += how many bytes of `in` are >= edges[j], for `group` edges at once.
template <std::size_t group>
IMGMINE_INLINE void count_not_below_group(const std::uint8_t* in, std::size_t n,
                                          const std::uint8_t* edges, std::uint32_t* counts) {
    NativeBytes edge[group];
    for (std::size_t j = 0; j < group; ++j) edge[j] = edges[j] - NativeBytes{};
    const auto count = [&](const std::uint8_t* p, std::size_t n_blocks) {
        NativeBytes found[group] = {};
        for (; n_blocks; --n_blocks, p += native_bytes) {
            NativeBytes v;
            std::memcpy(&v, p, sizeof v);
            IMGMINE_UNROLL
            for (std::size_t j = 0; j < group; ++j)
                found[j] = count_if_not_below(found[j], v, edge[j]);
        }
        for (std::size_t j = 0; j < group; ++j) counts[j] += sum_bytes(found[j]);
    };
    for (std::size_t n_blocks = n / native_bytes; n_blocks;) {
        const std::size_t now = n_blocks < 255 ? n_blocks : 255;  // a byte counts no further
        count(in, now);
        in += now * native_bytes;
        n_blocks -= now;
    }
    if (n %= native_bytes) {  // zeros fill the last block; only an edge of 0 counts them
        std::uint8_t rest[native_bytes] = {};
        std::memcpy(rest, in, n);
        count(rest, 1);
        for (std::size_t j = 0; j < group; ++j)
            if (edges[j] == 0) counts[j] -= (std::uint32_t)(native_bytes - n);
    }
}

/// counts[j] += how many bytes of `in` are >= edges[j]. For a handful of edges, comparing whole
/// registers beats any table.
void count_not_below(const std::uint8_t* in, std::size_t n, const std::uint8_t* edges,
                     std::size_t n_edges, std::uint32_t* counts) {
    for (; n_edges >= 8; n_edges -= 8, edges += 8, counts += 8)
        count_not_below_group<8>(in, n, edges, counts);
    switch (n_edges) {
        case 7:
            return count_not_below_group<7>(in, n, edges, counts);
        case 6:
            return count_not_below_group<6>(in, n, edges, counts);
        case 5:
            return count_not_below_group<5>(in, n, edges, counts);
        case 4:
            return count_not_below_group<4>(in, n, edges, counts);
        case 3:
            return count_not_below_group<3>(in, n, edges, counts);
        case 2:
            return count_not_below_group<2>(in, n, edges, counts);
        case 1:
            return count_not_below_group<1>(in, n, edges, counts);
        default:
            return;
    }
}

#if defined(__AVX512VBMI2__)
typedef __m512i Bits;
/// The sum of three bits in each place, as a bit and a carry.
IMGMINE_INLINE void add_bits(Bits& carry, Bits& sum, Bits a, Bits b) {
    carry = _mm512_ternarylogic_epi64(sum, a, b, 0xe8);
    sum = _mm512_ternarylogic_epi64(sum, a, b, 0x96);
}

/// counts[k] += how many bytes of v have bit k, times `weight`.
IMGMINE_INLINE void add_set_bits(Bits v, std::uint32_t weight, std::uint32_t* counts) {
    for (int k = 0; k < 8; ++k)
        counts[k] += weight * (std::uint32_t)__builtin_popcountll(
                                  _mm512_test_epi8_mask(v, _mm512_set1_epi8((char)(1 << k))));
}
#endif

/// counts[bins[v / 16]] += 1 of each byte v, for bins 0 to 7 in rising order.
///
/// A byte becomes one bit of eight; sixteen registers of them are added up place by place in
/// registers of ones, twos, fours and eights (Harley and Seal), so that only one in sixteen is
/// counted bit by bit.
void count_sixteenths(const std::uint8_t* in, std::size_t n, const std::uint8_t* bins,
                      std::uint32_t* counts) {
    std::size_t i = 0;
#if defined(__AVX512VBMI2__)
    std::uint8_t bits[16];
    for (std::size_t k = 0; k < 16; ++k) bits[k] = (std::uint8_t)(1 << bins[k]);
    __m128i small;
    std::memcpy(&small, bits, 16);
    const Bits table = _mm512_broadcast_i32x4(small), low = _mm512_set1_epi8(15);
    const auto bit = [&](const std::uint8_t* p) {
        const Bits v = _mm512_loadu_si512(p);
        return _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(v, 4), low));
    };
    Bits ones = _mm512_setzero_si512(), twos = ones, fours = ones, eights = ones;
    for (; i + 1024 <= n; i += 1024) {
        Bits two[2], four[2], eight[2], sixteen;
        IMGMINE_UNROLL
        for (int half = 0; half < 2; ++half) {
            IMGMINE_UNROLL
            for (int quarter = 0; quarter < 2; ++quarter) {
                const std::uint8_t* p = in + i + 512 * half + 256 * quarter;
                add_bits(two[0], ones, bit(p), bit(p + 64));
                add_bits(two[1], ones, bit(p + 128), bit(p + 192));
                add_bits(four[quarter], twos, two[0], two[1]);
            }
            add_bits(eight[half], fours, four[0], four[1]);
        }
        add_bits(sixteen, eights, eight[0], eight[1]);
        add_set_bits(sixteen, 16, counts);
    }
    add_set_bits(ones, 1, counts);
    add_set_bits(twos, 2, counts);
    add_set_bits(fours, 4, counts);
    add_set_bits(eights, 8, counts);
#endif
    std::uint8_t edges[8];
    std::uint32_t not_below[8] = {};
    std::size_t n_edges = 0;
    for (std::size_t k = 1; k < 16; ++k)
        if (bins[k] != bins[k - 1]) edges[n_edges++] = (std::uint8_t)(16 * k);
    count_not_below(in + i, n - i, edges, n_edges, not_below);
    for (std::size_t k = 0; k <= n_edges; ++k)
        counts[k] += (k ? not_below[k - 1] : (std::uint32_t)(n - i)) - not_below[k];
}

/// The part of `bins` that v falls into: (v bins) / 256, or / 180.
template <bool hue>
IMGMINE_INLINE NativeShorts part_of(NativeSignedShorts v, NativeShorts bins) {
    const NativeShorts x = (NativeShorts)v * bins;
    if constexpr (hue)  // 46604 / 2^23 is 1 / 180, to within less than 2^-16 of it
        return multiply_high(x, (NativeShorts)shorts_of(46604)) >> 7;
    else
        return x >> 8;
}

/// Calls found(i, bins) with two registers of the bins of pixels i to i + native_bytes, halves of
/// them as halves_of() makes them; n is a multiple of native_bytes.
template <bool hue, class Found>
IMGMINE_INLINE void find_joint(const std::uint8_t* pixels, std::size_t n, const int* bins,
                               const Found& found) {
    const NativeShorts b0 = (NativeShorts)shorts_of(bins[0]), b1 = (NativeShorts)shorts_of(bins[1]),
                       b2 = (NativeShorts)shorts_of(bins[2]);
    for (std::size_t i = 0; i < n; i += native_bytes) {
#if defined(__x86_64__)
        for (std::size_t line = 0; line < 3 * native_bytes; line += 64)  // past the end is no harm
            __builtin_prefetch(pixels + 3 * i + 4096 + line);
#endif
        const BytePlanes v = load_planes(pixels + 3 * i);
        const Halves a = halves_of(v.plane[0]), b = halves_of(v.plane[1]),
                     c = halves_of(v.plane[2]);
        const auto bin = [&](NativeSignedShorts x, NativeSignedShorts y, NativeSignedShorts z) {
            return (part_of<hue>(x, b0) * b1 + part_of<false>(y, b1)) * b2 + part_of<false>(z, b2);
        };
        found(i, Halves{(NativeSignedShorts)bin(a.low, b.low, c.low),
                        (NativeSignedShorts)bin(a.high, b.high, c.high)});
    }
}

template <class Found>
IMGMINE_INLINE void find_joint(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                               const Found& found) {
    if (joint.hue)
        find_joint<true>(pixels, n, joint.bins, found);
    else
        find_joint<false>(pixels, n, joint.bins, found);
}

IMGMINE_INLINE std::uint32_t joint_bin(const std::uint32_t* luts, const std::uint8_t* p) {
    return luts[p[0]] + luts[256 + p[1]] + luts[512 + p[2]];
}

/// The bins of pixels, of which there are at most 256.
void joint_bytes(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                 std::uint8_t* out) {
    const std::size_t whole = n / native_bytes * native_bytes;
    find_joint(pixels, whole, joint,
               [out](std::size_t i, const Halves& bins) { store_native(out + i, join(bins)); });
    for (std::size_t i = whole; i < n; ++i)
        out[i] = (std::uint8_t)joint_bin(joint.luts, pixels + 3 * i);
}

constexpr std::size_t joint_block = 1024;

/// The halves as pixels lie, where runs of equal ones are looked for.
IMGMINE_INLINE Halves put_in_order(const Halves& v) {
#if defined(__AVX512VBMI2__)
    const auto order = [&v](int first) {
        const __m512i at =
            _mm512_add_epi64(_mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), _mm512_set1_epi64(first));
        return (NativeSignedShorts)_mm512_permutex2var_epi64((__m512i)v.low, at, (__m512i)v.high);
    };
    return {order(0), order(4)};
#else
    return v;
#endif
}

/// Counts n bins, a multiple of 4, in four tables that take turns. bins[-1] may be written.
IMGMINE_INLINE void count_bins(std::uint16_t* bins, std::size_t n, std::uint32_t* const* tables) {
#if defined(__AVX512VBMI2__)
    // Runs of equal bins are counted as one, unless hardly any are longer than a pixel.
    std::uint16_t values[joint_block + 32], starts[joint_block + 32];
    std::size_t n_runs = 0;
    bins[-1] = (std::uint16_t)~bins[0];
    for (std::size_t i = 0; i < n; i += 32) {
        const __m512i v = _mm512_loadu_si512(bins + i);
        const __mmask32 begins = _mm512_cmpneq_epi16_mask(v, _mm512_loadu_si512(bins + i - 1));
        _mm512_storeu_si512(values + n_runs, _mm512_maskz_compress_epi16(begins, v));
        n_runs += append_set(begins, i, starts + n_runs);
    }
    starts[n_runs] = (std::uint16_t)n;
    if (3 * n_runs < 2 * n) {
        for (; n_runs % 4; ++n_runs) {
            values[n_runs] = values[0];
            starts[n_runs + 1] = (std::uint16_t)n;
        }
        for (std::size_t i = 0; i < n_runs; i += 4) IMGMINE_UNROLL
        for (std::size_t t = 0; t < 4; ++t)
            tables[t][values[i + t]] += (std::uint32_t)(starts[i + t + 1] - starts[i + t]);
        return;
    }
#endif
    for (std::size_t i = 0; i < n; i += 4) {
        std::uint64_t four;
        std::memcpy(&four, bins + i, 8);
        IMGMINE_UNROLL
        for (std::size_t t = 0; t < 4; ++t) ++tables[t][four >> 16 * t & 0xffff];
    }
}

/// Counts the bins, `size` in all, of three-channel pixels in `n_tables` tables (2 or 4) that take
/// turns, `stride` apart: equal neighbours would make one wait for its own last store.
void count_joint(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                 std::uint32_t* tables, std::size_t size, std::size_t stride,
                 std::size_t n_tables) {
    alignas(64) std::uint16_t room[32 + joint_block];
    std::uint16_t* const bins = room + 32;
    std::uint32_t* turns[4];
    for (std::size_t t = 0; t < 4; ++t) turns[t] = tables + t % n_tables * stride;
    while (size <= 65536 && n >= native_bytes) {
        const std::size_t now = (n < joint_block ? n : joint_block) / native_bytes * native_bytes;
        find_joint(pixels, now, joint, [bins](std::size_t i, const Halves& found) {
            const Halves in_order = put_in_order(found);
            store_native(bins + i, in_order.low);
            store_native(bins + i + native_shorts, in_order.high);
        });
        count_bins(bins, now, turns);
        pixels += 3 * now;
        n -= now;
    }
    std::uint32_t* const second = turns[1];
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2, pixels += 6) {
        ++tables[joint_bin(joint.luts, pixels)];
        ++second[joint_bin(joint.luts, pixels + 3)];
    }
    if (i < n) ++tables[joint_bin(joint.luts, pixels)];
}

/// Takes interleaved channels apart.
void to_planes(const std::uint8_t* pixels, std::size_t n, std::size_t channels,
               std::uint8_t* planes) {
    std::size_t i = 0;
    if (channels == 3)
        for (; i + native_bytes <= n; i += native_bytes) {
            const BytePlanes v = load_planes(pixels + 3 * i);
            for (std::size_t c = 0; c < 3; ++c) store_native(planes + c * n + i, v.plane[c]);
        }
    for (; i < n; ++i)
        for (std::size_t c = 0; c < channels; ++c) planes[c * n + i] = pixels[i * channels + c];
}

/// (R - G + 255) / 2, (R + G - 2B + 510) / 4, (R + G + B) / 3, rounded down.
void rgb_to_opponent(const std::uint8_t* rgb, std::uint8_t* out, std::size_t n) {
    convert_pixels(rgb, out, n, false, [](const BytePlanes& v) -> BytePlanes {
        const Halves r = halves_of(v.plane[0]), g = halves_of(v.plane[1]),
                     b = halves_of(v.plane[2]);
        const auto first = [](NativeSignedShorts x, NativeSignedShorts y) {
            return (x - y + 255) >> 1;
        };
        const auto second = [](NativeSignedShorts x, NativeSignedShorts y, NativeSignedShorts z) {
            return (x + y - 2 * z + 510) >> 2;
        };
        const auto third = [](NativeSignedShorts x, NativeSignedShorts y, NativeSignedShorts z) {
            // 43691 / 2^17 is 1 / 3, exactly enough for 16 bits
            return (NativeSignedShorts)(multiply_high((NativeShorts)(x + y + z),
                                                      (NativeShorts)shorts_of(43691)) >>
                                        1);
        };
        return {{join(first(r.low, g.low), first(r.high, g.high)),
                 join(second(r.low, g.low, b.low), second(r.high, g.high, b.high)),
                 join(third(r.low, g.low, b.low), third(r.high, g.high, b.high))}};
    });
}

}  // namespace
extern const HistogramKernels IMGMINE_TABLE(histogram_kernels);
const HistogramKernels IMGMINE_TABLE(histogram_kernels) = {
    .count_bytes = count_bytes,
    .count_not_below = count_not_below,
    .count_sixteenths = count_sixteenths,
    .count_joint = count_joint,
    .joint_bytes = joint_bytes,
    .to_planes = to_planes,
    .rgb_to_opponent = rgb_to_opponent,
};

}  // namespace imgmine
