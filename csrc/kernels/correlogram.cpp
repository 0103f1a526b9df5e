#include "kernels/correlogram.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

IMGMINE_INLINE NativeBytes count_if_equal(NativeBytes found, NativeBytes a, NativeBytes b) {
#if defined(__AVX512BW__)
    const __mmask64 mask = _mm512_cmpeq_epi8_mask((__m512i)a, (__m512i)b);
    return (NativeBytes)_mm512_mask_sub_epi8((__m512i)found, mask, (__m512i)found,
                                             _mm512_set1_epi8(-1));
#else
    return found - (NativeBytes)(a == b);
#endif
}

/// same[x] += how many of others[x], others[x + step], ..., m of them, are colors[x]. Reads and
/// writes up to a register beyond n.
void count_equal(const std::uint8_t* colors, std::size_t n, const std::uint8_t* others,
                 std::size_t m, std::size_t step, std::uint8_t* same) {
    for (std::size_t x = 0; x < n; x += native_bytes) {
        const auto color = load_native<NativeBytes>(colors + x);
        auto found = load_native<NativeBytes>(same + x);
        for (std::size_t k = 0; k < m; ++k)
            found = count_if_equal(found, color, load_native<NativeBytes>(others + x + k * step));
        store_native(same + x, found);
    }
}

/// counts[colors[x]] += same[x].
void add_by_color(const std::uint8_t* colors, const std::uint8_t* same, std::size_t n,
                  std::uint64_t* counts) {
    std::uint32_t tables[2][256] = {};  // take turns; 2^24 of the largest would fit
    for (std::size_t x = 0; x < n; x += 1 << 23) {
        const std::size_t end = n - x < (1 << 23) ? n : x + (1 << 23);
        std::size_t i = x;
        for (; i + 2 <= end; i += 2) {
            tables[0][colors[i]] += same[i];
            tables[1][colors[i + 1]] += same[i + 1];
        }
        if (i < end) tables[0][colors[i]] += same[i];
        for (std::size_t c = 0; c < 256; ++c) {
            counts[c] += std::uint64_t{tables[0][c]} + tables[1][c];
            tables[0][c] = tables[1][c] = 0;
        }
    }
}

}  // namespace
extern const CorrelogramKernels IMGMINE_TABLE(correlogram_kernels);
const CorrelogramKernels IMGMINE_TABLE(correlogram_kernels) = {
    .count_equal = count_equal,
    .add_by_color = add_by_color,
};

}  // namespace imgmine
