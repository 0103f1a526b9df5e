#include "kernels/histogram.hpp"

#include "kernels/simd.hpp"

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

#if defined(__AVX512BW__)
constexpr std::size_t native_bytes = 64;
#elif defined(__AVX2__)
constexpr std::size_t native_bytes = 32;
#else
constexpr std::size_t native_bytes = 16;
#endif
typedef std::uint8_t NativeBytes __attribute__((vector_size(native_bytes)));

IMGMINE_INLINE std::uint32_t sum_bytes(NativeBytes v) {
    std::uint8_t bytes[native_bytes];
    std::memcpy(bytes, &v, sizeof bytes);
    std::uint32_t total = 0;
    for (std::size_t k = 0; k < native_bytes; ++k) total += bytes[k];
    return total;
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

/// ++counts[bin] with bin = luts[0][a] + luts[1][b] + luts[2][c] of each three-channel pixel.
/// Two tables, `size` apart, take turns.
void count_joint(const std::uint8_t* pixels, std::size_t n, const std::uint32_t* luts,
                 std::uint32_t* counts, std::size_t size) {
    const auto bin = [luts](const std::uint8_t* p) {
        return luts[p[0]] + luts[256 + p[1]] + luts[512 + p[2]];
    };
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2, pixels += 6) {
        ++counts[bin(pixels)];
        ++counts[size + bin(pixels + 3)];
    }
    if (i < n) ++counts[bin(pixels)];
}

}  // namespace
extern const HistogramKernels IMGMINE_TABLE(histogram_kernels);
const HistogramKernels IMGMINE_TABLE(histogram_kernels) = {
    .count_bytes = count_bytes,
    .count_not_below = count_not_below,
    .count_joint = count_joint,
};

}  // namespace imgmine
