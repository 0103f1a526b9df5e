#include "kernels/nearest.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

constexpr std::size_t int_parts = 16 / native_ints;
static_assert(int_parts == parts && nearest_rows == lanes);

/// A register of the same four bytes.
IMGMINE_INLINE NativeInts same_four(const std::uint8_t* p) {
    std::int32_t four;
    std::memcpy(&four, p, 4);
    return four - NativeInts{};
}

/// Adds to each of a register's ints the number of bits in it that differ.
IMGMINE_INLINE NativeInts add_differing_bits(NativeInts total, NativeInts a, NativeInts b) {
    const NativeInts x = a ^ b;
#if defined(__AVX512VPOPCNTDQ__)
    return total + (NativeInts)_mm512_popcnt_epi32((__m512i)x);
#elif defined(__AVX2__)
    const __m256i nibble = _mm256_set1_epi8(15), ones = _mm256_set1_epi8(1);
    const __m256i table =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m256i low = _mm256_shuffle_epi8(table, (__m256i)x & nibble);
    const __m256i high = _mm256_shuffle_epi8(table, _mm256_srli_epi16((__m256i)x, 4) & nibble);
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_add_epi8(low, high), ones);
    return total + (NativeInts)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
#elif defined(__x86_64__)
    const __m128i nibble = _mm_set1_epi8(15), ones = _mm_set1_epi8(1);
    const __m128i table = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m128i low = _mm_shuffle_epi8(table, (__m128i)x & nibble);
    const __m128i high = _mm_shuffle_epi8(table, _mm_srli_epi16((__m128i)x, 4) & nibble);
    const __m128i pairs = _mm_maddubs_epi16(_mm_add_epi8(low, high), ones);
    return total + (NativeInts)_mm_madd_epi16(pairs, _mm_set1_epi16(1));
#else
    const uint8x16_t counts = vcntq_u8((uint8x16_t)x);
    return total + (NativeInts)vpaddlq_u16(vpaddlq_u8(counts));
#endif
}

/// Adds to each of a register's ints the product of its four bytes with four others; where VNNI is
/// used, b is signed.
IMGMINE_INLINE NativeInts add_products(NativeInts total, NativeInts a, NativeInts b) {
#if defined(__AVX512VNNI__)
    return (NativeInts)_mm512_dpbusd_epi32((__m512i)total, (__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    const __m256i even = _mm256_set1_epi16(255);
    const __m256i x = _mm256_madd_epi16((__m256i)a & even, (__m256i)b & even);
    const __m256i y =
        _mm256_madd_epi16(_mm256_srli_epi16((__m256i)a, 8), _mm256_srli_epi16((__m256i)b, 8));
    return total + (NativeInts)_mm256_add_epi32(x, y);
#elif defined(__x86_64__)
    const __m128i even = _mm_set1_epi16(255);
    const __m128i x = _mm_madd_epi16((__m128i)a & even, (__m128i)b & even);
    const __m128i y = _mm_madd_epi16(_mm_srli_epi16((__m128i)a, 8), _mm_srli_epi16((__m128i)b, 8));
    return total + (NativeInts)_mm_add_epi32(x, y);
#else
    const uint8x16_t x = (uint8x16_t)a, y = (uint8x16_t)b;
    const uint32x4_t low = vpaddlq_u16(vmull_u8(vget_low_u8(x), vget_low_u8(y)));
    const uint32x4_t high = vpaddlq_u16(vmull_u8(vget_high_u8(x), vget_high_u8(y)));
    return total + (NativeInts)vpaddq_u32(low, high);
#endif
}

struct HammingStep {
    using Value = std::uint8_t;
    using Register = NativeInts;
    static constexpr std::size_t group = 4;
    static IMGMINE_INLINE Register add(Register total, const Value* base, const Value* query) {
        return add_differing_bits(total, load_native<NativeInts>(base), same_four(query));
    }
    static IMGMINE_INLINE Register finish(Register total, Register term) { return total + term; }
};

struct SquaredL2BytesStep {  // less the query's own square, which does not change an order
    using Value = std::uint8_t;
    using Register = NativeInts;
    static constexpr std::size_t group = 4;
    static IMGMINE_INLINE Register add(Register total, const Value* base, const Value* query) {
        return add_products(total, load_native<NativeInts>(base), same_four(query));
    }
    static IMGMINE_INLINE Register finish(Register total, Register term) {
        return term - total - total;
    }
};

struct SquaredL2FloatsStep {
    using Value = float;
    using Register = NativeFloats;
    static constexpr std::size_t group = 1;
    static IMGMINE_INLINE Register add(Register total, const Value* base, const Value* query) {
        const Register d = load_native<Register>(base) - *query;
        return total + d * d;
    }
    static IMGMINE_INLINE Register finish(Register total, Register term) { return total + term; }
};

template <class V, class M>
IMGMINE_INLINE V chosen(M mask, V a, V b) {
    return mask ? a : b;
}

/// The nearest two of every sixteenth row, sixteen times.
template <class Step>
struct Best {
    typename Step::Register first[parts], second[parts];
    NativeInts place[parts];
};

template <class Step, class Term>
IMGMINE_INLINE void reduce(const Best<Step>& best, NearestTwo<Term>* out) {
    Term first[lanes], second[lanes];
    std::int32_t place[lanes];
    std::memcpy(first, best.first, sizeof first);
    std::memcpy(second, best.second, sizeof second);
    std::memcpy(place, best.place, sizeof place);
    NearestTwo<Term> two = {first[0], second[0], place[0]};
    for (std::size_t i = 1; i < lanes; ++i) {
        const bool is_better = first[i] < two.first ||
                               (first[i] == two.first && place[i] >= 0 && place[i] < two.place);
        const Term worse = is_better ? two.first : first[i];
        two.second = worse < two.second ? worse : two.second;
        two.second = second[i] < two.second ? second[i] : two.second;
        if (is_better) two.first = first[i], two.place = place[i];
    }
    *out = two;
}

template <class Step, class Term>
IMGMINE_INLINE void find(const typename Step::Value* queries, const typename Step::Value* base,
                         const Term* terms, std::size_t n_groups, std::size_t n_rows, Term farthest,
                         NearestTwo<Term>* out) {
    using Register = typename Step::Register;
    constexpr std::size_t n_q = nearest_queries;
    constexpr std::size_t step = native_ints * Step::group;
    const std::size_t query_size = n_groups * Step::group;
    Best<Step> best[n_q];
    for (std::size_t q = 0; q < n_q; ++q)
        for (std::size_t p = 0; p < parts; ++p) {
            best[q].first[p] = best[q].second[p] = farthest - Register{};
            best[q].place[p] = -1 - NativeInts{};
        }
    NativeInts first_place;
    for (std::size_t i = 0; i < native_ints; ++i) first_place[i] = (std::int32_t)i;
    for (std::size_t row = 0; row < n_rows; row += lanes, base += lanes * query_size) {
        IMGMINE_UNROLL
        for (std::size_t p = 0; p < parts; ++p) {
            Register total[n_q] = {};
            const typename Step::Value* at = base + p * step;
            for (std::size_t g = 0; g < n_groups; ++g, at += lanes * Step::group) {
                IMGMINE_UNROLL
                for (std::size_t q = 0; q < n_q; ++q)
                    total[q] = Step::add(total[q], at, queries + q * query_size + g * Step::group);
            }
            const Register term = load_native<Register>(terms + row + p * native_ints);
            const NativeInts place = first_place + (std::int32_t)(row + p * native_ints);
            IMGMINE_UNROLL
            for (std::size_t q = 0; q < n_q; ++q) {
                Best<Step>& b = best[q];
                const Register d = Step::finish(total[q], term);
                const auto nearer = d < b.first[p];
                b.second[p] = min(nearer ? b.first[p] : d, b.second[p]);  // d may be NaN
                b.place[p] = nearer ? place : b.place[p];
                b.first[p] = nearer ? d : b.first[p];
            }
        }
    }
    for (std::size_t q = 0; q < n_q; ++q) reduce(best[q], out + q);
}

constexpr std::int32_t farthest_int = 0x3fffffff;

/// Finds the two rows that differ in the fewest bits.
void hamming(const std::uint8_t* queries, const std::uint8_t* base, const std::int32_t* terms,
             std::size_t n_groups, std::size_t n_rows, NearestTwo<std::int32_t>* out) {
    find<HammingStep>(queries, base, terms, n_groups, n_rows, farthest_int, out);
}

/// Finds the two rows of the least term - 2 * (their product with the query).
void squared_l2_u8(const std::uint8_t* queries, const std::uint8_t* base, const std::int32_t* terms,
                   std::size_t n_groups, std::size_t n_rows, NearestTwo<std::int32_t>* out) {
    find<SquaredL2BytesStep>(queries, base, terms, n_groups, n_rows, farthest_int, out);
}

/// Finds the two rows of the least squared Euclidean distance; NaN is never near.
void squared_l2_f32(const float* queries, const float* base, const float* terms,
                    std::size_t n_groups, std::size_t n_rows, NearestTwo<float>* out) {
    find<SquaredL2FloatsStep>(queries, base, terms, n_groups, n_rows, __builtin_inff(), out);
}

}  // namespace
extern const NearestKernels IMGMINE_TABLE(nearest_kernels);
const NearestKernels IMGMINE_TABLE(nearest_kernels) = {
    .hamming = hamming,
    .squared_l2_u8 = squared_l2_u8,
    .squared_l2_f32 = squared_l2_f32,
#if defined(__AVX512VNNI__)
    .query_is_signed = true,
#else
    .query_is_signed = false,
#endif
};

}  // namespace imgmine
