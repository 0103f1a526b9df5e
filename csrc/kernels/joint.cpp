#include "kernels/joint.hpp"

#include "kernels/simd_bits.hpp"
#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

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
#if defined(__x86_64__)
        for (std::size_t line = 0; line < 3 * native_bytes; line += 64)  // past the end is no harm
            __builtin_prefetch(pixels + 3 * i + 4096 + line);
#endif
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

constexpr std::size_t joint_block = 1024;

/// The halves as pixels lie, where runs of equal ones are looked for.
IMGMINE_INLINE Halves put_in_order(const Halves& v) {
#if defined(__AVX512VBMI2__)
    const auto order = [&v](int first) {
        const __m512i at =
            _mm512_add_epi64(_mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), _mm512_set1_epi64(first));
        return (NativeSignedShorts)_mm512_permutex2var_epi64((__m512i)v.low, at, (__m512i)v.high);
    };
    return {order(0), order(4)};
#else
    return v;
#endif
}

/// Counts n bins, a multiple of 4, in four tables that take turns. bins[-1] may be written.
IMGMINE_INLINE void count_bins(std::uint16_t* bins, std::size_t n, std::uint32_t* const* tables) {
#if defined(__AVX512VBMI2__)
    // Runs of equal bins are counted as one, unless hardly any are longer than a pixel.
    std::uint16_t values[joint_block + 32], starts[joint_block + 32];
    std::size_t n_runs = 0;
    bins[-1] = (std::uint16_t)~bins[0];
    for (std::size_t i = 0; i < n; i += 32) {
        const __m512i v = _mm512_loadu_si512(bins + i);
        const __mmask32 begins = _mm512_cmpneq_epi16_mask(v, _mm512_loadu_si512(bins + i - 1));
        _mm512_storeu_si512(values + n_runs, _mm512_maskz_compress_epi16(begins, v));
        n_runs += append_set(begins, i, starts + n_runs);
    }
    starts[n_runs] = (std::uint16_t)n;
    if (3 * n_runs < 2 * n) {
        for (; n_runs % 4; ++n_runs) {
            values[n_runs] = values[0];
            starts[n_runs + 1] = (std::uint16_t)n;
        }
        for (std::size_t i = 0; i < n_runs; i += 4) IMGMINE_UNROLL
        for (std::size_t t = 0; t < 4; ++t)
            tables[t][values[i + t]] += (std::uint32_t)(starts[i + t + 1] - starts[i + t]);
        return;
    }
#endif
    for (std::size_t i = 0; i < n; i += 4) {
        std::uint64_t four;
        std::memcpy(&four, bins + i, 8);
        IMGMINE_UNROLL
        for (std::size_t t = 0; t < 4; ++t) ++tables[t][four >> 16 * t & 0xffff];
    }
}

/// Counts the bins, `size` in all, of three-channel pixels in `n_tables` tables (2 or 4) that take
/// turns, `stride` apart: equal neighbours would make one wait for its own last store.
void count_joint(const std::uint8_t* pixels, std::size_t n, const JointBins& joint,
                 std::uint32_t* tables, std::size_t size, std::size_t stride,
                 std::size_t n_tables) {
    alignas(64) std::uint16_t room[32 + joint_block];
    std::uint16_t* const bins = room + 32;
    std::uint32_t* turns[4];
    for (std::size_t t = 0; t < 4; ++t) turns[t] = tables + t % n_tables * stride;
    while (size <= 65536 && n >= native_bytes) {
        const std::size_t now = (n < joint_block ? n : joint_block) / native_bytes * native_bytes;
        find_joint(pixels, now, joint, [bins](std::size_t i, const Halves& found) {
            const Halves in_order = put_in_order(found);
            store_native(bins + i, in_order.low);
            store_native(bins + i + native_shorts, in_order.high);
        });
        count_bins(bins, now, turns);
        pixels += 3 * now;
        n -= now;
    }
    std::uint32_t* const second = turns[1];
    std::size_t i = 0;
    for (; i + 2 <= n; i += 2, pixels += 6) {
        ++tables[joint_bin(joint.luts, pixels)];
        ++second[joint_bin(joint.luts, pixels + 3)];
    }
    if (i < n) ++tables[joint_bin(joint.luts, pixels)];
}

}  // namespace
extern const JointKernels IMGMINE_TABLE(joint_kernels);
const JointKernels IMGMINE_TABLE(joint_kernels) = {
    .count_joint = count_joint,
    .joint_bytes = joint_bytes,
};

}  // namespace imgmine
