#include "kernels/tamura.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

constexpr std::size_t chunk = 64;

typedef std::uint32_t Sums __attribute__((vector_size(native_size)));  // modulo 2^32
constexpr std::size_t native_sums = native_size / sizeof(std::uint32_t);

IMGMINE_INLINE NativeInts magnitude(Sums difference) {
    const auto d = (NativeInts)difference;
    return d < 0 ? -d : d;
}

/// The best sizes of a register of pixels.
IMGMINE_INLINE NativeInts best_of(const std::uint32_t* at, std::ptrdiff_t stride) {
    NativeInts best{}, size{};
    IMGMINE_UNROLL
    for (int k = 1; k <= 5; ++k) {
        const std::ptrdiff_t half = std::ptrdiff_t{1} << (k - 1), whole = 2 * half;
        const std::uint32_t *above = at - half * stride, *below = at + half * stride;
        const std::uint32_t *top = at - whole * stride, *bottom = at + whole * stride;
        const auto bend = [](const std::uint32_t* a, const std::uint32_t* b,
                             const std::uint32_t* c) {
            const auto twice = load_native<Sums>(b);
            return load_native<Sums>(a) + load_native<Sums>(c) - (twice + twice);
        };
        const Sums across =
            bend(below + whole, below, below - whole) - bend(above + whole, above, above - whole);
        const Sums down =
            bend(bottom + half, at + half, top + half) - bend(bottom - half, at - half, top - half);
        const NativeInts differ = max(magnitude(across), magnitude(down)) << 2 * (5 - k);
        size = differ >= best ? (std::int32_t)whole - NativeInts{} : size;
        best = max(differ, best);
    }
    return size;
}

/// Of 2, 4 .. 32 pixels, the size of square windows whose means differ most between the left and
/// the right of a pixel, or above and below, the largest of equals; summed over a row of less than
/// 2^24. `integral` points to where the row begins in sums that know 32 pixels around it; reads up
/// to a register beyond.
std::uint64_t best_sizes(const std::uint32_t* integral, std::ptrdiff_t stride, std::size_t n) {
    NativeInts sums{};
    std::size_t x = 0;
    for (; x + native_sums <= n; x += native_sums) sums += best_of(integral + x, stride);
    const NativeInts rest = x < n ? best_of(integral + x, stride) : sums;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < native_sums; ++i)
        total += (std::uint64_t)(sums[i] + (x + i < n ? rest[i] : 0));
    return total;
}

/// 65536 tan((j + 1/2) pi / 16) for j = 0..7.
constexpr std::int32_t tangents[8] = {6455, 19880, 35030, 53784, 79856, 122609, 216043, 665398};

/// Of each pixel's gradient by Prewitt, which of 16 directions it has, from along the row towards
/// the columns; 16 where it is weak. Rows begin one pixel to the left.
IMGMINE_INLINE void directions_of(const std::uint8_t* up, const std::uint8_t* mid,
                                  const std::uint8_t* down, std::size_t n, std::uint8_t* bins) {
    std::int16_t across[chunk], along[chunk], passed[chunk];
    for (std::size_t x = 0; x < n; ++x) {
        const auto a =
            (std::int16_t)((up[x + 2] + mid[x + 2] + down[x + 2]) - (up[x] + mid[x] + down[x]));
        const auto b =
            (std::int16_t)((down[x] + down[x + 1] + down[x + 2]) - (up[x] + up[x + 1] + up[x + 2]));
        across[x] = (std::int16_t)(a < 0 ? -a : a);
        along[x] = (std::int16_t)(a < 0 ? -b : b);
        passed[x] = 8;
    }
    // Where along >= across t / 65536, and where along >= -across t / 65536: none of these products
    // of up to 765 is a whole number but 0.
    for (const std::int32_t t : tangents) {
        const auto part = (std::int16_t)(t & 0xffff);  // below 0 where it is more than half
        const auto whole = (std::int16_t)((t - part) >> 16);
        for (std::size_t x = 0; x < n; ++x) {
            const auto of_part = (std::int16_t)((across[x] * part) >> 16);
            const auto below = (std::int16_t)(of_part + (std::int16_t)(across[x] * whole));
            const auto above = (std::int16_t)(below + (across[x] > 0 ? 1 : 0));
            passed[x] = (std::int16_t)(passed[x] + (along[x] >= above ? 1 : 0));
            passed[x] = (std::int16_t)(passed[x] + (along[x] >= -below ? 1 : 0));
        }
    }
    for (std::size_t x = 0; x < n; ++x) {
        const auto strength = (std::int16_t)(across[x] + (along[x] < 0 ? -along[x] : along[x]));
        bins[x] = (std::uint8_t)(strength >= 24 ? passed[x] & 15 : 16);
    }
}

void directions(const std::uint8_t* up, const std::uint8_t* mid, const std::uint8_t* down,
                std::size_t n, std::uint8_t* bins) {
    std::size_t x = 0;
    for (; x + chunk <= n; x += chunk) directions_of(up + x, mid + x, down + x, chunk, bins + x);
    if (x < n) directions_of(up + x, mid + x, down + x, n - x, bins + x);
}

}  // namespace
extern const TamuraKernels IMGMINE_TABLE(tamura_kernels);
const TamuraKernels IMGMINE_TABLE(tamura_kernels) = {
    .best_sizes = best_sizes,
    .directions = directions,
};

}  // namespace imgmine
