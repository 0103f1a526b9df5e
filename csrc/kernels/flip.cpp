#include "kernels/flip.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

#if defined(__AVX512VBMI__)
constexpr std::size_t shuffled = 64;  // bytes that one shuffle moves

struct Shuffle {
    __m512i order;
    explicit Shuffle(const std::uint8_t* bytes) : order(_mm512_loadu_si512(bytes)) {}
    IMGMINE_INLINE void operator()(const char* in, char* out) const {
        _mm512_storeu_si512(out, _mm512_permutexvar_epi8(order, _mm512_loadu_si512(in)));
    }
};
#else
constexpr std::size_t shuffled = 16;

struct Shuffle {
    typedef std::uint8_t Bytes __attribute__((vector_size(16)));
    Bytes order;
    explicit Shuffle(const std::uint8_t* bytes) { std::memcpy(&order, bytes, sizeof order); }
    IMGMINE_INLINE void operator()(const char* in, char* out) const {
        Bytes v;
        std::memcpy(&v, in, sizeof v);
#if defined(__x86_64__)
        v = (Bytes)_mm_shuffle_epi8((__m128i)v, (__m128i)order);
#else
        v = (Bytes)vqtbl1q_u8((uint8x16_t)v, (uint8x16_t)order);
#endif
        std::memcpy(out, &v, sizeof v);
    }
};
#endif

/// One pixel after the other.
template <std::size_t fixed_size>
IMGMINE_INLINE void reverse_few(const char* in, std::size_t size, char* out, std::size_t n) {
    if (fixed_size) size = fixed_size;
    in += n * size;
    for (std::size_t x = 0; x < n; ++x, out += size) std::memcpy(out, in -= size, size);
}

/// As many whole pixels at a time as a shuffle holds; what it writes behind them is written over by
/// the next one. The last pixels of `out` are done one by one.
template <std::size_t size>
void reverse(const char* in, char* out, std::size_t n) {
    constexpr std::size_t at_once = shuffled / size, moved = at_once * size;
    constexpr std::size_t before = shuffled - moved;  // bytes loaded before the pixels meant
    std::uint8_t order[shuffled];
    for (std::size_t i = 0; i < shuffled; ++i)
        order[i] = (std::uint8_t)(i < moved ? shuffled - size - i / size * size + i % size : 0);
    const Shuffle shuffle(order);
    std::size_t left = n;
    const std::size_t needs = (shuffled + size - 1) / size;
    for (; left >= needs; left -= at_once, out += moved)
        shuffle(in + left * size - moved - before, out);
    reverse_few<size>(in, size, out, left);
}

/// n pixels of `size` bytes in the opposite order.
void reverse_pixels(const void* in, std::size_t size, void* out, std::size_t n) {
    const auto* from = (const char*)in;
    auto* to = (char*)out;
    switch (size) {
        case 1:
            return reverse<1>(from, to, n);
        case 2:
            return reverse<2>(from, to, n);
        case 3:
            return reverse<3>(from, to, n);
        case 4:
            return reverse<4>(from, to, n);
        case 8:
            return reverse<8>(from, to, n);
        case 12:
            return reverse<12>(from, to, n);
        case 16:
            return reverse<16>(from, to, n);
        default:
            return reverse_few<0>(from, size, to, n);
    }
}

}  // namespace
extern const FlipKernels IMGMINE_TABLE(flip_kernels);
const FlipKernels IMGMINE_TABLE(flip_kernels) = {.reverse_pixels = reverse_pixels};

}  // namespace imgmine
