#include "enhance/unsharp_mask.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/gaussian_rows.hpp"

namespace imgmine {
namespace {

void sharpen(const std::uint8_t* in, const std::uint8_t* blurred, float amount, float threshold,
             std::uint8_t* out, std::size_t n) {
    smooth_kernels().unsharp_u8(in, blurred, amount, threshold, out, n);
}

void sharpen(const float* in, const float* blurred, float amount, float threshold, float* out,
             std::size_t n) {
    smooth_kernels().unsharp_f32(in, blurred, amount, threshold, out, n);
}

}  // namespace

template <class T>
void unsharp_mask(ImageView<const T> src, ImageView<T> dst, const UnsharpMask& options,
                  Border border) {
    const auto amount = static_cast<float>(options.amount);
    const auto threshold = static_cast<float>(options.threshold);
    require(std::isfinite(amount),
            "amount must be finite and below 3.4e38, got " + std::to_string(options.amount));
    require(std::isfinite(threshold) && threshold >= 0,
            "threshold must be finite and not negative, got " + std::to_string(options.threshold));
    const auto kernel = gaussian_kernel<T>({options.sigma, std::nullopt});
    if (src.empty()) return;
    const double cost = 0.03 * static_cast<double>(kernel.taps.size() + 2) * sizeof(T);
    parallel_for(src.height, row_grain(src.row_size(), cost),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<T> blurred(static_cast<std::size_t>(std::min(
                         src.row_size(), std::max<std::ptrdiff_t>(1 << 15, src.channels))));
                     filter_image_rows(
                         src, kernel, border, first, last,
                         [&](std::ptrdiff_t, std::ptrdiff_t) { return blurred.data(); },
                         [&](std::ptrdiff_t y, std::ptrdiff_t x, std::ptrdiff_t n) {
                             const std::ptrdiff_t at = x * src.channels;
                             sharpen(src.row(y) + at, blurred.data(), amount, threshold,
                                     dst.row(y) + at, static_cast<std::size_t>(n * src.channels));
                         });
                 });
}

template void unsharp_mask(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                           const UnsharpMask&, Border);
template void unsharp_mask(ImageView<const float>, ImageView<float>, const UnsharpMask&, Border);

}  // namespace imgmine
