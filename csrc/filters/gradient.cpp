#include "filters/gradient.hpp"

#include <string>

#include "base/grain.hpp"
#include "base/parallel.hpp"

namespace imgmine {
namespace {

template <class T, class Out>
auto kernel_of() {
    if constexpr (std::is_same_v<T, float>)
        return edge_kernels().gradient_f32;
    else if constexpr (std::is_same_v<Out, float>)
        return edge_kernels().gradient_u8_f32;
    else if constexpr (std::is_same_v<Out, std::int16_t>)
        return edge_kernels().gradient_u8_i16;
    else
        return edge_kernels().gradient_u8_u8;
}

template <class T, class Out>
void gradient_3(ImageView<const T> src, ImageView<Out> dst, Operator which, Combine combine,
                Border border, std::ptrdiff_t first, std::ptrdiff_t last) {
    const auto kernel = kernel_of<T, Out>();
    const auto step = static_cast<std::size_t>(src.channels);
    ThreeRows<T> three_rows(src, border);
    for_tiles(src.row_size(), tile_size, [&](std::ptrdiff_t x_first, std::ptrdiff_t x_last) {
        for (std::ptrdiff_t y = first; y < last; ++y)
            three_rows(y, x_first, x_last,
                       [&](const T* const* rows, std::ptrdiff_t x, std::size_t n) {
                           kernel(rows, step, which, combine, dst.row(y) + x, n);
                       });
    });
}

}  // namespace

Operator operator_from_name(std::string_view name) {
    if (name == "sobel") return Operator::sobel;
    if (name == "scharr") return Operator::scharr;
    require(name == "prewitt",
            "operator must be 'sobel', 'scharr' or 'prewitt', got '" + std::string(name) + "'");
    return Operator::prewitt;
}

std::vector<float> sobel_taps(int ksize, int order) {
    std::vector<float> taps(static_cast<std::size_t>(ksize), 0.0f);
    taps[0] = 1;
    for (int k = 1; k < ksize; ++k) {  // times (1 + x), in the end `order` times (x - 1)
        const float sign = k < ksize - order ? 1.0f : -1.0f;
        for (auto i = static_cast<std::size_t>(k); i > 0; --i)
            taps[i] = taps[i - 1] + sign * taps[i];
        taps[0] *= sign;
    }
    return taps;
}

template <class T, class Out>
void gradient(ImageView<const T> src, ImageView<Out> dst, const Gradient& what, Border border) {
    require(!what.axis || *what.axis == 0 || *what.axis == 1,
            "axis must be 0, 1 or None, got " + std::to_string(what.axis.value_or(0)));
    require(what.ksize == 3 || what.ksize == 5 || what.ksize == 7,
            "ksize must be 3, 5 or 7, got " + std::to_string(what.ksize));
    require(what.ksize == 3 || what.which == Operator::sobel, "ksize must be 3");
    if (src.empty()) return;

    const Combine combine = !what.axis        ? Combine::magnitude
                            : *what.axis == 1 ? Combine::first
                                              : Combine::second;
    const SeparablePair pair{sobel_taps(what.ksize, 0), sobel_taps(what.ksize, 1), true, combine};
    const double cost = what.ksize == 3 ? 0.1 * sizeof(T) : 0.4 * what.ksize;
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(row_grain(src.row_size(), cost), 16);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        if (what.ksize == 3)
            gradient_3(src, dst, what.which, combine, border, first, last);
        else
            filter_pair(src, dst, pair, border, first, last);
    });
}

template void gradient(ImageView<const std::uint8_t>, ImageView<std::int16_t>, const Gradient&,
                       Border);
template void gradient(ImageView<const std::uint8_t>, ImageView<float>, const Gradient&, Border);
template void gradient(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Gradient&,
                       Border);
template void gradient(ImageView<const float>, ImageView<float>, const Gradient&, Border);

}  // namespace imgmine
