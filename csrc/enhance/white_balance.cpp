#include "enhance/white_balance.hpp"

#include <cmath>
#include <cstring>
#include <mutex>
#include <string>
#include <type_traits>

#include "base/error.hpp"
#include "base/math.hpp"
#include "enhance/apply_lut.hpp"
#include "enhance/byte_counts.hpp"
#include "enhance/sums.hpp"
#include "kernels/light.hpp"

namespace imgmine {
namespace {

/// ln x for finite x > 0, of additions, multiplications and divisions: the same bits everywhere.
double log_same_bits(double x) {
    int exponent;
    double m = std::frexp(x, &exponent);  // exact
    if (m < 0.7071067811865476) m *= 2, --exponent;
    const double s = (m - 1) / (m + 1), z = s * s;
    double series = 0;
    for (int k = 25; k > 0; k -= 2) series = series * z + 1.0 / k;
    return 2 * s * series + exponent * 0.6931471805599453;
}

double power_same_bits(double x, double exponent) {
    if (x <= 0) return 0;
    const double y = exponent * log_same_bits(x);
    return y < -690 ? 0 : exp_same_bits(y);
}

using Light = std::vector<double>;

/// The lowest value that at least `percentile` of 100 values do not exceed.
Light percentiles(ImageView<const std::uint8_t> image, double percentile) {
    const auto counts = byte_counts(image);
    const double n = static_cast<double>(image.height) * static_cast<double>(image.width);
    const double wanted = std::ceil(n * percentile / 100);
    Light light(counts.size() / 256);
    for (std::size_t c = 0; c < light.size(); ++c) {
        double found = 0;
        int v = -1;
        while (found < wanted) found += static_cast<double>(counts[256 * c + ++v]);
        light[c] = v;
    }
    return light;
}

/// Bits of max(value, 0), in the order of the values.
std::uint32_t ordered(float value) {
    const float v = value > 0 ? value : 0;
    std::uint32_t bits;
    std::memcpy(&bits, &v, sizeof bits);
    return bits;
}

/// The same, eleven bits of each value after the other: nothing is copied or sorted.
Light percentiles(ImageView<const float> image, double percentile) {
    const auto channels = static_cast<std::size_t>(image.channels);
    const double n = static_cast<double>(image.height) * static_cast<double>(image.width);
    std::vector<double> wanted(channels, std::ceil(n * percentile / 100));
    std::vector<std::uint32_t> prefix(channels);
    for (int shift = 22; shift > -11; shift -= 11) {
        const int low = std::max(shift, 0), above = shift + 11;
        std::vector<std::uint64_t> counts(channels << 11);
        for (std::ptrdiff_t y = 0; y < image.height; ++y)
            for (std::ptrdiff_t i = 0; i < image.row_size(); ++i) {
                const std::size_t c = static_cast<std::size_t>(i) % channels;
                const std::uint32_t bits = ordered(image.row(y)[i]);
                if (above < 32 && bits >> above != prefix[c] >> above) continue;
                ++counts[c << 11 | ((bits >> low) & 2047)];
            }
        for (std::size_t c = 0; c < channels; ++c) {
            std::uint32_t digit = 0;
            while (wanted[c] > static_cast<double>(counts[c << 11 | digit]))
                wanted[c] -= static_cast<double>(counts[c << 11 | digit++]);
            prefix[c] |= digit << low;
        }
    }
    Light light(channels);
    for (std::size_t c = 0; c < channels; ++c) {
        float value;
        std::memcpy(&value, &prefix[c], sizeof value);
        light[c] = static_cast<double>(value);
    }
    return light;
}

/// (mean of (v / 255)^p)^(1 / p)
Light norms(ImageView<const std::uint8_t> image, double p) {
    const auto counts = byte_counts(image);
    const double n = static_cast<double>(image.height) * static_cast<double>(image.width);
    double powers[256];
    for (int v = 0; v < 256; ++v) powers[v] = power_same_bits(v / 255.0, p);
    Light light(counts.size() / 256);
    for (std::size_t i = 0; i < counts.size(); ++i)
        light[i / 256] += static_cast<double>(counts[i]) * powers[i % 256];
    for (double& l : light) l = power_same_bits(l / n, 1 / p);
    return light;
}

/// The same for one channel of any range, in double: relative to its largest value, so that no
/// power is too small or too large.
double norm_of_any_range(ImageView<const float> image, std::ptrdiff_t channel, double p) {
    const auto for_each = [&](const auto& visit) {
        for (std::ptrdiff_t y = 0; y < image.height; ++y)
            for (std::ptrdiff_t x = 0; x < image.width; ++x)
                visit(static_cast<double>(image.row(y)[x * image.channels + channel]));
    };
    double most = 0, total = 0;
    for_each([&](double v) { most = std::max(most, v); });  // a NaN is never larger
    if (most == 0 || std::isinf(most)) return most;
    for_each([&](double v) { total += power_same_bits(v / most, p); });
    const double n = static_cast<double>(image.height) * static_cast<double>(image.width);
    return most / 255 * power_same_bits(total / n, 1 / p);
}

Light norms(ImageView<const float> image, double p) {
    const auto n = static_cast<std::size_t>(image.row_size());
    Light light = channel_sums(image, [&](std::ptrdiff_t y, float* buffer) {
        light_kernels().power(image.row(y), n, static_cast<float>(p), buffer);
        return static_cast<const float*>(buffer);
    });
    const double pixels = static_cast<double>(image.height) * static_cast<double>(image.width);
    for (std::size_t c = 0; c < light.size(); ++c) {
        const double mean = light[c] / pixels;
        const bool is_sure = mean > 1e-28 && mean < 1e28;  // floats end at 1e-38 and 1e38
        light[c] = is_sure ? power_same_bits(mean, 1 / p)
                           : norm_of_any_range(image, static_cast<std::ptrdiff_t>(c), p);
    }
    return light;
}

void check(const WhiteBalance& options) {
    require((options.p >= 1 && options.p <= 100) || options.p == HUGE_VAL,
            "p must be 1 to 100 or infinite, got " + std::to_string(options.p));
    require(
        options.percentile > 0 && options.percentile <= 100,
        "percentile must be above 0 and at most 100, got " + std::to_string(options.percentile));
}

}  // namespace

WhiteBalance::Method white_balance_from_name(std::string_view name) {
    if (name == "gray_world") return WhiteBalance::Method::gray_world;
    if (name == "white_patch") return WhiteBalance::Method::white_patch;
    if (name == "shades_of_gray") return WhiteBalance::Method::shades_of_gray;
    throw std::invalid_argument(
        "method must be 'gray_world', 'white_patch' or 'shades_of_gray', got '" +
        std::string(name) + "'");
}

template <class T>
std::vector<double> white_balance_gains(ImageView<const T> image, const WhiteBalance& options) {
    using Method = WhiteBalance::Method;
    const bool patch = options.method == Method::white_patch;
    const double p = options.method == Method::gray_world ? 1 : options.p;
    const Light light = patch           ? percentiles(image, options.percentile)
                        : p == HUGE_VAL ? percentiles(image, 100)
                        : p == 1        ? channel_means(image)
                                        : norms(image, p);
    double mean = 0;
    for (const double l : light) mean += l / static_cast<double>(light.size());
    std::vector<double> gains;
    for (const double l : light) gains.push_back(l > 0 ? mean / l : 1);
    return gains;
}

template <class T>
void white_balance(ImageView<const T> src, ImageView<T> dst, const WhiteBalance& options) {
    check(options);
    require(src.channels == 3, "image must have 3 channels, got " + std::to_string(src.channels));
    if (src.empty()) return;
    const auto gains = white_balance_gains(src, options);
    if constexpr (std::is_same_v<T, float>) {
        const auto slopes = pattern(gains), zeros = pattern({0, 0, 0});
        parallel_for(
            src.height, row_grain(src.row_size(), 0.3), [&](std::ptrdiff_t y, std::ptrdiff_t last) {
                for (; y < last; ++y)
                    light_kernels().scale_f32(src.row(y), static_cast<std::size_t>(src.row_size()),
                                              3, slopes.data(), zeros.data(), dst.row(y));
            });
    } else {
        std::vector<std::uint8_t> tables;
        for (const double gain : gains)
            for (int v = 0; v < 256; ++v)
                tables.push_back(
                    static_cast<std::uint8_t>(std::nearbyint(std::min(v * gain, 255.0))));
        apply_lut(src, dst, tables);
    }
}

template void white_balance(ImageView<const std::uint8_t>, ImageView<std::uint8_t>,
                            const WhiteBalance&);
template void white_balance(ImageView<const float>, ImageView<float>, const WhiteBalance&);

}  // namespace imgmine
