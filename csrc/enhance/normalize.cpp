#include "enhance/normalize.hpp"

#include <cmath>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "enhance/sums.hpp"
#include "kernels/light.hpp"

namespace imgmine {
namespace {

/// `values` for each of `channels`.
std::vector<double> per_channel(const std::vector<double>& values, std::size_t channels,
                                const std::string& name) {
    require(values.size() == 1 || values.size() == channels,
            name + " must be one number or one for each of " + std::to_string(channels) +
                " channels, got " + std::to_string(values.size()));
    for (const double value : values)
        require(std::isfinite(value), name + " must be finite, got " + std::to_string(value));
    return values.size() == 1 ? std::vector<double>(channels, values[0]) : values;
}

constexpr auto scale(const std::uint8_t*) {
    return &LightKernels::scale_u8;
}
constexpr auto scale(const float*) {
    return &LightKernels::scale_f32;
}
constexpr auto scale_plane(const std::uint8_t*) {
    return &LightKernels::scale_plane_u8;
}
constexpr auto scale_plane(const float*) {
    return &LightKernels::scale_plane_f32;
}

}  // namespace

template <class T>
void normalize(ImageView<const T> src, ImageView<float> dst, const Normalization& options) {
    const auto channels = static_cast<std::size_t>(src.channels);
    std::vector<double> slope = per_channel(options.std, channels, "std");
    std::vector<double> offset = per_channel(options.mean, channels, "mean");
    require(std::isfinite(options.scale),
            "scale must be finite, got " + std::to_string(options.scale));
    for (std::size_t c = 0; c < channels; ++c) {
        require(slope[c] > 0, "std must be positive, got " + std::to_string(slope[c]));
        offset[c] = -offset[c] / slope[c];
        slope[c] = options.scale / slope[c];
    }
    if (src.empty()) return;
    const auto slopes = pattern(slope), offsets = pattern(offset);
    const auto row_size = static_cast<std::size_t>(src.row_size());
    const auto width = static_cast<std::size_t>(src.width);
    const auto& kernels = light_kernels();
    const bool planes = options.channels_first && channels > 1;
    parallel_for(
        src.height, row_grain(src.row_size(), 0.3), [&](std::ptrdiff_t y, std::ptrdiff_t last) {
            for (; y < last; ++y) {
                const T* row = src.row(y);
                if (!planes) {
                    float* out = options.channels_first ? dst.row(0) + y * src.width : dst.row(y);
                    (kernels.*scale(row))(row, row_size, channels, slopes.data(), offsets.data(),
                                          out);
                }
                for (std::size_t c = 0; planes && c < channels; ++c)
                    (kernels.*scale_plane(row))(
                        row + c, width, channels, slopes[c], offsets[c],
                        dst.row(static_cast<std::ptrdiff_t>(c)) + y * src.width);
            }
        });
}

template void normalize(ImageView<const std::uint8_t>, ImageView<float>, const Normalization&);
template void normalize(ImageView<const float>, ImageView<float>, const Normalization&);

}  // namespace imgmine
