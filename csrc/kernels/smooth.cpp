#include "kernels/smooth.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

#if defined(__AVX512BW__)
#define IMGMINE_X86(name) _mm512_##name
typedef __m512i Block;
#elif defined(__AVX2__)
#define IMGMINE_X86(name) _mm256_##name
typedef __m256i Block;
#elif defined(__x86_64__)
#define IMGMINE_X86(name) _mm_##name
typedef __m128i Block;
#endif

/// One row of the binomial kernel 1 4 6 4 1, both ways: in[i]..in[i + 4] are summed along the row,
/// out[i] is made of that and the sums of the four rows before, and they take the place of the
/// oldest, older[0]. `in` and the older rows end with room for a register.
void binomial_5(const std::uint8_t* in, std::uint16_t* const* older, std::uint8_t* out,
                std::size_t n) {
#if defined(__x86_64__)
    // One instruction multiplies neighbours by two taps and adds them: the sums of the even and of
    // the odd pixels of a block stand apart until the second pass joins them at no cost.
    constexpr std::size_t block = sizeof(Block);
    const Block taps01 = IMGMINE_X86(set1_epi16)(4 << 8 | 1);
    const Block taps23 = IMGMINE_X86(set1_epi16)(4 << 8 | 6);
    const Block taps4 = IMGMINE_X86(set1_epi16)(1);
    const Block half = IMGMINE_X86(set1_epi16)(128);
    const Block high = IMGMINE_X86(set1_epi16)((short)0xff00);
    typedef long long Bits __attribute__((vector_size(block)));
    const auto add = [](Block a, Block b) { return IMGMINE_X86(add_epi16)(a, b); };
    const auto every_other = [&](std::size_t at, std::size_t slot) {
        Block v[3], r[4];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 3; ++k) v[k] = load_native<Block>(in + at + 2 * k);
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) r[k] = load_native<Block>(older[k] + slot);
        const Block row = add(
            add(IMGMINE_X86(maddubs_epi16)(v[0], taps01), IMGMINE_X86(maddubs_epi16)(v[1], taps23)),
            IMGMINE_X86(maddubs_epi16)(v[2], taps4));
        store_native(older[0] + slot, row);
        const Block inner = add(add(r[1], r[3]), r[2]);
        const Block outer = add(add(r[0], row), add(half, add(r[2], r[2])));
        return add(outer, IMGMINE_X86(slli_epi16)(inner, 2));
    };
    for (std::size_t i = 0; i < n; i += block) {
        const Block even = IMGMINE_X86(srli_epi16)(every_other(i, i), 8);
        const Block odd = every_other(i + 1, i + block / 2);
        const Bits joined = (Bits)even | ((Bits)odd & (Bits)high);
        if (i + block <= n) {
            store_native(out + i, joined);
        } else {
            std::uint8_t bytes[block];
            store_native(bytes, joined);
            for (std::size_t k = 0; i + k < n; ++k) out[i + k] = bytes[k];
        }
    }
#else
    for (std::size_t i = 0; i < n; ++i) {
        const unsigned row = in[i] + in[i + 4] + 4u * (in[i + 1] + in[i + 3]) + 6u * in[i + 2];
        out[i] = (std::uint8_t)((older[0][i] + row + 4u * (older[1][i] + older[3][i]) +
                                 6u * older[2][i] + 128) >>
                                8);
        older[0][i] = (std::uint16_t)row;
    }
#endif
}

/// Row r of four: out[r * out_stride + i] = sum over k of weights[k] * rows[r + k][i], each step
/// one fused multiply-add, k rising. n >= 32, n_taps >= 4.
void weighted_rows_f32(const float* const* rows, const float* weights, std::size_t n_taps,
                       float* out, std::ptrdiff_t out_stride, std::size_t n) {
    constexpr std::size_t n_rows = 4, unroll = 2;
    in_blocks<unroll * lanes>(n, [&](std::size_t i) __attribute__((always_inline)) {
        Floats total[n_rows][unroll];
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u) total[r][u] = broadcast(0.0f);
        // Row j of the input meets rows [from, to) of the output.
        const auto step = [&](std::size_t j, std::size_t from, std::size_t to)
                              __attribute__((always_inline)) {
                                  Floats x[unroll];
                                  IMGMINE_UNROLL
                                  for (std::size_t u = 0; u < unroll; ++u)
                                      x[u] = load(rows[j] + i + u * lanes);
                                  IMGMINE_UNROLL
                                  for (std::size_t r = 0; r < n_rows; ++r) {
                                      if (r < from || r >= to) continue;
                                      const Floats weight = broadcast(weights[j - r]);
                                      IMGMINE_UNROLL
                                      for (std::size_t u = 0; u < unroll; ++u)
                                          total[r][u] = fma(weight, x[u], total[r][u]);
                                  }
                              };
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_rows - 1; ++j) step(j, 0, j + 1);
        for (std::size_t j = n_rows - 1; j < n_taps; ++j) step(j, 0, n_rows);
        IMGMINE_UNROLL
        for (std::size_t j = 0; j < n_rows - 1; ++j) step(n_taps + j, j + 1, n_rows);
        IMGMINE_UNROLL
        for (std::size_t r = 0; r < n_rows; ++r) IMGMINE_UNROLL
        for (std::size_t u = 0; u < unroll; ++u)
            store(out + (std::ptrdiff_t)r * out_stride + i + u * lanes, total[r][u]);
    });
}

/// x where |x - blurred| < threshold, else x + amount * (x - blurred).
IMGMINE_INLINE Floats unsharp(const Floats& x, const Floats& blurred, float amount,
                              float threshold) {
    Floats result;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < parts; ++i) {
        const NativeFloats apart = x.part[i] - blurred.part[i];
        const NativeFloats sharp = x.part[i] + amount * apart;
        const NativeFloats limit = threshold - NativeFloats{};
        result.part[i] = (apart < limit) & (-apart < limit) ? x.part[i] : sharp;
    }
    return result;
}

/// Rounded to nearest, ties to even; values outside 0..255 become the nearer end.
void unsharp_u8(const std::uint8_t* in, const std::uint8_t* blurred, float amount, float threshold,
                std::uint8_t* out, std::size_t n) {
    const auto block = [&](const std::uint8_t* x, const std::uint8_t* y,
                           std::uint8_t* to) __attribute__((always_inline)) {
        store_bytes_rounded(to, unsharp(load_floats(x), load_floats(y), amount, threshold));
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) block(in + i, blurred + i, out + i);
    if (i < n) {
        std::uint8_t rest[3][lanes] = {};
        copy_few(rest[0], in + i, n - i);
        copy_few(rest[1], blurred + i, n - i);
        block(rest[0], rest[1], rest[2]);
        copy_few(out + i, rest[2], n - i);
    }
}

void unsharp_f32(const float* in, const float* blurred, float amount, float threshold, float* out,
                 std::size_t n) {
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        store(out + i, unsharp(load(in + i), load(blurred + i), amount, threshold));
    if (i < n)
        store_first(
            out + i,
            unsharp(load_first(in + i, n - i), load_first(blurred + i, n - i), amount, threshold),
            n - i);
}

}  // namespace
extern const SmoothKernels IMGMINE_TABLE(smooth_kernels);
const SmoothKernels IMGMINE_TABLE(smooth_kernels) = {
    .binomial_5 = binomial_5,
    .weighted_rows_f32 = weighted_rows_f32,
    .unsharp_u8 = unsharp_u8,
    .unsharp_f32 = unsharp_f32,
};

}  // namespace imgmine
