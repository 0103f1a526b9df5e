#include "filters/gaussian_blur.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "filters/gaussian_fast.hpp"
#include "filters/gaussian_rows.hpp"

namespace imgmine {
namespace {

constexpr int max_ksize = 65535;

int ksize_of(double sigma, bool is_float) {
    const double taps = std::nearbyint(sigma * (is_float ? 8 : 6) + 1);
    require(taps <= max_ksize,
            "sigma must give a kernel of at most 65535 taps, got " + std::to_string(sigma));
    return static_cast<int>(taps) | 1;
}

/// The kernels that a size alone stands for: binomial, and OpenCV's of 7 and 9 taps.
std::vector<double> small_kernel(int ksize) {
    switch (ksize) {
        case 1:
            return {1};
        case 3:
            return {0.25, 0.5, 0.25};
        case 5:
            return {0.0625, 0.25, 0.375, 0.25, 0.0625};
        case 7:
            return {0.03125, 0.109375, 0.21875, 0.28125, 0.21875, 0.109375, 0.03125};
        case 9:
            return {4 / 256.0,  13 / 256.0, 30 / 256.0, 51 / 256.0, 60 / 256.0,
                    51 / 256.0, 30 / 256.0, 13 / 256.0, 4 / 256.0};
        default:
            return {};
    }
}

}  // namespace

std::vector<double> gaussian_taps(const Gaussian& gaussian, bool is_float) {
    const auto& [sigma, ksize] = gaussian;
    require(sigma || ksize, "sigma or ksize must be given");
    if (sigma)
        require(std::isfinite(*sigma) && *sigma > 0,
                "sigma must be finite and positive, got " + std::to_string(*sigma));
    if (ksize)
        require(*ksize > 0 && *ksize % 2 == 1 && *ksize <= max_ksize,
                "ksize must be odd, positive and at most 65535, got " + std::to_string(*ksize));

    const int n = ksize ? *ksize : ksize_of(*sigma, is_float);
    if (!sigma && n <= 9) return small_kernel(n);
    const double s = sigma ? *sigma : 0.3 * ((n - 1) * 0.5 - 1) + 0.8;
    std::vector<double> taps(static_cast<std::size_t>(n));
    double total = 0;
    for (int i = 0; i < n; ++i) {
        const double z = (i - n / 2) / s;
        taps[static_cast<std::size_t>(i)] = z * z < 1400 ? exp_same_bits(-0.5 * z * z) : 0;
        total += taps[static_cast<std::size_t>(i)];
    }
    for (double& tap : taps) tap /= total;
    return taps;
}

std::vector<std::uint16_t> fixed_point_taps(const std::vector<double>& taps) {
    std::vector<std::uint16_t> fixed(taps.size());
    const std::size_t middle = taps.size() / 2;
    double error = 0;
    int outside = 0;
    for (std::size_t i = 0; i < middle; ++i) {
        const double wanted = taps[i] * 256 + error;
        const double rounded = std::nearbyint(wanted);
        error = wanted - rounded;
        fixed[i] = fixed[taps.size() - 1 - i] = static_cast<std::uint16_t>(rounded);
        outside += static_cast<int>(rounded);
    }
    fixed[middle] = static_cast<std::uint16_t>(256 - 2 * outside);
    return fixed;
}

template <class T>
void gaussian_blur(ImageView<const T> src, ImageView<T> dst, const Gaussian& gaussian,
                   Border border, BlurMethod method) {
    const auto kernel = gaussian_kernel<T>(gaussian);
    require(method != BlurMethod::fast || !gaussian.ksize,
            "ksize must not be given with method 'fast'");
    if (src.empty()) return;
    if (method != BlurMethod::exact && !gaussian.ksize &&
        CoarseGaussian::factor_for(*gaussian.sigma) > 1) {
        const CoarseGaussian coarse(*gaussian.sigma);
        // A share also makes the coarse rows that its neighbours make.
        const std::ptrdiff_t shared = 2 * coarse.radius() * coarse.factor;
        parallel_for(src.height, std::max(row_grain(src.row_size(), 0.5), shared),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         blur_coarsely(src, dst, coarse, border, first, last);
                     });
        return;
    }
    const auto n_taps = static_cast<std::ptrdiff_t>(kernel.taps.size());
    const double cost = 0.03 * static_cast<double>(n_taps) * sizeof(T);
    parallel_for(
        src.height, row_grain(src.row_size(), cost),
        [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            filter_image_rows(
                src, kernel, border, first, last,
                [&](std::ptrdiff_t y, std::ptrdiff_t x) { return dst.row(y) + x * dst.channels; },
                [](std::ptrdiff_t, std::ptrdiff_t, std::ptrdiff_t) {});
        });
}

template void gaussian_blur(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Gaussian&,
                            Border, BlurMethod);
template void gaussian_blur(ImageView<const float>, ImageView<float>, const Gaussian&, Border,
                            BlurMethod);

}  // namespace imgmine
