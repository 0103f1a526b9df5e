#include "kernels/transpose.hpp"

#include <cstring>

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

typedef std::uint8_t u8;

/// A block of memory that is transposed as a whole.
struct Block {
    const u8* from;
    std::ptrdiff_t from_stride;
    u8* to;
    std::ptrdiff_t to_stride;
};

template <std::size_t size>
IMGMINE_INLINE void one_by_one(const Block& b, std::size_t rows, std::size_t columns,
                               std::size_t bytes) {
    if (size) bytes = size;  // a constant count becomes a move
    for (std::size_t x = 0; x < columns; ++x)
        for (std::size_t y = 0; y < rows; ++y)
            std::memcpy(b.to + (std::ptrdiff_t)x * b.to_stride + y * bytes,
                        b.from + (std::ptrdiff_t)y * b.from_stride + x * bytes, bytes);
}

#if defined(__x86_64__)

IMGMINE_INLINE __m128i load16(const u8* p) {
    return _mm_loadu_si128((const __m128i*)p);
}

/// 16 x 16 bytes: four rounds that each interleave the first half of the rows with the second.
struct Bytes {
    static constexpr std::size_t size = 1, side = 16, spill = 0;
    static void run(const Block& b) {
        __m128i v[16], w[16];
        IMGMINE_UNROLL
        for (int i = 0; i < 16; ++i) v[i] = load16(b.from + i * b.from_stride);
        IMGMINE_UNROLL
        for (int round = 0; round < 4; ++round) {
            IMGMINE_UNROLL
            for (int i = 0; i < 8; ++i) {
                w[2 * i] = _mm_unpacklo_epi8(v[i], v[i + 8]);
                w[2 * i + 1] = _mm_unpackhi_epi8(v[i], v[i + 8]);
            }
            IMGMINE_UNROLL
            for (int i = 0; i < 16; ++i) v[i] = w[i];
        }
        IMGMINE_UNROLL
        for (int i = 0; i < 16; ++i) _mm_storeu_si128((__m128i*)(b.to + i * b.to_stride), v[i]);
    }
};

/// 4 x 4 pixels of 4 bytes, or of 3 that are spread to 4 and squeezed again; those take 16 bytes
/// where they fill 12, which the next block sets right.
template <std::size_t bytes>
struct Words {
    static constexpr std::size_t size = bytes, side = 4, spill = bytes == 3 ? 2 : 0;
    static void run(const Block& b) {
        const __m128i spread = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
        const __m128i squeeze =
            _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
        __m128i v[4];
        IMGMINE_UNROLL
        for (int i = 0; i < 4; ++i) {
            v[i] = load16(b.from + i * b.from_stride);
            if (bytes == 3) v[i] = _mm_shuffle_epi8(v[i], spread);
        }
        const __m128i a = _mm_unpacklo_epi32(v[0], v[1]), c = _mm_unpackhi_epi32(v[0], v[1]);
        const __m128i d = _mm_unpacklo_epi32(v[2], v[3]), e = _mm_unpackhi_epi32(v[2], v[3]);
        v[0] = _mm_unpacklo_epi64(a, d);
        v[1] = _mm_unpackhi_epi64(a, d);
        v[2] = _mm_unpacklo_epi64(c, e);
        v[3] = _mm_unpackhi_epi64(c, e);
        IMGMINE_UNROLL
        for (int i = 0; i < 4; ++i) {
            if (bytes == 3) v[i] = _mm_shuffle_epi8(v[i], squeeze);
            _mm_storeu_si128((__m128i*)(b.to + i * b.to_stride), v[i]);
        }
    }
};

/// All of it in blocks, but for the last rows and columns, of which a block takes more than there
/// may be.
template <class Square>
IMGMINE_INLINE void in_squares(const Block& b, std::size_t rows, std::size_t columns) {
    constexpr std::size_t side = Square::side, size = Square::size;
    const auto past = [&](std::size_t n) {
        return n < side + Square::spill ? 0 : (n - Square::spill) / side * side;
    };
    const auto at = [&](std::size_t y, std::size_t x) {
        return Block{b.from + (std::ptrdiff_t)y * b.from_stride + x * size, b.from_stride,
                     b.to + (std::ptrdiff_t)x * b.to_stride + y * size, b.to_stride};
    };
    const std::size_t whole_rows = past(rows), whole_columns = past(columns);
    for (std::size_t x = 0; x < whole_columns; x += side)
        for (std::size_t y = 0; y < whole_rows; y += side) Square::run(at(y, x));
    one_by_one<size>(at(whole_rows, 0), rows - whole_rows, whole_columns, size);
    one_by_one<size>(at(0, whole_columns), rows, columns - whole_columns, size);
}

#endif

/// In tiles of 64 x 64 pixels: each line of memory is read and written but once.
template <class Tile>
IMGMINE_INLINE void in_tiles(const Block& b, std::size_t rows, std::size_t columns,
                             std::size_t size, const Tile& tile) {
    constexpr std::size_t side = 64;
    for (std::size_t y = 0; y < rows; y += side)
        for (std::size_t x = 0; x < columns; x += side)
            tile(Block{b.from + (std::ptrdiff_t)y * b.from_stride + x * size, b.from_stride,
                       b.to + (std::ptrdiff_t)x * b.to_stride + y * size, b.to_stride},
                 rows - y < side ? rows - y : side, columns - x < side ? columns - x : side);
}

void transpose(const u8* from, std::ptrdiff_t from_stride, u8* to, std::ptrdiff_t to_stride,
               std::size_t rows, std::size_t columns, std::size_t size) {
    const Block whole{from, from_stride, to, to_stride};
    const auto run = [&](const auto& tile) { in_tiles(whole, rows, columns, size, tile); };
    switch (size) {
#if defined(__x86_64__)
        case 1:
            return run(
                [](const Block& b, std::size_t h, std::size_t w) { in_squares<Bytes>(b, h, w); });
        case 3:
            return run([](const Block& b, std::size_t h, std::size_t w) {
                in_squares<Words<3>>(b, h, w);
            });
        case 4:
            return run([](const Block& b, std::size_t h, std::size_t w) {
                in_squares<Words<4>>(b, h, w);
            });
#endif
        case 12:
            return run(
                [](const Block& b, std::size_t h, std::size_t w) { one_by_one<12>(b, h, w, 12); });
        default:
            return run([&](const Block& b, std::size_t h, std::size_t w) {
                one_by_one<0>(b, h, w, size);
            });
    }
}

template <std::size_t size>
IMGMINE_INLINE void reverse_pixels(const u8* from, u8* to, std::size_t n, std::size_t bytes) {
    if (size) bytes = size;
    for (std::size_t i = 0; i < n; ++i)
        std::memcpy(to + i * bytes, from + (n - 1 - i) * bytes, bytes);
}

void reverse(const u8* from, u8* to, std::size_t n, std::size_t size) {
    switch (size) {
        case 1: {
            std::size_t i = 0;
#if defined(__x86_64__)
            const __m128i back =
                _mm_setr_epi8(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
            for (; i + 16 <= n; i += 16)
                _mm_storeu_si128((__m128i*)(to + i),
                                 _mm_shuffle_epi8(load16(from + n - 16 - i), back));
#endif
            return reverse_pixels<1>(from, to + i, n - i, 1);
        }
        case 3: {
            std::size_t i = 0;
#if defined(__x86_64__)
            // Five pixels, and a byte too many on either side.
            const __m128i back =
                _mm_setr_epi8(13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
            for (; i + 6 <= n; i += 5)
                _mm_storeu_si128((__m128i*)(to + 3 * i),
                                 _mm_shuffle_epi8(load16(from + 3 * (n - i) - 16), back));
#endif
            return reverse_pixels<3>(from, to + 3 * i, n - i, 3);
        }
        case 4:
            return reverse_pixels<4>(from, to, n, 4);
        case 12:
            return reverse_pixels<12>(from, to, n, 12);
        default:
            return reverse_pixels<0>(from, to, n, size);
    }
}

}  // namespace
extern const TransposeKernels IMGMINE_TABLE(transpose_kernels);
const TransposeKernels IMGMINE_TABLE(transpose_kernels) = {
    .transpose = transpose,
    .reverse = reverse,
};

}  // namespace imgmine
