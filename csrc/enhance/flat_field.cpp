#include "enhance/flat_field.hpp"

#include <mutex>
#include <type_traits>
#include <vector>

#include "enhance/sums.hpp"
#include "kernels/light.hpp"

namespace imgmine {
namespace {

template <class F>
void difference(const F* a, const F* b, std::size_t n, float* out) {
    if constexpr (std::is_same_v<F, float>)
        light_kernels().difference_f32(a, b, n, out);
    else
        light_kernels().difference_u8(a, b, n, out);
}

template <class T, class F>
void flatten(const T* in, const F* flat, const F* dark, std::size_t n, std::size_t channels,
             const float* mean, T* out) {
    if constexpr (std::is_same_v<T, float>)
        light_kernels().flatten_f32_f32(in, flat, dark, n, channels, mean, out);
    else if constexpr (std::is_same_v<F, float>)
        light_kernels().flatten_u8_f32(in, flat, dark, n, channels, mean, out);
    else
        light_kernels().flatten_u8_u8(in, flat, dark, n, channels, mean, out);
}

/// The mean light of each channel, of the pixels that have any.
template <class F, class DarkRow>
std::vector<double> mean_light(ImageView<const F> flat, const DarkRow& dark_row) {
    const auto channels = static_cast<std::size_t>(flat.channels);
    const auto n = static_cast<std::size_t>(flat.row_size());
    std::vector<std::uint64_t> dead(channels);
    std::mutex mutex;
    auto light = channel_sums(flat, [&](std::ptrdiff_t y, float* buffer) {
        difference(flat.row(y), dark_row(y), n, buffer);
        std::vector<std::uint64_t> found(channels);
        light_kernels().count_zeros(buffer, n, channels, found.data());
        const std::lock_guard lock(mutex);
        for (std::size_t c = 0; c < channels; ++c) dead[c] += found[c];
        return static_cast<const float*>(buffer);
    });
    const auto n_pixels = static_cast<std::uint64_t>(flat.height * flat.width);
    for (std::size_t c = 0; c < channels; ++c)
        if (dead[c] < n_pixels) light[c] /= static_cast<double>(n_pixels - dead[c]);
    return light;
}

}  // namespace

template <class T, class F>
void flat_field(ImageView<const T> src, ImageView<const F> flat,
                const std::optional<ImageView<const F>>& dark, ImageView<T> dst) {
    if (src.empty()) return;
    const auto channels = static_cast<std::size_t>(src.channels);
    const auto n = static_cast<std::size_t>(src.row_size());
    const std::vector<F> zeros(dark ? 0 : n);
    const auto dark_row = [&](std::ptrdiff_t y) { return dark ? dark->row(y) : zeros.data(); };
    const auto mean = pattern(mean_light(flat, dark_row));
    parallel_for(
        src.height, row_grain(src.row_size(), 0.4), [&](std::ptrdiff_t y, std::ptrdiff_t last) {
            for (; y < last; ++y)
                flatten(src.row(y), flat.row(y), dark_row(y), n, channels, mean.data(), dst.row(y));
        });
}

template <class F>
using Dark = std::optional<ImageView<const F>>;
using U8 = std::uint8_t;

template void flat_field(ImageView<const U8>, ImageView<const U8>, const Dark<U8>&, ImageView<U8>);
template void flat_field(ImageView<const U8>, ImageView<const float>, const Dark<float>&,
                         ImageView<U8>);
template void flat_field(ImageView<const float>, ImageView<const float>, const Dark<float>&,
                         ImageView<float>);

}  // namespace imgmine
