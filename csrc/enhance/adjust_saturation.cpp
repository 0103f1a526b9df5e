#include "enhance/adjust_saturation.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/light.hpp"

namespace imgmine {

template <class T>
void adjust_saturation(ImageView<const T> src, ImageView<T> dst, double factor) {
    const auto f = static_cast<float>(factor);
    require(std::isfinite(f), "factor must be finite, got " + std::to_string(factor));
    require(src.channels == 3, "image must have 3 channels, got " + std::to_string(src.channels));
    const auto n = static_cast<std::size_t>(src.width);
    const auto& kernels = light_kernels();
    parallel_for(src.height, row_grain(src.width, 1), [&](std::ptrdiff_t y, std::ptrdiff_t last) {
        for (; y < last; ++y)
            if constexpr (std::is_same_v<T, float>)
                kernels.saturate_f32(src.row(y), n, f, dst.row(y));
            else
                kernels.saturate_u8(src.row(y), n, f, dst.row(y));
    });
}

template void adjust_saturation(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, double);
template void adjust_saturation(ImageView<const float>, ImageView<float>, double);

}  // namespace imgmine
