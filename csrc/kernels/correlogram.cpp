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

/// same[x] = how many of others[0][x] .. others[m - 1][x] are colors[x], m at most 255. Reads and
/// writes up to a register beyond n.
void count_equal(const std::uint8_t* colors, std::size_t n, const std::uint8_t* const* others,
                 std::size_t m, std::uint8_t* same) {
    for (std::size_t x = 0; x < n; x += native_bytes) {
        const auto color = load_native<NativeBytes>(colors + x);
        NativeBytes found{}, more{};
        std::size_t k = 0;
        for (; k + 2 <= m; k += 2) {
            found = count_if_equal(found, color, load_native<NativeBytes>(others[k] + x));
            more = count_if_equal(more, color, load_native<NativeBytes>(others[k + 1] + x));
        }
        if (k < m) found = count_if_equal(found, color, load_native<NativeBytes>(others[k] + x));
        store_native(same + x, found + more);
    }
}

template <class Upper>
IMGMINE_INLINE void add_to_tables(const std::uint8_t* colors, const std::uint8_t* first,
                                  const Upper& upper, std::size_t n, std::uint64_t* tables) {
    const auto add = [&](std::size_t x, std::size_t table) {
        tables[color_table * table + colors[x]] += first[x] | upper(x);
    };
    std::size_t x = 0;
    for (; x + 4 <= n; x += 4)
        for (std::size_t k = 0; k < 4; ++k) add(x + k, k);
    for (; x < n; ++x) add(x, 0);
}

/// Adds first[x], and 2^32 second[x], to the number of colors[x] in one of four tables; 2^32 where
/// there is no second.
void add_by_color(const std::uint8_t* colors, const std::uint8_t* first, const std::uint8_t* second,
                  std::size_t n, std::uint64_t* tables) {
    if (second)
        add_to_tables(
            colors, first, [&](std::size_t x) { return (std::uint64_t)second[x] << 32; }, n,
            tables);
    else
        add_to_tables(colors, first, [](std::size_t) { return std::uint64_t{1} << 32; }, n, tables);
}

}  // namespace
extern const CorrelogramKernels IMGMINE_TABLE(correlogram_kernels);
const CorrelogramKernels IMGMINE_TABLE(correlogram_kernels) = {
    .count_equal = count_equal,
    .add_by_color = add_by_color,
};

}  // namespace imgmine
