#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/grain.hpp"
#include "base/image.hpp"
#include "base/parallel.hpp"
#include "kernels/light.hpp"

namespace imgmine {

/// The sum of each channel, in double: rows one by one and then their sums from top to bottom, so
/// that it does not depend on the number of threads. `row_of(y, buffer)` returns row y, which it
/// may make in the buffer.
template <class T, class RowOf>
std::vector<double> channel_sums(ImageView<const T> image, const RowOf& row_of) {
    const auto channels = static_cast<std::size_t>(image.channels);
    const auto n = static_cast<std::size_t>(image.row_size());
    const std::size_t period = 16 * channels;
    std::vector<double> rows(static_cast<std::size_t>(image.height) * channels);
    parallel_for(image.height, row_grain(image.row_size(), 0.5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<float> buffer(n);
                     std::vector<double> sums(period);
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         std::fill(sums.begin(), sums.end(), 0);
                         light_kernels().add_to_sums(row_of(y, buffer.data()), n, channels,
                                                     sums.data());
                         double* row = rows.data() + static_cast<std::size_t>(y) * channels;
                         for (std::size_t i = 0; i < period; ++i) row[i % channels] += sums[i];
                     }
                 });
    std::vector<double> total(channels);
    for (std::size_t i = 0; i < rows.size(); ++i) total[i % channels] += rows[i];
    return total;
}

/// The mean of each channel of max(value, 0), NaN counting as 0; exact for uint8.
template <class T>
std::vector<double> channel_means(ImageView<const T> image) {
    const auto n = static_cast<std::size_t>(image.row_size());
    const std::vector<T> zeros(n);
    auto means = channel_sums(image, [&](std::ptrdiff_t y, float* buffer) {
        if constexpr (std::is_same_v<T, float>)
            light_kernels().difference_f32(image.row(y), zeros.data(), n, buffer);
        else
            light_kernels().difference_u8(image.row(y), zeros.data(), n, buffer);
        return static_cast<const float*>(buffer);
    });
    for (double& mean : means)
        mean /= static_cast<double>(image.height) * static_cast<double>(image.width);
    return means;
}

/// `values`, one a channel, again and again: channels + 15 of them, what the kernels call a
/// pattern.
inline std::vector<float> pattern(const std::vector<double>& values) {
    std::vector<float> repeated(values.size() + 15);
    for (std::size_t i = 0; i < repeated.size(); ++i)
        repeated[i] = static_cast<float>(values[i % values.size()]);
    return repeated;
}

}  // namespace imgmine
