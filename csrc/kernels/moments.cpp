#include "kernels/moments.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

/// Of each four bytes v0 .. v3 of a register: sum of j^power v_j, as 32-bit integers.
template <int power>
IMGMINE_INLINE NativeInts weigh_fours(NativeBytes v) {
    constexpr int w2 = power == 1 ? 2 : power == 2 ? 4 : 8;
    constexpr int w3 = power == 1 ? 3 : power == 2 ? 9 : 27;
    constexpr int weights = power == 0 ? 0x01010101 : 0x100 | w2 << 16 | w3 << 24;
#if defined(__AVX512VNNI__)
    return (NativeInts)_mm512_dpbusd_epi32(_mm512_setzero_si512(), (__m512i)v,
                                           _mm512_set1_epi32(weights));
#elif defined(__AVX2__)
    const __m256i pairs = _mm256_maddubs_epi16((__m256i)v, _mm256_set1_epi32(weights));
    return (NativeInts)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
#elif defined(__x86_64__)
    const __m128i pairs = _mm_maddubs_epi16((__m128i)v, _mm_set1_epi32(weights));
    return (NativeInts)_mm_madd_epi16(pairs, _mm_set1_epi16(1));
#else
    const NativeInts fours = (NativeInts)v;
    const auto byte = [&](int k) { return fours >> 8 * k & 255; };
    return byte(0) * (weights & 255) + byte(1) * (weights >> 8 & 255) +
           byte(2) * (weights >> 16 & 255) + byte(3) * (weights >> 24);
#endif
}

/// Repeated sums of what each lane meets: after n steps `sum[p]` is the sum over all steps k of
/// C(n - 1 - k + p, p) times the value of step k.
template <std::size_t order>
struct RepeatedSums {
    NativeInts sum[order + 1] = {};

    IMGMINE_INLINE void add(NativeInts v) {
        IMGMINE_UNROLL
        for (std::size_t p = 0; p <= order; ++p) sum[p] += p ? sum[p - 1] : v;
    }

    /// out[p] = the sum of g^p v over the values v, where the one of lane l, k steps before the
    /// last, has g = l - lanes * k.
    IMGMINE_INLINE void moments(std::int64_t* out) const {
        std::int32_t sums[4][native_ints] = {};
        std::memcpy(sums, sum, sizeof sum);
        std::int64_t total[4] = {};
        for (std::size_t lane = 0; lane < native_ints; ++lane) {
            // Sums of k^p from those of binomials: 6 C(k + 3, 3) = k^3 + 6 k^2 + 11 k + 6.
            const std::int64_t k0 = sums[0][lane], k1 = sums[1][lane] - k0;
            const std::int64_t k2 = 2 * (std::int64_t)sums[2][lane] - 3 * k1 - 2 * k0;
            const std::int64_t k3 = 6 * ((std::int64_t)sums[3][lane] - k2 - k0) - 11 * k1;
            const auto l = (std::int64_t)lane, w = -(std::int64_t)native_ints;
            total[0] += k0;
            if constexpr (order > 0) total[1] += l * k0 + w * k1;
            if constexpr (order > 1) total[2] += l * (l * k0 + 2 * w * k1) + w * w * k2;
            if constexpr (order > 2)
                total[3] += l * (l * (l * k0 + 3 * w * k1) + 3 * w * w * k2) + w * w * w * k3;
        }
        for (std::size_t p = 0; p <= order; ++p) out[p] = total[p];
    }
};

/// Moves sums about one origin to those about another, `by` to the left.
IMGMINE_INLINE void shift(std::int64_t* s, std::int64_t by) {
    s[3] += 3 * by * s[2] + 3 * by * by * s[1] + by * by * by * s[0];
    s[2] += 2 * by * s[1] + by * by * s[0];
    s[1] += by * s[0];
}

/// sums[p] += sum of x^p in[x] for p < 4 and x < n <= 4096.
void row_sums(const std::uint8_t* in, std::size_t n, std::int64_t* sums) {
    constexpr std::size_t longest = 64 * native_bytes;  // beyond, repeated sums leave 32 bits
    std::int64_t total[4] = {};
    std::size_t begin = 0;
    while (begin < n) {
        const std::size_t steps_left = (n - begin + native_bytes - 1) / native_bytes;
        const std::size_t steps = steps_left < 64 ? steps_left : 64;
        RepeatedSums<3> zeroth;
        RepeatedSums<2> first;
        RepeatedSums<1> second;
        RepeatedSums<0> third;
        for (std::size_t k = 0; k < steps; ++k) {
            const std::size_t at = begin + k * native_bytes;
            NativeBytes v = {};
            if (at + native_bytes <= n)
                v = load_native<NativeBytes>(in + at);
            else
                std::memcpy(&v, in + at, n - at);
            zeroth.add(weigh_fours<0>(v));
            first.add(weigh_fours<1>(v));
            second.add(weigh_fours<2>(v));
            third.add(weigh_fours<3>(v));
        }
        // x = 4 g + j, g counted from the last step's first lane.
        std::int64_t a[4] = {}, b[4] = {}, c[4] = {}, d[4] = {};
        zeroth.moments(a), first.moments(b), second.moments(c), third.moments(d);
        std::int64_t here[4] = {a[0], 4 * a[1] + b[0], 16 * a[2] + 8 * b[1] + c[0],
                                64 * a[3] + 48 * b[2] + 12 * c[1] + d[0]};
        shift(here, (std::int64_t)(begin + (steps - 1) * native_bytes));
        for (std::size_t p = 0; p < 4; ++p) total[p] += here[p];
        begin += longest;
    }
    for (std::size_t p = 0; p < 4; ++p) sums[p] += total[p];
}

/// out[i] = in[i] where mask[i] is not 0, else 0.
void masked(const std::uint8_t* in, const std::uint8_t* mask, std::uint8_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i] = mask[i] ? in[i] : 0;
}

constexpr std::size_t group = 4;  // sums that are made in one go

template <class T>
IMGMINE_INLINE void add_powers(const T* in, std::size_t n, double first, double step,
                               std::size_t from, std::size_t count, double* sums) {
    double places[lanes];
    for (std::size_t l = 0; l < lanes; ++l) places[l] = (double)l;
    const Doubles lane = load(places), by = broadcast(step), origin = broadcast(first);
    Doubles total[group] = {};
    const auto add = [&](std::size_t i, const Doubles& v) {
        const Doubles x = origin + (broadcast((double)i) + lane) * by;
        Doubles term = v;
        for (std::size_t p = 0; p < from; ++p) term = term * x;
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < group; ++p) {
            total[p] = total[p] + term;
            term = term * x;
        }
    };
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes) add(i, load_doubles(in + i));
    if (i < n) add(i, load_first_doubles(in + i, n - i));
    for (std::size_t p = 0; p < count; ++p) sums[from + p] = sum(total[p]);
}

/// sums[p] = sum of (first + step i)^p in[i] for p < n_sums and i < n.
template <class T>
void power_sums(const T* in, std::size_t n, double first, double step, std::size_t n_sums,
                double* sums) {
    for (std::size_t from = 0; from < n_sums; from += group)
        add_powers(in, n, first, step, from, n_sums - from < group ? n_sums - from : group, sums);
}

}  // namespace
extern const MomentKernels IMGMINE_TABLE(moment_kernels);
const MomentKernels IMGMINE_TABLE(moment_kernels) = {
    .row_sums = row_sums,
    .masked = masked,
    .power_sums_u8 = power_sums<std::uint8_t>,
    .power_sums_f32 = power_sums<float>,
};

}  // namespace imgmine
