#include "segment/threshold_local.hpp"

#include <cmath>

#include "filters/gaussian_blur.hpp"

namespace imgmine {
namespace {

void gaussian(ImageView<const std::uint8_t> image, ImageView<float> dst, int side, float offset,
              Border border) {
    const std::ptrdiff_t width = image.width;
    std::vector<float> values(static_cast<std::size_t>(image.height * width));
    const ImageView<float> copy{values.data(), image.height, width, 1, width};
    const auto for_rows = [&](const auto& body) {
        parallel_for(image.height, row_grain(width, 0.3),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         for (std::ptrdiff_t y = first; y < last; ++y) body(y);
                     });
    };
    for_rows([&](std::ptrdiff_t y) { std::copy_n(image.row(y), width, copy.row(y)); });
    const double sigma = (side - 1) / 6.0;
    const int taps = 2 * static_cast<int>(4 * sigma + 0.5) + 1;
    gaussian_blur<float>({values.data(), image.height, width, 1, width}, dst, {sigma, taps},
                         border);
    if (offset == 0) return;
    for_rows([&](std::ptrdiff_t y) {
        float* const row = dst.row(y);
        for (std::ptrdiff_t x = 0; x < width; ++x) row[x] -= offset;
    });
}

}  // namespace

LocalMethod local_method_from_name(std::string_view name) {
    if (name == "mean") return LocalMethod::mean;
    if (name == "gaussian") return LocalMethod::gaussian;
    throw std::invalid_argument("method must be 'mean' or 'gaussian', got '" + std::string(name) +
                                "'");
}

void threshold_local(ImageView<const std::uint8_t> image, ImageView<float> dst, WindowSize size,
                     LocalMethod method, double offset, Border border) {
    require_window(image, size, border);
    const auto less = static_cast<float>(offset);
    require(std::isfinite(less), "offset must be finite, got " + std::to_string(offset));
    if (image.empty()) return;
    if (method == LocalMethod::gaussian) {
        require(size.height == size.width, "size must be one side for method 'gaussian', got (" +
                                               std::to_string(size.height) + ", " +
                                               std::to_string(size.width) + ")");
        if (size.height > 1) return gaussian(image, dst, size.height, less, border);
    }
    for_local_sums(
        image, size, border, false, [&](std::ptrdiff_t y, const std::uint32_t* const* sums) {
            local_threshold_kernels().means(sums[0], sums[1], size.height * size.width, less,
                                            dst.row(y), static_cast<std::size_t>(image.width));
        });
}

}  // namespace imgmine
