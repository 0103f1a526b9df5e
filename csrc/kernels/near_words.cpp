#include "kernels/near_words.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

/// The first place in [from, n_b) whose word differs from `word` in at most `radius` bits, else
/// n_b.
IMGMINE_INLINE std::size_t find_one(std::uint64_t word, const std::uint64_t* b, std::size_t n_b,
                                    unsigned radius, std::size_t from) {
#if defined(__AVX512VPOPCNTDQ__)
    const __m512i query = _mm512_set1_epi64((long long)word), most = _mm512_set1_epi64(radius);
    for (std::size_t j = from; j < n_b; j += 8) {
        const std::size_t left = n_b - j;
        const auto inside = (__mmask8)(left < 8 ? (1u << left) - 1 : 255u);
        const __m512i other = _mm512_maskz_loadu_epi64(inside, b + j);
        const __m512i apart = _mm512_popcnt_epi64(_mm512_xor_si512(query, other));
        const unsigned near = _mm512_mask_cmple_epu64_mask(inside, apart, most);
        if (near) return j + (std::size_t)__builtin_ctz(near);
    }
#else
    for (std::size_t j = from; j < n_b; ++j)
        if ((unsigned)__builtin_popcountll(word ^ b[j]) <= radius) return j;
#endif
    return n_b;
}

/// Of all pairs i * n_b + j from `from` on, the first one whose a[i] and b[j] differ in at most
/// `radius` bits; n_a * n_b where there is none.
std::size_t find(const std::uint64_t* a, std::size_t n_a, const std::uint64_t* b, std::size_t n_b,
                 unsigned radius, std::size_t from) {
    if (n_b == 0) return 0;
    std::size_t j = from % n_b;
    for (std::size_t i = from / n_b; i < n_a; ++i, j = 0) {
        const std::size_t found = find_one(a[i], b, n_b, radius, j);
        if (found < n_b) return i * n_b + found;
    }
    return n_a * n_b;
}

}  // namespace
extern const NearWordsKernels IMGMINE_TABLE(near_words_kernels);
const NearWordsKernels IMGMINE_TABLE(near_words_kernels) = {.find = find};

}  // namespace imgmine
