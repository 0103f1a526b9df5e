#include "kernels/prefix.hpp"

#include "kernels/simd_integers.hpp"
#include "kernels/simd_integral.hpp"

namespace imgmine {
namespace {

// Sums along rows of interleaved channels: out[i] is the sum of in[i], in[i - channels], ...
// Whole numbers may be added in any order. Floats of one channel are added in groups of eight, each
// by one fixed tree (prefix_8 below), the groups one after the other; floats of more channels one
// after the other. A row that is cut into pieces, the carry handed on, gives the same bits where
// the cuts lie between groups.

constexpr std::size_t group = 8;

/// Eight doubles and their running sums: 0, 01, (01)2, (01)(23), then the same of the upper half
/// with the lower half's total before it.
#if defined(__AVX512F__)
struct Group {
    __m512d v;
};
IMGMINE_INLINE Group load_group(const double* p) {
    return {_mm512_loadu_pd(p)};
}
IMGMINE_INLINE Group load_group(const float* p) {
    return {_mm512_cvtps_pd(_mm256_loadu_ps(p))};
}
IMGMINE_INLINE Group prefix_8(Group x) {
    x.v = _mm512_mask_add_pd(x.v, 0xaa, x.v, _mm512_movedup_pd(x.v));
    x.v = _mm512_mask_add_pd(x.v, 0xcc, x.v, _mm512_permutex_pd(x.v, 0x55));
    const __m512d lower = _mm512_permutexvar_pd(_mm512_set1_epi64(3), x.v);
    return {_mm512_mask_add_pd(x.v, 0xf0, x.v, lower)};
}
IMGMINE_INLINE Group last_of(Group x) {
    return {_mm512_permutexvar_pd(_mm512_set1_epi64(7), x.v)};
}
IMGMINE_INLINE Group all_of(double x) {
    return {_mm512_set1_pd(x)};
}
IMGMINE_INLINE double first_of(Group x) {
    return _mm512_cvtsd_f64(x.v);
}
IMGMINE_INLINE Group operator+(Group a, Group b) {
    return {_mm512_add_pd(a.v, b.v)};
}
IMGMINE_INLINE void store_group(double* p, Group x) {
    _mm512_storeu_pd(p, x.v);
}
#elif defined(__AVX2__)
struct Group {
    __m256d low, high;
};
IMGMINE_INLINE Group load_group(const double* p) {
    return {_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)};
}
IMGMINE_INLINE Group load_group(const float* p) {
    return {_mm256_cvtps_pd(_mm_loadu_ps(p)), _mm256_cvtps_pd(_mm_loadu_ps(p + 4))};
}
IMGMINE_INLINE __m256d prefix_4(__m256d x) {
    x = _mm256_blend_pd(x, _mm256_add_pd(x, _mm256_movedup_pd(x)), 0xa);
    return _mm256_blend_pd(x, _mm256_add_pd(x, _mm256_permute4x64_pd(x, 0x55)), 0xc);
}
IMGMINE_INLINE Group prefix_8(Group x) {
    const __m256d low = prefix_4(x.low);
    return {low, _mm256_add_pd(prefix_4(x.high), _mm256_permute4x64_pd(low, 0xff))};
}
IMGMINE_INLINE Group last_of(Group x) {
    const __m256d last = _mm256_permute4x64_pd(x.high, 0xff);
    return {last, last};
}
IMGMINE_INLINE Group all_of(double x) {
    return {_mm256_set1_pd(x), _mm256_set1_pd(x)};
}
IMGMINE_INLINE double first_of(Group x) {
    return _mm256_cvtsd_f64(x.low);
}
IMGMINE_INLINE Group operator+(Group a, Group b) {
    return {_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)};
}
IMGMINE_INLINE void store_group(double* p, Group x) {
    _mm256_storeu_pd(p, x.low);
    _mm256_storeu_pd(p + 4, x.high);
}
#else
struct Group {
    double v[group];
};
template <class T>
IMGMINE_INLINE Group load_group(const T* p) {
    Group x;
    for (std::size_t i = 0; i < group; ++i) x.v[i] = p[i];
    return x;
}
IMGMINE_INLINE Group prefix_8(Group x) {
    for (std::size_t i = 1; i < group; i += 2) x.v[i] += x.v[i - 1];
    for (std::size_t i = 2; i < group; i += 4) x.v[i] += x.v[i - 1], x.v[i + 1] += x.v[i - 1];
    for (std::size_t i = 4; i < group; ++i) x.v[i] += x.v[3];
    return x;
}
IMGMINE_INLINE Group all_of(double x) {
    Group g;
    for (double& v : g.v) v = x;
    return g;
}
IMGMINE_INLINE Group last_of(Group x) {
    return all_of(x.v[group - 1]);
}
IMGMINE_INLINE double first_of(Group x) {
    return x.v[0];
}
IMGMINE_INLINE Group operator+(Group a, Group b) {
    for (std::size_t i = 0; i < group; ++i) a.v[i] += b.v[i];
    return a;
}
IMGMINE_INLINE void store_group(double* p, Group x) {
    for (std::size_t i = 0; i < group; ++i) p[i] = x.v[i];
}
#endif

/// Calls emit(i, sums, count) for the running sums of each group of a one-channel row.
template <class T, class Emit>
IMGMINE_INLINE void sum_groups(const T* in, double* carry, std::size_t n, const Emit& emit) {
    Group before = all_of(*carry);
    std::size_t i = 0;
    for (; i + group <= n; i += group) {
        const Group sums = prefix_8(load_group(in + i));
        emit(i, before + sums, group);
        before = before + last_of(sums);
    }
    if (i < n) {
        T rest[group] = {};
        copy_few(rest, in + i, n - i);
        const Group sums = prefix_8(load_group(rest));
        emit(i, before + sums, n - i);
        before = before + last_of(sums);
    }
    *carry = first_of(before);
}

/// The same for any number of channels and any kind of number, one value after the other.
template <std::size_t fixed_channels, class T, class Sum, class Emit>
IMGMINE_INLINE void sum_channels(const T* in, Sum* carry, std::size_t n, std::size_t channels,
                                 const Emit& emit) {
    if constexpr (fixed_channels > 0) {
        Sum sums[fixed_channels];
        for (std::size_t c = 0; c < fixed_channels; ++c) sums[c] = carry[c];
        for (std::size_t i = 0; i < n; i += fixed_channels) IMGMINE_UNROLL
        for (std::size_t c = 0; c < fixed_channels; ++c)
            emit(i + c, sums[c] = sums[c] + (Sum)in[i + c]);
        for (std::size_t c = 0; c < fixed_channels; ++c) carry[c] = sums[c];
    } else {
        for (std::size_t i = 0; i < n; i += channels)
            for (std::size_t c = 0; c < channels; ++c)
                emit(i + c, carry[c] = carry[c] + (Sum)in[i + c]);
    }
}

template <class T, class Sum, class Emit>
IMGMINE_INLINE void sum_row(const T* in, Sum* carry, std::size_t n, std::size_t channels,
                            const Emit& emit) {
    switch (channels) {
        case 1:
            return sum_channels<1>(in, carry, n, channels, emit);
        case 3:
            return sum_channels<3>(in, carry, n, channels, emit);
        case 4:
            return sum_channels<4>(in, carry, n, channels, emit);
        default:
            return sum_channels<0>(in, carry, n, channels, emit);
    }
}

#if defined(IMGMINE_BYTE_INTEGRAL)
template <std::size_t channels>
void integral_bytes(const std::uint8_t* in, const std::uint32_t* above, std::uint32_t* carry,
                    std::uint32_t* out, std::size_t n) {
    constexpr std::size_t ahead = 256;  // values: the caches' own prefetching ends with each page
    using Row = ByteIntegral<channels>;
    Row row(carry);
    // Registers that begin on a cache line are stored faster: go there first.
    const std::size_t to_line = (64 - (std::uintptr_t)out % 64) % 64 / 4;
    // Pixels of three values reach one in at most fifteen of them.
    std::size_t i = channels == 3   ? to_line * 43 % 16 * 3
                    : channels == 4 ? to_line / 4 * 4
                                    : to_line;
    i = i < n ? i : n;
    if (i) row.short_step(in, above, out, i);
    for (; i + Row::values <= n; i += Row::values) {
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < Row::values; k += 16)
            __builtin_prefetch(out + i + ahead + k, 1);
        row.step(in + i, above + i, out + i);
    }
    if (i < n) row.short_step(in + i, above + i, out + i, n - i);
    row.end(carry);
}
#endif

/// out[i] = above[i] + the sum of in[i], in[i - channels], ... and of the carry, one value for each
/// channel, which becomes what the next piece of the row has to start with.
void integral_u32(const std::uint8_t* in, const std::uint32_t* above, std::uint32_t* carry,
                  std::uint32_t* out, std::size_t n, std::size_t channels) {
#if defined(IMGMINE_BYTE_INTEGRAL)
    if (channels == 1) return integral_bytes<1>(in, above, carry, out, n);
    if (channels == 3) return integral_bytes<3>(in, above, carry, out, n);
    if (channels == 4) return integral_bytes<4>(in, above, carry, out, n);
#endif
    sum_row(in, carry, n, channels,
            [&](std::size_t k, std::uint32_t sum) { out[k] = above[k] + sum; });
}

void integral_u64(const std::uint8_t* in, const std::uint64_t* above, std::uint64_t* carry,
                  std::uint64_t* out, std::size_t n, std::size_t channels) {
    sum_row(in, carry, n, channels,
            [&](std::size_t k, std::uint64_t sum) { out[k] = above[k] + sum; });
}

void integral_f64(const float* in, const double* above, double* carry, double* out, std::size_t n,
                  std::size_t channels) {
    if (channels > 1)
        return sum_row(in, carry, n, channels,
                       [&](std::size_t k, double sum) { out[k] = above[k] + sum; });
    sum_groups(in, carry, n, [&](std::size_t i, const Group& sums, std::size_t count) {
        if (count == group) return store_group(out + i, load_group(above + i) + sums);
        double rest[group];
        store_group(rest, sums);
        for (std::size_t k = 0; k < count; ++k) out[i + k] = above[i + k] + rest[k];
    });
}

/// Adds up rows that are `stride` apart: sums[i] += in[i] + in[i + stride] + ...
void add_rows(const std::uint8_t* in, std::ptrdiff_t stride, std::size_t rows, std::uint32_t* sums,
              std::size_t n) {
    constexpr std::size_t at_a_time = 8;  // more would fight for the same lines of the cache
    while (rows) {
        const std::size_t few = rows < at_a_time ? rows : at_a_time;
        std::size_t i = 0;
        for (; few == at_a_time && i + native_shorts <= n; i += native_shorts) {
            NativeShorts sum = load_shorts(in + i);
            IMGMINE_UNROLL
            for (std::size_t k = 1; k < at_a_time; ++k)
                sum += load_shorts(in + (std::ptrdiff_t)k * stride + i);
            std::uint16_t values[native_shorts];
            store_native(values, sum);
            for (std::size_t k = 0; k < native_shorts; ++k) sums[i + k] += values[k];
        }
        for (; i < n; ++i)
            for (std::size_t k = 0; k < few; ++k) sums[i] += in[(std::ptrdiff_t)k * stride + i];
        in += (std::ptrdiff_t)few * stride;
        rows -= few;
    }
}

/// Adds a piece of a row to the carry and gives nothing else.
void total_f64(const float* in, double* carry, std::size_t n, std::size_t channels) {
    if (channels > 1) return sum_row(in, carry, n, channels, [](std::size_t, double) {});
    sum_groups(in, carry, n, [](std::size_t, const Group&, std::size_t) {});
}

#if defined(__AVX512F__)
/// The running sums of sixteen values of one channel.
IMGMINE_INLINE __m512i prefix_16(__m512i x) {
    const __m512i zero = _mm512_setzero_si512();
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
    x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
    return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}
#endif

/// out[i] = in[i] + in[i - channels] + ...
void prefix_u32(const std::uint32_t* in, std::uint32_t* out, std::size_t n, std::size_t channels) {
    constexpr std::size_t most = 64;  // channels at a time
    std::uint32_t carry[most] = {};
    std::size_t i = 0;
#if defined(__AVX512F__)
    if (channels == 1) {
        const __m512i last = _mm512_set1_epi32(15);
        __m512i before = _mm512_setzero_si512();
        for (; i + 16 <= n; i += 16) {
            const __m512i sums = prefix_16(_mm512_loadu_si512(in + i));
            _mm512_storeu_si512(out + i, _mm512_add_epi32(before, sums));
            before = _mm512_add_epi32(before, _mm512_permutexvar_epi32(last, sums));
        }
        carry[0] = (std::uint32_t)_mm512_cvtsi512_si32(before);
    }
#endif
    if (channels <= most)
        return sum_row(in + i, carry, n - i, channels,
                       [&](std::size_t k, std::uint32_t sum) { out[i + k] = sum; });
    for (std::size_t k = 0; k < n; ++k) out[k] = in[k] + (k < channels ? 0 : out[k - channels]);
}

void prefix_f64(const double* in, double* out, std::size_t n, std::size_t channels) {
    constexpr std::size_t most = 64;
    double carry[most] = {};
    if (channels > most) {
        for (std::size_t k = 0; k < n; ++k)
            out[k] = (k < channels ? 0.0 : out[k - channels]) + in[k];
        return;
    }
    if (channels > 1)
        return sum_row(in, carry, n, channels, [&](std::size_t k, double sum) { out[k] = sum; });
    sum_groups(in, carry, n, [&](std::size_t i, const Group& sums, std::size_t count) {
        if (count == group) return store_group(out + i, sums);
        double rest[group];
        store_group(rest, sums);
        copy_few(out + i, rest, count);
    });
}

}  // namespace
extern const PrefixKernels IMGMINE_TABLE(prefix_kernels);
const PrefixKernels IMGMINE_TABLE(prefix_kernels) = {
    .integral_u32 = integral_u32,
    .integral_u64 = integral_u64,
    .integral_f64 = integral_f64,
    .add_rows = add_rows,
    .total_f64 = total_f64,
    .prefix_u32 = prefix_u32,
    .prefix_f64 = prefix_f64,
};

}  // namespace imgmine
