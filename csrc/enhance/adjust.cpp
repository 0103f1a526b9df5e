#include "enhance/adjust.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "enhance/apply_lut.hpp"
#include "enhance/sums.hpp"
#include "kernels/light.hpp"

namespace imgmine {
namespace {

void check(const Adjustment& a) {
    const auto finite = [](double value, const char* name, double least) {
        require(
            std::isfinite(static_cast<float>(value)) && value >= least,
            std::string(name) +
                (least == 0 ? " must be finite and at least 0, got " : " must be finite, got ") +
                std::to_string(value));
    };
    const double any = std::numeric_limits<double>::lowest();
    finite(a.brightness, "brightness", any);
    finite(a.contrast, "contrast", any);
    finite(a.gamma, "gamma", 0);
    finite(a.gain, "gain", 0);
    finite(a.middle.value_or(0), "middle", any);
}

std::vector<double> means(ImageView<const std::uint8_t> src) {
    return channel_means(src);
}

std::vector<double> means(ImageView<const float> src) {
    auto mean = channel_sums(src, [&](std::ptrdiff_t y, float*) { return src.row(y); });
    for (double& m : mean) m /= static_cast<double>(src.height) * static_cast<double>(src.width);
    return mean;
}

/// Of BT.601 gray for three channels, of all values for any other number.
double gray_mean(const std::vector<double>& mean) {
    if (mean.size() == 3) return 0.299 * mean[0] + 0.587 * mean[1] + 0.114 * mean[2];
    double sum = 0;
    for (const double m : mean) sum += m;
    return sum / static_cast<double>(mean.size());
}

std::vector<std::uint8_t> table_of(const Tone& tone) {
    float in[256], out[256];
    for (int v = 0; v < 256; ++v) in[v] = static_cast<float>(v);
    light_kernels().adjust(in, 256, tone, out);
    std::vector<std::uint8_t> table(256);
    for (std::size_t v = 0; v < 256; ++v)
        table[v] =
            static_cast<std::uint8_t>(out[v] > 0 ? std::nearbyint(std::min(out[v], 255.0f)) : 0);
    return table;
}

}  // namespace

template <class T>
void adjust(ImageView<const T> src, ImageView<T> dst, const Adjustment& adjustment) {
    check(adjustment);
    if (src.empty()) return;
    const double contrast = adjustment.contrast;
    const double middle = contrast == 1       ? 0
                          : adjustment.middle ? *adjustment.middle
                                              : gray_mean(means(src));
    const Tone tone{static_cast<float>(contrast),
                    static_cast<float>(middle - contrast * middle + adjustment.brightness),
                    static_cast<float>(adjustment.gamma), static_cast<float>(adjustment.gain)};
    if constexpr (std::is_same_v<T, float>) {
        const auto n = static_cast<std::size_t>(src.row_size());
        parallel_for(src.height, row_grain(src.row_size(), tone.gamma == 1 ? 0.3 : 1.5),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         for (std::ptrdiff_t y = first; y < last; ++y)
                             light_kernels().adjust(src.row(y), n, tone, dst.row(y));
                     });
    } else {
        apply_lut(src, dst, table_of(tone));
    }
}

template void adjust(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, const Adjustment&);
template void adjust(ImageView<const float>, ImageView<float>, const Adjustment&);

}  // namespace imgmine
