#include "kernels/histogram.hpp"

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
    .to_planes = to_planes,
    .rgb_to_opponent = rgb_to_opponent,
};

}  // namespace imgmine
