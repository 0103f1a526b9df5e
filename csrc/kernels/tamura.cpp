#include "kernels/tamura.hpp"

namespace imgmine {
namespace {

constexpr std::size_t chunk = 64;

inline std::int32_t magnitude(std::uint32_t difference) {
    const auto d = (std::int32_t)difference;
    return d < 0 ? -d : d;
}

/// Of 2, 4 .. 32 pixels, the size of square windows whose means differ most between the left and
/// the right of a pixel, or above and below, the largest of equals; summed over a row. `integral`
/// points to where the row begins in sums that know 32 pixels around it.
std::uint64_t best_sizes(const std::uint32_t* integral, std::ptrdiff_t stride, std::size_t n) {
    std::uint64_t total = 0;
    for (std::size_t first = 0; first < n; first += chunk) {
        const std::size_t now = n - first < chunk ? n - first : chunk;
        const std::uint32_t* at = integral + first;
        std::int32_t best[chunk] = {};
        std::int32_t size[chunk] = {};
        for (int k = 1; k <= 5; ++k) {
            const std::ptrdiff_t half = std::ptrdiff_t{1} << (k - 1), whole = 2 * half;
            const std::uint32_t *above = at - half * stride, *below = at + half * stride;
            const std::uint32_t *top = at - whole * stride, *bottom = at + whole * stride;
            for (std::size_t i = 0; i < now; ++i) {
                const auto x = (std::ptrdiff_t)i;
                const std::uint32_t across = (below[x + whole] - 2 * below[x] + below[x - whole]) -
                                             (above[x + whole] - 2 * above[x] + above[x - whole]);
                const std::uint32_t down = (bottom[x + half] - 2 * at[x + half] + top[x + half]) -
                                           (bottom[x - half] - 2 * at[x - half] + top[x - half]);
                const std::int32_t a = magnitude(across), b = magnitude(down);
                const std::int32_t differ = (a > b ? a : b) << 2 * (5 - k);
                size[i] = differ >= best[i] ? (std::int32_t)whole : size[i];
                best[i] = differ >= best[i] ? differ : best[i];
            }
        }
        for (std::size_t i = 0; i < now; ++i) total += (std::uint64_t)size[i];
    }
    return total;
}

/// 65536 tan((j + 1/2) pi / 16) for j = 0..7.
constexpr std::int32_t tangents[8] = {6455, 19880, 35030, 53784, 79856, 122609, 216043, 665398};

/// Of each pixel's gradient by Prewitt, which of 16 directions it has, from along the row towards
/// the columns; 16 where it is weak. Rows begin one pixel to the left.
void directions(const std::uint8_t* up, const std::uint8_t* mid, const std::uint8_t* down,
                std::size_t n, std::uint8_t* bins) {
    for (std::size_t x = 0; x < n; ++x) {
        std::int32_t across = (up[x + 2] + mid[x + 2] + down[x + 2]) - (up[x] + mid[x] + down[x]);
        std::int32_t along =
            (down[x] + down[x + 1] + down[x + 2]) - (up[x] + up[x + 1] + up[x + 2]);
        const std::int32_t strength =
            (across < 0 ? -across : across) + (along < 0 ? -along : along);
        along = across < 0 ? -along : along;
        across = across < 0 ? -across : across;
        std::int32_t passed = 8;
        for (int j = 0; j < 8; ++j) {
            passed += along * 65536 >= across * tangents[j] ? 1 : 0;
            passed += along * 65536 >= -across * tangents[j] ? 1 : 0;
        }
        bins[x] = (std::uint8_t)(strength >= 24 ? passed & 15 : 16);
    }
}

}  // namespace
extern const TamuraKernels IMGMINE_TABLE(tamura_kernels);
const TamuraKernels IMGMINE_TABLE(tamura_kernels) = {
    .best_sizes = best_sizes,
    .directions = directions,
};

}  // namespace imgmine
