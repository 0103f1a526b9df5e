#include "kernels/contrast.hpp"

#include "kernels/simd.hpp"

namespace imgmine {
namespace {

constexpr std::size_t block = 64;  // pixels in one go

/// The Euclidean distance between pixel i of `a` and of `b`, rows of one channel each, in steps of
/// 2^-20, cut to a whole number; the greatest one below 1024 where it is more, or not a number.
IMGMINE_INLINE void distances_of(const float* const* a, const float* const* b, std::size_t channels,
                                 std::uint32_t* out, std::size_t i, std::size_t n) {
    float sums[block] = {};
    for (std::size_t c = 0; c < channels; ++c) {
        const float *one = a[c] + i, *other = b[c] + i;
        for (std::size_t k = 0; k < n; ++k) {
            const float apart = one[k] - other[k];
            sums[k] += apart * apart;
        }
    }
    constexpr float most = 1073741760;  // the float below 2^30
    for (std::size_t k = 0; k < n; ++k) {
        const float steps = __builtin_sqrtf(sums[k]) * ContrastKernels::steps;
        out[i + k] = (std::uint32_t)(int)(steps < most ? steps : most);
    }
}

void distances(const float* const* a, const float* const* b, std::size_t channels,
               std::uint32_t* out, std::size_t n) {
    std::size_t i = 0;
    for (; i + block <= n; i += block) distances_of(a, b, channels, out, i, block);
    distances_of(a, b, channels, out, i, n - i);
}

}  // namespace

extern const ContrastKernels IMGMINE_TABLE(contrast_kernels);
const ContrastKernels IMGMINE_TABLE(contrast_kernels) = {
    .distances = distances,
};

}  // namespace imgmine
