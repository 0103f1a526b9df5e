#include "kernels/histogram.hpp"

#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

/// Adds the bytes of `in` to four tables of 256 counts, whose sum is the histogram.
///
/// Equal neighbours, the rule in pictures, would make one table wait for its own last store.
void count_bytes(const std::uint8_t* in, std::size_t n, std::uint32_t* tables) {
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, in + i, 8);
        for (std::size_t k = 0; k < 8; ++k) ++tables[(k & 3) * 256 + (eight >> 8 * k & 0xff)];
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

/// Counts the bins of three-channel pixels in `n_tables` tables (2 or 4) that take turns, `size`
/// apart: equal neighbours would make one wait for its own last store.
void count_joint(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                 std::uint32_t* tables, std::size_t size, std::size_t n_tables) {
    constexpr std::size_t most = 1024;
    std::uint16_t bins[most];
    std::uint32_t* const second = tables + size;
    std::uint32_t* const third = n_tables == 4 ? second + size : tables;
    std::uint32_t* const fourth = n_tables == 4 ? third + size : second;
    while (size <= 65536 && n >= native_bytes) {
        const std::size_t now = (n < most ? n : most) / native_bytes * native_bytes;
        find_joint(pixels, now, joint, [&bins](std::size_t i, const Halves& found) {
            store_native(bins + i, found.low);
            store_native(bins + i + native_shorts, found.high);
        });
        for (std::size_t i = 0; i < now; i += 4) {
            std::uint64_t four;
            std::memcpy(&four, bins + i, 8);
            ++tables[four & 0xffff];
            ++second[four >> 16 & 0xffff];
            ++third[four >> 32 & 0xffff];
            ++fourth[four >> 48];
        }
        pixels += 3 * now;
        n -= now;
    }
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
    .count_joint = count_joint,
    .joint_bytes = joint_bytes,
    .to_planes = to_planes,
    .rgb_to_opponent = rgb_to_opponent,
};

}  // namespace imgmine
