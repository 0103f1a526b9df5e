#include "kernels/lbp.hpp"

#include "kernels/simd_lbp.hpp"

namespace imgmine {
namespace {

/// out[x] = 64 in[x].
void widen_64(const std::uint8_t* in, std::size_t n, std::int16_t* out) {
    for (std::size_t x = 0; x < n; ++x) out[x] = (std::int16_t)(in[x] << 6);
}

/// Codes of blocks of 64 pixels. Bit k of a pattern tells whether neighbour k (from the right one,
/// counterclockwise) is not below the pixel. A table of ties, where it is not null, tells the same
/// for each value of a flat surrounding.
void unit_circle(const LbpCircleRow& row, std::size_t n_blocks, std::uint8_t* codes) {
    const ByteTable table(row.codes);
    for (std::size_t i = 0; i < n_blocks; ++i) code_block(row, block * i, table, codes);
}

void whole_not_below(const std::uint8_t* place, const std::uint8_t* center, std::size_t n,
                     std::uint8_t* flags) {
    for (std::size_t x = 0; x < n; ++x) flags[x] = place[x] >= center[x] ? 1 : 0;
}

/// flags[x] = 1 where a >= b, for sixteen.
IMGMINE_INLINE void store_not_less(const Doubles& a, const Doubles& b, std::uint8_t* flags) {
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < double_parts; ++i) {
#if defined(__AVX512F__)
        const __mmask8 mask =
            _mm512_cmp_pd_mask((__m512d)a.part[i], (__m512d)b.part[i], _CMP_GE_OQ);
        _mm_storel_epi64((__m128i*)(flags + 8 * i), _mm_maskz_set1_epi8(mask, 1));
#elif defined(__AVX__)
        const int mask =
            _mm256_movemask_pd(_mm256_cmp_pd((__m256d)a.part[i], (__m256d)b.part[i], _CMP_GE_OQ));
        const std::uint32_t four = ((std::uint32_t)mask * 0x00204081u) & 0x01010101u;
        std::memcpy(flags + 4 * i, &four, 4);
#else
        flags[2 * i] = a.part[i][0] >= b.part[i][0] ? 1 : 0;
        flags[2 * i + 1] = a.part[i][1] >= b.part[i][1] ? 1 : 0;
#endif
    }
}

/// Whether the value between four pixels, top[x], top[x + 1] and those below, is not below
/// center[x], in exactly these operations. Reads and writes up to the next multiple of 16.
void between_not_below(const std::uint8_t* top, const std::uint8_t* bottom,
                       const std::uint8_t* center, const double* right, double below, std::size_t n,
                       std::uint8_t* flags) {
    const Doubles lower = broadcast(below), upper = broadcast(1 - below);
    for (std::size_t x = 0; x < n; x += lanes) {
        const Doubles second = load(right + x);
        Doubles first;
        IMGMINE_UNROLL
        for (std::size_t i = 0; i < double_parts; ++i) first.part[i] = 1.0 - second.part[i];
        const Doubles a = first * load_doubles(top + x) + second * load_doubles(top + x + 1);
        const Doubles b = first * load_doubles(bottom + x) + second * load_doubles(bottom + x + 1);
        store_not_less(upper * a + lower * b, load_doubles(center + x), flags + x);
    }
}

template <class T>
IMGMINE_INLINE void add_flags(const std::uint8_t* flags, std::size_t n, unsigned point,
                              T* patterns) {
    const T bit = (T)(T{1} << point);
    for (std::size_t x = 0; x < n; ++x) patterns[x] = (T)(patterns[x] | (flags[x] ? bit : 0));
}

void add_flags_u8(const std::uint8_t* flags, std::size_t n, unsigned point,
                  std::uint8_t* patterns) {
    add_flags(flags, n, point, patterns);
}

void add_flags_u32(const std::uint8_t* flags, std::size_t n, unsigned point,
                   std::uint32_t* patterns) {
    add_flags(flags, n, point, patterns);
}

/// flags[v]: whether between[v], what interpolating from v to v gave along the row, is not below v
/// after the same along the column, for every byte v.
void flat_not_below(const double* between, double below, std::uint8_t* flags) {
    const Doubles lower = broadcast(below), upper = broadcast(1 - below);
    for (std::size_t v = 0; v < 256; v += lanes) {
        std::uint8_t bytes[lanes];
        for (std::size_t i = 0; i < lanes; ++i) bytes[i] = (std::uint8_t)(v + i);
        const Doubles t = load(between + v);
        store_not_less(upper * t + lower * t, load_doubles(bytes), flags + v);
    }
}

/// Patterns become their number of ones, or points + 1 where they change more than twice.
void uniform_codes(std::uint32_t* patterns, std::size_t n, unsigned points) {
    const std::uint32_t inner = (std::uint32_t)((std::uint64_t{1} << (points - 1)) - 1);
    for (std::size_t x = 0; x < n; ++x) {
        const std::uint32_t p = patterns[x];
        const int changes = __builtin_popcount((p ^ p >> 1) & inner);
        patterns[x] = changes <= 2 ? (std::uint32_t)__builtin_popcount(p) : points + 1;
    }
}

/// Patterns become the least number that turning the circle makes of them.
void turned_codes(std::uint32_t* patterns, std::size_t n, unsigned points) {
    const std::uint32_t all = (std::uint32_t)((std::uint64_t{1} << points) - 1);
    for (std::size_t x = 0; x < n; ++x) {
        const std::uint32_t p = patterns[x];
        std::uint32_t least = p;
        for (unsigned k = 1; k < points; ++k) {
            const std::uint32_t turned = (p >> k | p << (points - k)) & all;
            least = turned < least ? turned : least;
        }
        patterns[x] = least;
    }
}

/// columns[x] += add[x] - drop[x] (where there is one); sums[x] = the sum of `block` columns.
void block_sums(std::uint32_t* columns, const std::uint8_t* add, const std::uint8_t* drop,
                std::size_t n, std::size_t width, std::uint32_t* sums) {
    for (std::size_t x = 0; x < n; ++x) columns[x] += add[x];
    if (drop)
        for (std::size_t x = 0; x < n; ++x) columns[x] -= drop[x];
    if (!sums) return;
    std::uint32_t sum = 0;
    for (std::size_t x = 0; x < width - 1; ++x) sum += columns[x];
    for (std::size_t x = 0; x + width <= n; ++x) {
        sum += columns[x + width - 1];
        sums[x] = sum;
        sum -= columns[x];
    }
}

/// Bit 7 - k: whether block k around the middle one (from the upper left, clockwise) is not below
/// it; blocks stand `step` apart.
void block_codes(const std::uint32_t* top, const std::uint32_t* mid, const std::uint32_t* bottom,
                 std::size_t n, std::size_t step, std::uint8_t* codes) {
    const std::uint32_t *top1 = top + step, *top2 = top1 + step, *c = mid + step, *mid2 = c + step,
                        *bottom1 = bottom + step, *bottom2 = bottom1 + step;
    for (std::size_t x = 0; x < n; ++x) {
        const std::uint32_t middle = c[x];
        codes[x] = (std::uint8_t)((top[x] >= middle ? 128 : 0) | (top1[x] >= middle ? 64 : 0) |
                                  (top2[x] >= middle ? 32 : 0) | (mid2[x] >= middle ? 16 : 0) |
                                  (bottom2[x] >= middle ? 8 : 0) | (bottom1[x] >= middle ? 4 : 0) |
                                  (bottom[x] >= middle ? 2 : 0) | (mid[x] >= middle ? 1 : 0));
    }
}

}  // namespace
extern const LbpKernels IMGMINE_TABLE(lbp_kernels);
const LbpKernels IMGMINE_TABLE(lbp_kernels) = {
    .widen_64 = widen_64,
    .unit_circle = unit_circle,
    .flat_not_below = flat_not_below,
    .whole_not_below = whole_not_below,
    .between_not_below = between_not_below,
    .add_flags_u8 = add_flags_u8,
    .add_flags_u32 = add_flags_u32,
    .uniform_codes = uniform_codes,
    .turned_codes = turned_codes,
    .block_sums = block_sums,
    .block_codes = block_codes,
};

}  // namespace imgmine
