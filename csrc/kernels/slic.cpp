#include "kernels/slic.hpp"

#include "kernels/simd_interleave.hpp"

namespace imgmine {
namespace {

typedef float FloatsOfInts __attribute__((vector_size(native_size)));

IMGMINE_INLINE NativeInts chosen(NativeInts mask, NativeInts yes, NativeInts no) {
    return (mask & yes) | (~mask & no);
}

/// Calls body(x, across, color) for the pixels of a center's window in steps of a register;
/// `color` are squares of differences in color, `across` the place in the window's table.
template <class Body>
IMGMINE_INLINE void in_window(const SlicRow& row, const SlicCenter& center, std::ptrdiff_t radius,
                              const Body& body) {
    const std::ptrdiff_t from = center.x - radius < 0 ? 0 : center.x - radius;
    const std::ptrdiff_t past = center.x + radius >= row.width ? row.width : center.x + radius + 1;
    const NativeSignedShorts la = pairs_of(center.l, center.a), b0 = pairs_of(center.b, 0);
    for (std::ptrdiff_t x = from; x < past; x += (std::ptrdiff_t)native_ints) {
        const auto d = load_native<NativeSignedShorts>(row.la + 2 * x) - la;
        const auto e = load_native<NativeSignedShorts>(row.b0 + 2 * x) - b0;
        body(x, x - center.x + radius, multiply_pairs(d, d) + multiply_pairs(e, e));
    }
}

/// Gives the pixels of row y the label of a center that is nearer than what they have; of centers
/// equally near the first.
void assign(const SlicRow& row, const SlicCenter* centers, std::size_t n, std::int32_t y,
            const SlicWindow<std::int32_t>& window) {
    auto* const best = (std::int32_t*)row.best;
    for (std::size_t i = 0; i < n; ++i) {
        const SlicCenter& center = centers[i];
        const NativeInts label = center.label - NativeInts{};
        const std::int32_t down = window.down[y - center.y + window.radius];
        in_window(row, center, window.radius,
                  [&](std::ptrdiff_t x, std::ptrdiff_t at, NativeInts color) {
                      const NativeInts distance =
                          color + load_native<NativeInts>(window.across + at) + down;
                      const auto before = load_native<NativeInts>(best + x);
                      const NativeInts nearer = distance < before;
                      store_native(best + x, chosen(nearer, distance, before));
                      const auto labels = load_native<NativeInts>(row.labels + x);
                      store_native(row.labels + x, chosen(nearer, label, labels));
                  });
    }
}

/// The same where color distances are scaled by the center's own factor.
void assign_scaled(const SlicRow& row, const SlicCenter* centers, std::size_t n, std::int32_t y,
                   const SlicWindow<float>& window) {
    auto* const best = (float*)row.best;
    for (std::size_t i = 0; i < n; ++i) {
        const SlicCenter& center = centers[i];
        const NativeInts label = center.label - NativeInts{};
        const float down = window.down[y - center.y + window.radius];
        in_window(
            row, center, window.radius, [&](std::ptrdiff_t x, std::ptrdiff_t at, NativeInts color) {
                const FloatsOfInts distance =
                    __builtin_convertvector(color, FloatsOfInts) * center.scale +
                    (load_native<FloatsOfInts>(window.across + at) + down);
                const auto before = load_native<FloatsOfInts>(best + x);
                const auto nearer = (NativeInts)(distance < before);
                store_native(best + x, chosen(nearer, (NativeInts)distance, (NativeInts)before));
                const auto labels = load_native<NativeInts>(row.labels + x);
                store_native(row.labels + x, chosen(nearer, label, labels));
            });
    }
}

/// L*a*b* in whole eighths: L* and a* in turns, b* and 0 in turns.
void quantize(const float* lab, std::int16_t* la, std::int16_t* b0, std::size_t n) {
    const auto eighths = [](float v) {
        return (std::int16_t)((std::int32_t)(v * 8.0f + 2048.5f) - 2048);
    };
    for (std::size_t i = 0; i < n; ++i) {
        la[2 * i] = eighths(lab[3 * i]);
        la[2 * i + 1] = eighths(lab[3 * i + 1]);
        b0[2 * i] = eighths(lab[3 * i + 2]);
        b0[2 * i + 1] = 0;
    }
}

typedef std::int16_t FourShorts __attribute__((vector_size(8)));
typedef std::int32_t FourInts __attribute__((vector_size(16)));

/// out[4 i ...] = what L*, a*, b* and 0 of the pixels before i sum to, for i up to n.
void running_sums(const std::int16_t* la, const std::int16_t* b0, std::int32_t* out,
                  std::size_t n) {
    FourInts total{};
    for (std::size_t i = 0; i < n; ++i) {
        std::memcpy(out + 4 * i, &total, sizeof total);
        std::int64_t pixel;
        std::memcpy(&pixel, la + 2 * i, 4);
        std::memcpy((char*)&pixel + 4, b0 + 2 * i, 4);
        total += __builtin_convertvector((FourShorts)pixel, FourInts);
    }
    std::memcpy(out + 4 * n, &total, sizeof total);
}

/// out[i] = the mean of 3 x 3 values in rows of pairs, rounded; rows can be read from -2 to n + 2.
void sum3(const std::int16_t* const rows[3], std::int16_t* out, std::size_t n) {
    for (std::ptrdiff_t i = 0; i < (std::ptrdiff_t)n; ++i) {
        std::int32_t total = 0;
        for (int k = 0; k < 3; ++k) total += rows[k][i - 2] + rows[k][i] + rows[k][i + 2];
        // A ninth, rounded, of what is above -18432: right for all sums of values of 11 bits.
        out[i] = (std::int16_t)((((total + 18436) * 7282) >> 16) - 2048);
    }
}

}  // namespace
extern const SlicKernels IMGMINE_TABLE(slic_kernels);
const SlicKernels IMGMINE_TABLE(slic_kernels) = {
    .assign = assign,
    .assign_scaled = assign_scaled,
    .quantize = quantize,
    .running_sums = running_sums,
    .sum3 = sum3,
};

}  // namespace imgmine
