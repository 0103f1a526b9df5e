#include "kernels/local_threshold.hpp"

#include "kernels/simd_integers.hpp"

namespace imgmine {
namespace {

/// sums[i] += (enter[i] - 128)^2 - (leave[i] - 128)^2: squares of bytes about 128, so that those of
/// 255^2 of them fit 31 bits.
void slide_squares(const std::uint8_t* enter, const std::uint8_t* leave, std::uint32_t* sums,
                   std::size_t n) {
    std::size_t i = 0;
    for (; i + native_ints <= n; i += native_ints) {
        const NativeInts in = load_ints(enter + i), gone = load_ints(leave + i);
        store_native(sums + i, load_native<NativeInts>(sums + i) + (in - gone) * (in + gone - 256));
    }
    for (; i < n; ++i) {
        const int in = enter[i], gone = leave[i];
        sums[i] += static_cast<std::uint32_t>((in - gone) * (in + gone - 256));
    }
}

/// out[i] = (to[i] - from[i]) / size - offset.
void means(const std::uint32_t* from, const std::uint32_t* to, std::int32_t size, float offset,
           float* out, std::size_t n) {
    const auto divisor = static_cast<float>(size);
    for (std::size_t i = 0; i < n; ++i)
        out[i] = static_cast<float>(static_cast<std::int32_t>(to[i] - from[i])) / divisor - offset;
}

/// out[i] = the threshold of a box whose values sum up to sums[1][i] - sums[0][i] and whose squares
/// about 128 to sums[3][i] - sums[2][i]. Exact up to the variance.
void thresholds(const std::uint32_t* const* sums, const LocalThreshold& what, float* out,
                std::size_t n) {
    const std::uint32_t *const from = sums[0], *const to = sums[1];
    const std::uint32_t *const squares_from = sums[2], *const squares_to = sums[3];
    const LocalThreshold t = what;
    const double size = t.size;
    const auto divisor = static_cast<float>(t.size);
    for (std::size_t i = 0; i < n; ++i) {
        const auto sum = static_cast<std::int32_t>(to[i] - from[i]);
        const auto squares = static_cast<std::int32_t>(squares_to[i] - squares_from[i]);
        const double about = sum - 128 * t.size;
        const double variance = size * squares - about * about;  // times size^2; a whole number
        const float deviation = __builtin_sqrtf(static_cast<float>(variance)) / divisor;
        const float mean = static_cast<float>(sum) / divisor;
        out[i] = (t.of_mean * mean + t.of_deviation * deviation) + t.of_both * (mean * deviation);
    }
}

}  // namespace
extern const LocalThresholdKernels IMGMINE_TABLE(local_threshold_kernels);
const LocalThresholdKernels IMGMINE_TABLE(local_threshold_kernels) = {
    .slide_squares = slide_squares,
    .means = means,
    .thresholds = thresholds,
};

}  // namespace imgmine
