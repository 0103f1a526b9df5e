#include "kernels/hamming.hpp"

#include <cstring>

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// n bytes of each row as words, zeros behind them.
void pack(const std::uint8_t* rows, std::size_t row_stride, std::size_t n_rows, std::size_t n,
          std::uint64_t* block) {
    for (std::size_t i = 0; i < n_rows; ++i) {
        const std::uint8_t* row = rows + i * row_stride;
        std::size_t w = 0;
        for (; 8 * w + 8 <= n; ++w) std::memcpy(block + w * hamming_block + i, row + 8 * w, 8);
        if (8 * w == n) continue;
        std::uint64_t last = 0;
        copy_few((std::uint8_t*)&last, row + 8 * w, n - 8 * w);
        block[w * hamming_block + i] = last;
    }
}

/// How many bits of eight codes differ from the query's.
#if defined(__AVX512VPOPCNTDQ__)
template <std::size_t known_words>
IMGMINE_INLINE __m512i eight(const std::uint64_t* block, const std::uint64_t* query,
                             std::size_t n_words) {
    __m512i total = _mm512_setzero_si512();
    const std::size_t n = known_words ? known_words : n_words;
    for (std::size_t w = 0; w < n; ++w)
        total = _mm512_add_epi64(total, _mm512_popcnt_epi64(_mm512_xor_si512(
                                            _mm512_loadu_si512(block + w * hamming_block),
                                            _mm512_set1_epi64((long long)query[w]))));
    return total;
}
#endif

IMGMINE_INLINE std::uint32_t one(const std::uint64_t* block, const std::uint64_t* query,
                                 std::size_t n_words) {
    std::uint32_t total = 0;
    for (std::size_t w = 0; w < n_words; ++w)
        total += (std::uint32_t)__builtin_popcountll(block[w * hamming_block] ^ query[w]);
    return total;
}

template <std::size_t known_words>
IMGMINE_INLINE std::size_t find(const std::uint64_t* block, std::size_t n_codes,
                                const std::uint64_t* query, std::size_t n_words,
                                std::uint32_t limit, std::uint32_t* at, std::uint32_t* distances) {
    std::size_t i = 0, n_found = 0;
#if defined(__AVX512VPOPCNTDQ__)
    constexpr std::size_t group = 8;  // registers whose least value is looked at first
    const __m512i limits = _mm512_set1_epi32((int)limit);
    const __m512i even_limits = _mm512_maskz_mov_epi32(0x5555, limits);  // 0 < 0 is false
    for (; i + 8 * group <= n_codes; i += 8 * group) {
        __m512i totals[group];
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < group; ++u)
            totals[u] = eight<known_words>(block + i + 8 * u, query, n_words);
        __m512i least = totals[0];
        IMGMINE_UNROLL
        for (std::size_t u = 1; u < group; ++u) least = _mm512_min_epu32(least, totals[u]);
        if (!_mm512_cmplt_epu32_mask(least, even_limits)) continue;
        IMGMINE_UNROLL
        for (std::size_t u = 0; u < group; ++u) {
            std::uint32_t bits = _mm512_cmplt_epu32_mask(totals[u], even_limits);
            if (!bits) continue;
            std::uint64_t values[8];
            _mm512_storeu_si512(values, totals[u]);
            for (; bits; bits &= bits - 1) {
                const auto j = (std::size_t)__builtin_ctz(bits) / 2;
                at[n_found] = (std::uint32_t)(i + 8 * u + j);
                distances[n_found++] = (std::uint32_t)values[j];
            }
        }
    }
#endif
    for (; i < n_codes; ++i) {
        const std::uint32_t total = one(block + i, query, known_words ? known_words : n_words);
        at[n_found] = (std::uint32_t)i;
        distances[n_found] = total;
        n_found += total < limit;
    }
    return n_found;
}

/// The codes whose distance is below `limit`, in order; how many. Room for one more than n_codes.
std::size_t below(const std::uint64_t* block, std::size_t n_codes, const std::uint64_t* query,
                  std::size_t n_words, std::uint32_t limit, std::uint32_t* at,
                  std::uint32_t* distances) {
    if (n_words == 1) return find<1>(block, n_codes, query, 1, limit, at, distances);
    if (n_words == 2) return find<2>(block, n_codes, query, 2, limit, at, distances);
    if (n_words == 4) return find<4>(block, n_codes, query, 4, limit, at, distances);
    return find<0>(block, n_codes, query, n_words, limit, at, distances);
}

void all_distances(const std::uint64_t* block, std::size_t n_codes, const std::uint64_t* query,
                   std::size_t n_words, float* out) {
    std::size_t i = 0;
#if defined(__AVX512VPOPCNTDQ__)
    for (; i + 8 <= n_codes; i += 8)
        _mm256_storeu_ps(out + i, _mm512_cvtepi64_ps(eight<0>(block + i, query, n_words)));
#endif
    for (; i < n_codes; ++i) out[i] = (float)one(block + i, query, n_words);
}

}  // namespace
extern const HammingKernels IMGMINE_TABLE(hamming_kernels);
const HammingKernels IMGMINE_TABLE(hamming_kernels) = {
    .pack = pack,
    .below = below,
    .distances = all_distances,
};

}  // namespace imgmine
