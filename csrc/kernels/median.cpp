#include "kernels/median.hpp"

#include <utility>

#include "kernels/simd_rank.hpp"

namespace imgmine {
namespace {

/// Two places of a register array that are put in order.
struct Exchange {
    unsigned char a, b;
};

/// Runs a network whose places are constants, so that the array becomes registers and what nobody
/// reads afterwards is not computed.
template <const auto& network, class V, std::size_t... i>
IMGMINE_INLINE void exchange_all(V* v, std::index_sequence<i...>) {
    (compare_exchange(v[network[i].a], v[network[i].b]), ...);
}

template <const auto& network, class V>
IMGMINE_INLINE void exchange_all(V* v) {
    exchange_all<network>(v, std::make_index_sequence<sizeof network / sizeof network[0]>());
}

template <class T>
IMGMINE_INLINE typename RegisterOf<T>::type load_values(const T* p) {
    return load_native<typename RegisterOf<T>::type>(p);
}

template <class T>
constexpr std::size_t block_of = native_size / sizeof(T);

constexpr Exchange sort_of_4[] = {{0, 1}, {2, 3}, {0, 2}, {1, 3}, {1, 2}};
constexpr Exchange insertion_in_4[] = {{3, 4}, {2, 3}, {1, 2}, {0, 1}};

/// Of six rows, sorts each column of rows 0 to 4 into `upper` and of rows 1 to 5 into `lower`.
template <class T>
void sort5(const T* const* rows, T* const* upper, T* const* lower_, std::size_t n) {
    typedef typename RegisterOf<T>::type V;
    for (std::size_t i = 0; i < n; i += block_of<T>) {
        V shared[4];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 4; ++k) shared[k] = load_values(rows[k + 1] + i);
        exchange_all<sort_of_4>(shared);
        const auto insert = [&](const T* row, T* const* out) __attribute__((always_inline)) {
            V v[5];
            IMGMINE_UNROLL
            for (std::size_t k = 0; k < 4; ++k) v[k] = shared[k];
            v[4] = load_values(row + i);
            exchange_all<insertion_in_4>(v);
            IMGMINE_UNROLL
            for (std::size_t k = 0; k < 5; ++k) store_native(out[k] + i, v[k]);
        };
        insert(rows[0], upper);
        insert(rows[5], lower_);
    }
}

// Batcher's odd-even merge; sorted values then lie in the places that the order names.
constexpr Exchange merge_of_5_and_5[] = {{0, 5}, {4, 9}, {4, 5}, {2, 7}, {2, 4}, {7, 5}, {1, 6},
                                         {3, 8}, {3, 6}, {1, 2}, {3, 4}, {6, 7}, {8, 5}};
constexpr unsigned char order_of_5_and_5[] = {0, 1, 2, 3, 4, 6, 7, 8, 5, 9};
constexpr Exchange merge_of_10_and_10[] = {
    {0, 10},  {8, 18}, {8, 10},  {4, 14},  {4, 8},   {14, 10}, {2, 12},  {6, 16},  {6, 12},
    {2, 4},   {6, 8},  {12, 14}, {16, 10}, {1, 11},  {9, 19},  {9, 11},  {5, 15},  {5, 9},
    {15, 11}, {3, 13}, {7, 17},  {7, 13},  {3, 5},   {7, 9},   {13, 15}, {17, 11}, {1, 2},
    {3, 4},   {5, 6},  {7, 8},   {9, 12},  {13, 14}, {15, 16}, {17, 10}, {11, 18}};
constexpr unsigned char order_of_10_and_10[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                                12, 13, 14, 15, 16, 17, 10, 11, 18, 19};

/// Merges each sorted column of 5 with the one `channels` further on: 10 sorted values.
template <class T>
void merge5(const T* const* sorted, std::size_t channels, T* const* merged, std::size_t n) {
    typedef typename RegisterOf<T>::type V;
    for (std::size_t i = 0; i < n; i += block_of<T>) {
        V v[10];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 5; ++k) {
            v[k] = load_values(sorted[k] + i);
            v[k + 5] = load_values(sorted[k] + i + channels);
        }
        exchange_all<merge_of_5_and_5>(v);
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 10; ++k) store_native(merged[k] + i, v[order_of_5_and_5[k]]);
    }
}

/// out[i] = median of five columns: of two merged pairs and a sorted column behind them. Of the 20
/// values of the pairs, all but the middle 6 have 13 others above or below them.
template <class T>
void median5(const T* const* merged, const T* const* sorted, std::size_t channels, T* out,
             std::size_t n) {
    typedef typename RegisterOf<T>::type V;
    in_blocks<block_of<T>>(n, [&](std::size_t i) __attribute__((always_inline)) {
        V v[20];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 10; ++k) {
            v[k] = load_values(merged[k] + i);
            v[k + 10] = load_values(merged[k] + i + 2 * channels);
        }
        exchange_all<merge_of_10_and_10>(v);
        // The sixth of these 6 and the 5 of the last column.
        V median = v[order_of_10_and_10[12]];
        IMGMINE_UNROLL
        for (std::size_t k = 0; k < 5; ++k)
            median = lower(median, higher(v[order_of_10_and_10[11 - k]],
                                          load_values(sorted[k] + i + 4 * channels)));
        store_native(out + i, median);
    });
}

/// Runs a network whose places are data: `slots` are aligned registers.
template <class T>
void run_network(const NetworkStep* steps, std::size_t n_steps, void* slots) {
    typedef typename RegisterOf<T>::type V;
    auto* const base = (char*)__builtin_assume_aligned(slots, native_size);
    constexpr std::size_t scale = native_size / 8;
    for (const NetworkStep* step = steps; step != steps + n_steps; ++step) {
        const V a = *(const V*)(base + step->a * scale), b = *(const V*)(base + step->b * scale);
        *(V*)(base + step->low * scale) = lower(a, b);
        *(V*)(base + step->high * scale) = higher(a, b);
    }
}

template <std::size_t fixed, class T>
IMGMINE_INLINE void take(std::size_t stride, const T* in, T* out, std::size_t n) {
    if (fixed) stride = fixed;
    for (std::size_t i = 0; i < n; ++i) out[i] = in[i * stride];
}

/// out[i] = in[i * stride].
template <class T>
void take_every(std::size_t stride, const T* __restrict in, T* __restrict out, std::size_t n) {
    switch (stride) {
        case 2:
            return take<2>(stride, in, out, n);
        case 4:
            return take<4>(stride, in, out, n);
        case 8:
            return take<8>(stride, in, out, n);
        default:
            return take<0>(stride, in, out, n);
    }
}

/// out[i * stride] = in[i].
template <class T>
void put_every(std::size_t stride, const T* in, T* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) out[i * stride] = in[i];
}

// Medians of large windows of bytes: Perreault and Hebert (2007), Median filtering in constant
// time, with histograms that count all values up to a bin's, so that finding the median's bin is
// one comparison. Each column of the window has counts of its own: `coarse`, 16 bytes, of the
// values up to 15, 31, ..., 255; `fine`, 16 x 16 bytes, of those of each of the 16 ranges up to
// each value.

constexpr std::size_t n_bins = 16;
typedef std::uint8_t Bins8 __attribute__((vector_size(n_bins)));
typedef std::uint16_t Bins16 __attribute__((vector_size(2 * n_bins)));

/// Counts one value of each of n columns out (unless `leaving` is null) and one in.
void move_columns(const std::uint8_t* leaving, const std::uint8_t* entering, std::uint8_t* coarse,
                  std::uint8_t* fine, std::size_t n) {
    Bins8 up_to[n_bins], last_value;  // up_to[j]: ones from bin j on
    for (std::size_t j = 0; j < n_bins; ++j)
        for (std::size_t i = 0; i < n_bins; ++i) {
            up_to[j][i] = i >= j;
            last_value[i] = (std::uint8_t)(16 * i + 15);
        }
    const auto change = [&](std::size_t x, std::uint8_t value,
                            bool in) __attribute__((always_inline)) {
        std::uint8_t* const range = fine + (x * n_bins + value / n_bins) * n_bins;
        const auto counts = load_native<Bins8>(range);
        const Bins8 step = up_to[value % n_bins];
        store_native(range, in ? counts + step : counts - step);
    };
    const auto ones = [&](std::uint8_t value) __attribute__((always_inline)) {
        return (Bins8)(value - Bins8{} <= last_value);  // -1 where so
    };
    for (std::size_t x = 0; x < n; ++x) {
        auto counts = load_native<Bins8>(coarse + x * n_bins) - ones(entering[x]);
        if (leaving) {
            counts += ones(leaving[x]);
            change(x, leaving[x], false);
        }
        store_native(coarse + x * n_bins, counts);
        change(x, entering[x], true);
    }
}

IMGMINE_INLINE Bins16 load_bins(const std::uint8_t* p) {
#if defined(__AVX2__)
    return (Bins16)_mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i*)p));
#else
    return __builtin_convertvector(load_native<Bins8>(p), Bins16);
#endif
}

/// How many bins, of rising counts, hold at most `limit`.
IMGMINE_INLINE unsigned bins_up_to(Bins16 counts, std::uint16_t limit) {
#if defined(__AVX512VL__) && defined(__AVX512BW__)
    return (unsigned)__builtin_popcount(
        _mm256_cmple_epu16_mask((__m256i)counts, _mm256_set1_epi16((short)limit)));
#elif defined(__AVX2__)
    const __m256i above = _mm256_subs_epu16((__m256i)counts, _mm256_set1_epi16((short)limit));
    const __m256i not_above = _mm256_cmpeq_epi16(above, _mm256_setzero_si256());
    return (unsigned)__builtin_popcount((unsigned)_mm256_movemask_epi8(not_above)) / 2;
#else
    const Bins16 not_above = (Bins16)(counts <= limit - Bins16{});
    unsigned n = 0;
    for (std::size_t i = 0; i < n_bins; ++i) n += not_above[i] & 1;
    return n;
#endif
}

/// out[x] = median of columns x to x + ksize - 1, which hold ksize values each, ksize <= 255.
void median_of_columns(const std::uint8_t* coarse, const std::uint8_t* fine, std::size_t ksize,
                       std::uint8_t* out, std::size_t n) {
    const auto half = (std::uint16_t)(ksize * ksize / 2);
    Bins16 window = {}, ranges[n_bins];
    std::size_t known[n_bins];  // ranges[r] holds the counts of the window at known[r] - 1
    for (std::size_t r = 0; r < n_bins; ++r) known[r] = 0;
    std::uint16_t counts[n_bins + 1] = {};
    for (std::size_t k = 0; k + 1 < ksize; ++k) window += load_bins(coarse + k * n_bins);
    for (std::size_t x = 0; x < n; ++x) {
        window += load_bins(coarse + (x + ksize - 1) * n_bins);
        store_native(counts + 1, window);
        const unsigned r = bins_up_to(window, half);
        const std::uint8_t* const range = fine + r * n_bins;
        constexpr std::size_t step = n_bins * n_bins;
        if (known[r] == x && x > 0) {
            ranges[r] +=
                load_bins(range + (x + ksize - 1) * step) - load_bins(range + (x - 1) * step);
        } else if (known[r] == 0 || x - known[r] > ksize / 2) {
            Bins16 total = {};
            for (std::size_t k = 0; k < ksize; ++k) total += load_bins(range + (x + k) * step);
            ranges[r] = total;
        } else {
            Bins16 total = ranges[r];
            for (std::size_t k = known[r]; k <= x; ++k)
                total +=
                    load_bins(range + (k + ksize - 1) * step) - load_bins(range + (k - 1) * step);
            ranges[r] = total;
        }
        known[r] = x + 1;
        const unsigned value = bins_up_to(ranges[r], (std::uint16_t)(half - counts[r]));
        out[x] = (std::uint8_t)(r * n_bins + value);
        window -= load_bins(coarse + x * n_bins);
    }
}

/// Whole numbers that are in order where the floats are: -inf, ..., -0, 0, ..., inf, NaN.
void keys_of_floats(const float* in, std::int32_t* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        std::int32_t bits;
        std::memcpy(&bits, in + i, sizeof bits);
        const std::int32_t magnitude = bits & 0x7fffffff;
        const std::int32_t key = bits ^ (std::int32_t)((std::uint32_t)(bits >> 31) >> 1);
        out[i] = magnitude > 0x7f800000 ? magnitude : key;
    }
}

void floats_of_keys(const std::int32_t* in, float* out, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t bits = in[i] ^ (std::int32_t)((std::uint32_t)(in[i] >> 31) >> 1);
        std::memcpy(out + i, &bits, sizeof bits);
    }
}

template <class T>
constexpr MedianLoops<T> loops = {
    .sort5 = sort5<T>,
    .merge5 = merge5<T>,
    .median5 = median5<T>,
    .run_network = run_network<T>,
    .take_every = take_every<T>,
    .put_every = put_every<T>,
};

}  // namespace
extern const MedianKernels IMGMINE_TABLE(median_kernels);
const MedianKernels IMGMINE_TABLE(median_kernels) = {
    .slot_size = native_size,
    .u8 = loops<std::uint8_t>,
    .i32 = loops<std::int32_t>,
    .move_columns = move_columns,
    .median_of_columns = median_of_columns,
    .keys_of_floats = keys_of_floats,
    .floats_of_keys = floats_of_keys,
};

}  // namespace imgmine
