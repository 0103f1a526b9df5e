#include "metrics/ssim.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/gaussian_blur.hpp"
#include "kernels/image_error.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t tile = 512;  // values of a row that are summed in one go

void horizontal(const WindowRows<std::uint8_t>& rows, const MomentRows& out, std::size_t n) {
    image_error_kernels().moments_u8(rows, out, n);
}

void horizontal(const WindowRows<float>& rows, const MomentRows& out, std::size_t n) {
    image_error_kernels().moments_f32(rows, out, n);
}

/// Sums of the similarity at places [left, left + n) of rows [first, last) of windows.
template <class T>
void sum_rows(ImageView<const T> a, ImageView<const T> b, const std::vector<double>& taps,
              const Ssim& options, std::ptrdiff_t left, std::ptrdiff_t n, std::ptrdiff_t first,
              std::ptrdiff_t last, double* sums) {
    const auto n_taps = static_cast<std::ptrdiff_t>(taps.size());
    constexpr std::ptrdiff_t stride = tile + 16;
    constexpr auto size = static_cast<std::ptrdiff_t>(MomentRows::count) * stride;
    std::vector<double> ring(static_cast<std::size_t>(size * n_taps));
    const auto slot = [&](std::ptrdiff_t y) {
        return MomentRows{ring.data() + y % n_taps * size, static_cast<std::size_t>(stride)};
    };
    const auto load = [&](std::ptrdiff_t y) {
        horizontal(WindowRows<T>{a.row(y) + left, b.row(y) + left, taps.data(), taps.size(),
                                 static_cast<std::size_t>(a.channels)},
                   slot(y), static_cast<std::size_t>(n));
    };
    const double c1 = std::pow(0.01 * options.data_range, 2);
    const double c2 = std::pow(0.03 * options.data_range, 2);
    std::vector<MomentRows> rows(taps.size());
    for (std::ptrdiff_t y = first; y < first + n_taps - 1; ++y) load(y);
    for (std::ptrdiff_t y = first; y < last; ++y) {
        load(y + n_taps - 1);
        for (std::ptrdiff_t k = 0; k < n_taps; ++k) rows[static_cast<std::size_t>(k)] = slot(y + k);
        sums[y] += image_error_kernels().ssim(rows.data(), taps.data(), taps.size(), c1, c2,
                                              static_cast<std::size_t>(n));
    }
}

}  // namespace

template <class T>
double ssim(ImageView<const T> a, ImageView<const T> b, const Ssim& options) {
    require(std::isfinite(options.data_range) && options.data_range > 0,
            "data_range must be finite and positive, got " + std::to_string(options.data_range));
    const auto taps = gaussian_taps({options.sigma, options.ksize}, true);
    const std::ptrdiff_t height = a.height - options.ksize + 1;
    const std::ptrdiff_t width = a.width - options.ksize + 1;
    require(height > 0 && width > 0,
            "images must be at least ksize = " + std::to_string(options.ksize) +
                " pixels high and wide, got shape (" + std::to_string(a.height) + ", " +
                std::to_string(a.width) + ")");
    const std::ptrdiff_t row_size = width * a.channels;
    std::vector<double> sums(static_cast<std::size_t>(height));
    const double cost = 0.2 * static_cast<double>(taps.size());
    const std::ptrdiff_t grain =
        std::max<std::ptrdiff_t>(row_grain(row_size, cost), 4 * options.ksize);
    parallel_for(height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t left = 0; left < row_size; left += tile)
            sum_rows(a, b, taps, options, left, std::min(tile, row_size - left), first, last,
                     sums.data());
    });
    double total = 0;
    for (const double sum : sums) total += sum;
    return total / static_cast<double>(height * row_size);
}

template double ssim(ImageView<const std::uint8_t>, ImageView<const std::uint8_t>, const Ssim&);
template double ssim(ImageView<const float>, ImageView<const float>, const Ssim&);

}  // namespace imgmine
