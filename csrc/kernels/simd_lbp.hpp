#pragma once

#include "kernels/lbp.hpp"
#include "kernels/simd_integers.hpp"
#include "kernels/simd_table.hpp"

// Local binary patterns of 64 pixels, of eight points at distance 1.
namespace imgmine {
namespace {

constexpr std::size_t block = 64;

// The eight neighbours of a pixel c at distance 1, of which the diagonal ones are interpolated
// between it, two straight neighbours a and b, and the corner d, with weights p^2, pq, pq, q^2 for
// p = 0.29289, q = 0.70711 (1/sqrt 2 to five digits). The result is not below c where
// q (d - c) + p (a + b - 2 c) >= 0: where a + b - 2 c + 2.41425 (d - c) >= 0, of which whole parts
// can be taken, as whole numbers of this size are never nearer to it than 0.0024 without being it.
// They are where d = c and a - c = c - b: there, and only there, the rounding of the doubles that
// the definition is computed in decides. For a = b = c tables hold how; else it is computed.

/// native_doubles shorts as doubles.
IMGMINE_INLINE NativeDoubles load_wide(const std::int16_t* p) {
#if defined(__AVX512F__)
    return (NativeDoubles)_mm512_cvtepi32_pd(
        _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i*)p)));
#elif defined(__AVX2__)
    return (NativeDoubles)_mm256_cvtepi32_pd(
        _mm_cvtepi16_epi32(_mm_loadl_epi64((const __m128i*)p)));
#else
    return NativeDoubles{(double)p[0], (double)p[1]};
#endif
}

/// A bit for each a >= b.
IMGMINE_INLINE std::uint64_t not_less(NativeDoubles a, NativeDoubles b) {
#if defined(__AVX512F__)
    return _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_GE_OQ);
#elif defined(__AVX__)
    return (std::uint64_t)_mm256_movemask_pd(_mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_GE_OQ));
#else
    return (std::uint64_t)(a[0] >= b[0] ? 1 : 0) | (std::uint64_t)(a[1] >= b[1] ? 2 : 0);
#endif
}

/// (1 - t) a + t b.
IMGMINE_INLINE NativeDoubles mix(NativeDoubles t, NativeDoubles a, NativeDoubles b) {
    return (1.0 - t) * a + t * b;
}

#if defined(__AVX512VBMI__)
struct Half {  // 32 pixels
    __m512i c, right, left, up, down;

    IMGMINE_INLINE Half(const LbpCircleRow& row, std::size_t x) {
        c = _mm512_loadu_si512(row.mid + x);
        right = minus_c(row.mid + x + 1);
        left = minus_c(row.mid + x - 1);
        up = minus_c(row.up + x);
        down = minus_c(row.down + x);
    }
    IMGMINE_INLINE __m512i minus_c(const std::int16_t* p) const {
        return _mm512_sub_epi16(_mm512_loadu_si512(p), c);
    }
};

struct Corner {
    __m512i both;
    __mmask32 below;

    IMGMINE_INLINE Corner(const Half& h, const std::int16_t* corner, __m512i a, __m512i b) {
        const __m512i x = h.minus_c(corner);
        const __m512i y = _mm512_add_epi16(a, b);
        const __m512i part = _mm512_mulhi_epi16(x, _mm512_set1_epi16(27148));  // 0.41425 x
        both = _mm512_or_si512(x, y);
        // Saturation keeps the sign: what is added last has the sign of what was added first.
        below = _mm512_movepi16_mask(
            _mm512_adds_epi16(_mm512_adds_epi16(y, x), _mm512_add_epi16(x, part)));
    }
};

IMGMINE_INLINE std::uint64_t join(__mmask32 low, __mmask32 high) {
    return (std::uint64_t)_mm512_kunpackd(high, low);
}

IMGMINE_INLINE std::uint64_t zeros(__m512i low, __m512i high) {
    return join(_mm512_testn_epi16_mask(low, low), _mm512_testn_epi16_mask(high, high));
}

IMGMINE_INLINE std::uint64_t negative(__m512i low, __m512i high) {
    return join(_mm512_movepi16_mask(low), _mm512_movepi16_mask(high));
}

IMGMINE_INLINE __m512i without_bit(__m512i patterns, std::uint64_t below, int bit) {
    return _mm512_mask_sub_epi8(patterns, (__mmask64)below, patterns,
                                _mm512_set1_epi8((char)(1 << bit)));
}

/// Eight pixels of a row and their two neighbours, and what lies between those to the right and to
/// the left.
struct Between {
    NativeDoubles right, left;

    IMGMINE_INLINE Between(const LbpCircleRow& row, const std::int16_t* p, std::size_t x,
                           NativeDoubles center) {
        const NativeDoubles before = load_wide(p + x - 1), after = load_wide(p + x + 1);
        right = mix(load_native<NativeDoubles>(row.right[0] + x), center, after);
        left = mix(load_native<NativeDoubles>(row.right[1] + x), before, center);
    }
};

/// Ties of which no table tells: those among them that count as below, corner by corner, in exactly
/// the operations of the definition. A group of pixels is worked out for all corners at once: which
/// corner has a tie cannot be foreseen.
IMGMINE_INLINE void settle(const LbpCircleRow& row, std::size_t x, const std::uint64_t* rest,
                           std::uint64_t* below) {
    const NativeDoubles above = row.below[0] - NativeDoubles{};
    const NativeDoubles under = row.below[1] - NativeDoubles{};
    for (std::uint64_t left = rest[0] | rest[1] | rest[2] | rest[3]; left;) {
        const std::size_t at = (std::size_t)__builtin_ctzll(left) & ~std::size_t{7}, i = x + at;
        const NativeDoubles center = load_wide(row.mid + i);
        const Between up(row, row.up, i, load_wide(row.up + i));
        const Between mid(row, row.mid, i, center);
        const Between down(row, row.down, i, load_wide(row.down + i));
        const std::uint64_t not_below[4] = {not_less(mix(above, up.right, mid.right), center),
                                            not_less(mix(above, up.left, mid.left), center),
                                            not_less(mix(under, mid.left, down.left), center),
                                            not_less(mix(under, mid.right, down.right), center)};
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) below[k] |= rest[k] & (~not_below[k] & 255) << at;
        left &= ~(std::uint64_t{255} << at);
    }
}

/// Takes the ties that tables tell off the rest of them, and adds those that count as below.
IMGMINE_INLINE void settle_flat(const LbpCircleRow& row, std::size_t x, const std::uint64_t* flat,
                                __m512i centers, std::uint64_t* rest, std::uint64_t* below) {
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < 4; ++k) {
        const std::uint8_t* table = row.ties[x / block * 4 + k];
        const std::uint64_t known = table ? flat[k / 2] & rest[k] : 0;
        if (!known) continue;
        const __m512i value = ByteTable(table).at(centers);
        below[k] |= known & ~_mm512_test_epi8_mask(value, value);
        rest[k] &= ~known;
    }
}

/// A bit set of each pixel's neighbours that are not below it.
IMGMINE_INLINE __m512i circle_block(const LbpCircleRow& row, std::size_t x) {
    const Half low(row, x), high(row, x + 32);
    const std::int16_t *up = row.up + x, *down = row.down + x;
    const Corner corner_low[4] = {{low, up + 1, low.up, low.right},
                                  {low, up - 1, low.up, low.left},
                                  {low, down - 1, low.down, low.left},
                                  {low, down + 1, low.down, low.right}};
    const Corner corner_high[4] = {{high, up + 33, high.up, high.right},
                                   {high, up + 31, high.up, high.left},
                                   {high, down + 31, high.down, high.left},
                                   {high, down + 33, high.down, high.right}};
    std::uint64_t below[4], tie[4], any = 0;
    IMGMINE_UNROLL
    for (std::size_t k = 0; k < 4; ++k) {
        below[k] = join(corner_low[k].below, corner_high[k].below);
        tie[k] = zeros(corner_low[k].both, corner_high[k].both);
        any |= tie[k];
    }
    if (any) {
        const std::uint64_t flat[2] = {zeros(low.up, high.up), zeros(low.down, high.down)};
        if (any & (flat[0] | flat[1])) {
            const auto bytes = [](__m512i c) {
                return _mm512_cvtepi16_epi8(_mm512_srli_epi16(c, 6));
            };
            const __m512i centers =
                _mm512_inserti64x4(_mm512_castsi256_si512(bytes(low.c)), bytes(high.c), 1);
            settle_flat(row, x, flat, centers, tie, below);
        }
        settle(row, x, tie, below);
    }
    __m512i all = _mm512_set1_epi8(-1);
    all = without_bit(all, negative(low.right, high.right), 0);
    all = without_bit(all, below[0], 1);
    all = without_bit(all, negative(low.up, high.up), 2);
    all = without_bit(all, below[1], 3);
    all = without_bit(all, negative(low.left, high.left), 4);
    all = without_bit(all, below[2], 5);
    all = without_bit(all, negative(low.down, high.down), 6);
    return without_bit(all, below[3], 7);
}

IMGMINE_INLINE void code_block(const LbpCircleRow& row, std::size_t x, const ByteTable& table,
                               std::uint8_t* codes) {
    _mm512_storeu_si512(codes + x, table.at(circle_block(row, x)));
}
#else
/// Which of the `wanted` pixels of the block at x have corner k not below them, in exactly the
/// operations of the definition; of 64 times the pixels, which is exact.
IMGMINE_INLINE std::uint64_t corner_not_below(const LbpCircleRow& row, std::size_t x,
                                              std::size_t corner, std::uint64_t wanted) {
    constexpr std::uint64_t group = (std::uint64_t{1} << native_doubles) - 1;
    const bool is_left = corner == 1 || corner == 2, is_below = corner > 1;
    const std::int16_t* top = (is_below ? row.mid : row.up) - (is_left ? 1 : 0);
    const std::int16_t* bottom = (is_below ? row.down : row.mid) - (is_left ? 1 : 0);
    const double* right = row.right[is_left ? 1 : 0];
    const NativeDoubles below = row.below[is_below ? 1 : 0] - NativeDoubles{};
    std::uint64_t found = 0;
    for (std::uint64_t rest = wanted; rest;) {
        const std::size_t at = (std::size_t)__builtin_ctzll(rest) / native_doubles * native_doubles;
        const std::size_t i = x + at;
        const NativeDoubles t = load_native<NativeDoubles>(right + i);
        const NativeDoubles a = mix(t, load_wide(top + i), load_wide(top + i + 1));
        const NativeDoubles b = mix(t, load_wide(bottom + i), load_wide(bottom + i + 1));
        found |= not_less(mix(below, a, b), load_wide(row.mid + i)) << at;
        rest &= ~(group << at);
    }
    return found & wanted;
}

/// Adds `bit` where the corner is not below; ties are found aside.
IMGMINE_INLINE void corner_block(const std::int16_t* mid, const std::int16_t* corner,
                                 const std::int16_t* a, const std::int16_t* b, std::uint8_t bit,
                                 std::uint8_t* patterns, std::uint8_t* tie) {
    for (std::size_t x = 0; x < block; ++x) {
        const auto d = (std::int16_t)(corner[x] - mid[x]);
        const auto sum = (std::int16_t)((std::int16_t)(a[x] - mid[x]) + (b[x] - mid[x]));
        const auto part = (std::int16_t)(((std::int16_t)(2 * d) * 13574) >> 16);
        const auto n = (std::int16_t)((sum >> 6) + (d >> 5) + (part >> 6));
        patterns[x] |= (std::uint8_t)(n >= 0 ? bit : 0);
        tie[x] = (std::uint8_t)((d | sum) == 0 ? 1 : 0);
    }
}

IMGMINE_INLINE void straight_block(const std::int16_t* mid, const std::int16_t* place,
                                   std::uint8_t bit, std::uint8_t* patterns) {
    for (std::size_t x = 0; x < block; ++x)
        patterns[x] |= (std::uint8_t)(place[x] >= mid[x] ? bit : 0);
}

/// Takes `bit` off those of the ties that count as below.
void settle_ties(const LbpCircleRow& row, std::size_t x, std::size_t corner,
                 const std::uint8_t* tie, std::uint8_t* patterns) {
    const std::uint8_t* table = row.ties[x / block * 4 + corner];
    const std::int16_t *a = (corner < 2 ? row.up : row.down) + x, *mid = row.mid + x;
    const auto bit = (std::uint8_t)(2u << 2 * corner);
    std::uint64_t rest = 0;
    for (std::size_t word = 0; word < block; word += 8) {
        std::uint64_t eight;
        std::memcpy(&eight, tie + word, 8);
        for (; eight; eight &= eight - 1) {
            const std::size_t i = word + (std::size_t)__builtin_ctzll(eight) / 8;
            if (!table || a[i] != mid[i])
                rest |= std::uint64_t{1} << i;
            else if (!table[mid[i] >> 6])
                patterns[i] &= (std::uint8_t)~bit;
        }
    }
    if (!rest) return;
    std::uint64_t below = rest & ~corner_not_below(row, x, corner, rest);
    for (; below; below &= below - 1) patterns[__builtin_ctzll(below)] &= (std::uint8_t)~bit;
}

IMGMINE_INLINE void code_block(const LbpCircleRow& row, std::size_t x, const ByteTable& table,
                               std::uint8_t* codes) {
    alignas(64) std::uint8_t patterns[block] = {}, tie[4][block];
    const std::int16_t *up = row.up + x, *mid = row.mid + x, *down = row.down + x;
    straight_block(mid, mid + 1, 1, patterns);
    straight_block(mid, up, 4, patterns);
    straight_block(mid, mid - 1, 16, patterns);
    straight_block(mid, down, 64, patterns);
    corner_block(mid, up + 1, up, mid + 1, 2, patterns, tie[0]);
    corner_block(mid, up - 1, up, mid - 1, 8, patterns, tie[1]);
    corner_block(mid, down - 1, down, mid - 1, 32, patterns, tie[2]);
    corner_block(mid, down + 1, down, mid + 1, 128, patterns, tie[3]);
    for (std::size_t corner = 0; corner < 4; ++corner)
        settle_ties(row, x, corner, tie[corner], patterns);
    for (std::size_t i = 0; i < block; i += table_block) table.look_up(patterns + i, codes + x + i);
}
#endif

}  // namespace
}  // namespace imgmine
