#include "kernels/runs.hpp"

#include "kernels/simd_bits.hpp"

namespace imgmine {
namespace {

/// A bit for each of 64 bytes that is not 0.
IMGMINE_INLINE std::uint64_t set_bits(const std::uint8_t* p) {
    std::uint64_t bits = 0;
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 64; i += native_bytes)
        bits |= top_bits((NativeBytes)(load_native<NativeBytes>(p + i) != 0)) << i;
    return bits;
}

/// A bit for each of 64 numbers that is not the one before it.
IMGMINE_INLINE std::uint64_t changed_bits(const std::int32_t* p) {
    std::uint64_t bits = 0;
#if defined(__AVX512F__)
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 64; i += 16)
        bits |= (std::uint64_t)_mm512_cmpneq_epi32_mask(_mm512_loadu_si512(p + i),
                                                        _mm512_loadu_si512(p + i - 1))
                << i;
#elif defined(__AVX2__)
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 64; i += 8) {
        const auto same = load_native<NativeInts>(p + i) == load_native<NativeInts>(p + i - 1);
        bits |= (std::uint64_t)(std::uint8_t)~_mm256_movemask_ps((__m256)same) << i;
    }
#elif defined(__x86_64__)
    IMGMINE_UNROLL
    for (std::size_t i = 0; i < 64; i += 4) {
        const auto same = load_native<NativeInts>(p + i) == load_native<NativeInts>(p + i - 1);
        bits |= (std::uint64_t)(~_mm_movemask_ps((__m128)same) & 15) << i;
    }
#else
    for (std::size_t i = 0; i < 64; ++i) bits |= (std::uint64_t)(p[i] != p[i - 1]) << i;
#endif
    return bits;
}

/// Appends x plus the number of each bit that is set.
IMGMINE_INLINE std::size_t append(std::uint64_t bits, std::size_t x, std::int32_t* out) {
    std::size_t n = 0;
    for (; bits; bits &= bits - 1)
        out[n++] = (std::int32_t)(x + (std::size_t)__builtin_ctzll(bits));
    return n;
}

/// Writes where each run of bytes that are not 0 (or of zeros) begins and where it has ended, in
/// rising order; returns how many numbers that makes: at most n + 1.
std::size_t ends_u8(const std::uint8_t* row, std::size_t n, bool of_zeros, std::int32_t* ends) {
    const std::uint64_t flip = of_zeros ? ~std::uint64_t{0} : 0;
    std::uint64_t before = 0;
    std::size_t count = 0, x = 0;
    for (; x + 64 <= n; x += 64) {
        const std::uint64_t bits = set_bits(row + x) ^ flip;
        count += append(bits ^ (bits << 1 | before), x, ends + count);
        before = bits >> 63;
    }
    std::uint64_t bits = 0;  // of what is left, and zeros behind it
    for (std::size_t i = 0; i < n - x; ++i)
        bits |= (std::uint64_t)((row[x + i] == 0) == of_zeros) << i;
    return count + append(bits ^ (bits << 1 | before), x, ends + count);
}

/// Writes the indices of all numbers that are not the one before them, but for the first; returns
/// how many there are.
std::size_t changes_i32(const std::int32_t* row, std::size_t n, std::int32_t* changes) {
    std::size_t count = 0, x = 1;
    for (; x + 64 <= n; x += 64) count += append(changed_bits(row + x), x, changes + count);
    for (; x < n; ++x)
        if (row[x] != row[x - 1]) changes[count++] = (std::int32_t)x;
    return count;
}

/// out[from ... to) = value, and more behind it where there is room.
IMGMINE_INLINE void fill(std::int32_t* out, std::size_t from, std::size_t to, std::int32_t value,
                         std::size_t n) {
    if (to + native_ints <= n) {
        const NativeInts v = value - NativeInts{};
        for (; from < to; from += native_ints) store_native(out + from, v);
    } else {
        for (; from < to; ++from) out[from] = value;
    }
}

/// Writes a row in which run k has values[k] from ends[2 k] to ends[2 k + 1], and 0 is elsewhere.
void paint_i32(const std::int32_t* ends, const std::int32_t* values, std::size_t n_runs,
               std::int32_t* out, std::size_t n) {
    std::size_t x = 0;
    for (std::size_t k = 0; k < n_runs; ++k) {
        const auto first = (std::size_t)ends[2 * k], last = (std::size_t)ends[2 * k + 1];
        fill(out, x, first, 0, n);
        fill(out, first, last, values[k], n);
        x = last;
    }
    fill(out, x, n, 0, n);
}

/// out[i] = 1 where one of the four or, `diagonal` being set, eight neighbors of row[i] is another
/// number, else 0. Either side of the rows there has to be one more number.
void edges_i32(const std::int32_t* above, const std::int32_t* row, const std::int32_t* below,
               std::size_t n, bool diagonal, std::uint8_t* out) {
    if (!diagonal) {
        for (std::size_t i = 0; i < n; ++i) {
            const std::int32_t v = row[i];
            out[i] = (std::uint8_t)((((above[i] ^ v) | (below[i] ^ v)) |
                                     ((row[i - 1] ^ v) | (row[i + 1] ^ v))) != 0);
        }
        return;
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::int32_t v = row[i];
        const std::int32_t beside =
            (above[i] ^ v) | (below[i] ^ v) | (row[i - 1] ^ v) | (row[i + 1] ^ v);
        const std::int32_t corners =
            (above[i - 1] ^ v) | (above[i + 1] ^ v) | (below[i - 1] ^ v) | (below[i + 1] ^ v);
        out[i] = (std::uint8_t)((beside | corners) != 0);
    }
}

}  // namespace
extern const RunKernels IMGMINE_TABLE(run_kernels);
const RunKernels IMGMINE_TABLE(run_kernels) = {
    .ends_u8 = ends_u8,
    .changes_i32 = changes_i32,
    .paint_i32 = paint_i32,
    .edges_i32 = edges_i32,
};

}  // namespace imgmine
