#include "kernels/tamura.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

constexpr std::size_t chunk = 64;

/// sums[x] = the sum of the four bytes from column x on.
void first_windows(const std::uint8_t* upper, const std::uint8_t* lower, std::size_t n,
                   std::uint16_t* sums) {
    for (std::size_t x = 0; x < n; ++x)
        sums[x] = (std::uint16_t)(upper[x] + upper[x + 1] + lower[x] + lower[x + 1]);
}

/// The sums of windows twice as wide and high as those of which `upper` and `lower` are rows.
void next_windows(const std::uint16_t* upper, const std::uint16_t* lower, std::size_t half,
                  std::size_t n, std::uint16_t* sums) {
    const std::uint16_t *upper_right = upper + half, *lower_right = lower + half;
    for (std::size_t x = 0; x < n; ++x)
        sums[x] = (std::uint16_t)(upper[x] + upper_right[x] + lower[x] + lower_right[x]);
}

/// The same from windows of 16 to windows of 32, whose sums need more than 16 bits.
void last_windows(const std::uint16_t* upper, const std::uint16_t* lower, std::size_t n,
                  std::uint32_t* sums) {
    const std::uint16_t *upper_right = upper + 16, *lower_right = lower + 16;
    for (std::size_t x = 0; x < n; ++x)
        sums[x] = (std::uint32_t)upper[x] + upper_right[x] + lower[x] + lower_right[x];
}

IMGMINE_INLINE NativeShorts distance(NativeShorts a, NativeShorts b) {
    return max(a, b) - min(a, b);
}

/// Of 2 to 16 pixels, the best size of a register of pixels, and the difference there, in units of
/// the largest size: less than 2^16.
IMGMINE_INLINE void best_small(const TamuraWindows& windows, std::size_t x, std::uint16_t* best,
                               std::uint16_t* size) {
    NativeShorts largest{}, found{};
    IMGMINE_UNROLL
    for (std::ptrdiff_t k = 0; k < 4; ++k) {
        const std::ptrdiff_t half = std::ptrdiff_t{1} << k, whole = 2 * half;
        const std::uint16_t *top = windows.small[k][0] + x, *mid = windows.small[k][1] + x,
                            *bottom = windows.small[k][2] + x;
        const NativeShorts across = distance(load_shorts(mid), load_shorts(mid - whole));
        const NativeShorts down = distance(load_shorts(bottom - half), load_shorts(top - half));
        const NativeShorts differ = max(across, down);
        largest = largest << 2;
        found = differ >= largest ? (std::uint16_t)whole - NativeShorts{} : found;
        largest = max(differ, largest);
    }
    store_shorts(best, largest);
    store_shorts(size, found);
}

IMGMINE_INLINE std::uint32_t best_of(const TamuraWindows& windows, std::size_t x, std::size_t n) {
    std::uint16_t best[chunk], size[chunk];
    for (std::size_t i = 0; i < chunk; i += native_shorts)
        best_small(windows, x + i, best + i, size + i);
    const std::uint32_t *top = windows.large[0] + x, *mid = windows.large[1] + x,
                        *bottom = windows.large[2] + x;
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto across = (std::int32_t)(mid[i] - mid[(std::ptrdiff_t)i - 32]);
        const auto down =
            (std::int32_t)(bottom[(std::ptrdiff_t)i - 16] - top[(std::ptrdiff_t)i - 16]);
        const std::int32_t width = across < 0 ? -across : across, height = down < 0 ? -down : down;
        total += (width > height ? width : height) >= 4 * best[i] ? 32u : size[i];
    }
    return total;
}

/// Of 2, 4 .. 32 pixels, the size of square windows whose means differ most between the left and
/// the right of a pixel, or above and below, the largest of equals; summed over a row. Rows of
/// windows know 32 pixels around it; reads up to `chunk` pixels beyond.
std::uint64_t best_sizes(const TamuraWindows& windows, std::size_t n) {
    std::uint64_t total = 0;
    std::size_t x = 0;
    for (; x + chunk <= n; x += chunk) total += best_of(windows, x, chunk);
    if (x < n) total += best_of(windows, x, n - x);
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
        along[x] = (std::int16_t)(b < 0 ? -b : b);
        bins[x] = (std::uint8_t)((a ^ b) < 0 ? 0xff : 0);
        passed[x] = 0;
    }
    // Where along > across t / 65536: none of these products of up to 765 is a whole number but 0.
    for (const std::int32_t t : tangents) {
        const auto part = (std::int16_t)(t & 0xffff);  // below 0 where it is more than half
        const auto whole = (std::int16_t)((t - part) >> 16);
        for (std::size_t x = 0; x < n; ++x) {
            const auto of_part = (std::int16_t)((across[x] * part) >> 16);
            const auto below = (std::int16_t)(of_part + (std::int16_t)(across[x] * whole));
            passed[x] = (std::int16_t)(passed[x] + (along[x] > below ? 1 : 0));
        }
    }
    for (std::size_t x = 0; x < n; ++x) {  // the other way round where they have unlike signs
        const auto turned = (std::uint8_t)(((std::uint8_t)passed[x] ^ bins[x]) - bins[x]);
        bins[x] = (std::uint8_t)(across[x] + along[x] >= 24 ? turned & 15 : 16);
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
    .first_windows = first_windows,
    .next_windows = next_windows,
    .last_windows = last_windows,
    .best_sizes = best_sizes,
    .directions = directions,
};

}  // namespace imgmine
