#include "features/moments.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math_log10.hpp"
#include "base/parallel.hpp"
#include "kernels/moments.hpp"
#include "segment/moment_sums.hpp"

namespace imgmine {
namespace {

using Wide = WideInteger;

constexpr std::ptrdiff_t most_pixels = std::ptrdiff_t{1} << 30;  // whose moments fit 127 bits
constexpr std::ptrdiff_t segment = 4096;  // whose row sums fit 64 bits with room

template <class Number>
using Sums = MomentSums<Number>;

/// Moments about the centroid of those that are 0 to 1 pixels off, or about `center`.
Moments centered(Sums<Wide> sums, const std::array<double, 2>* center) {
    const auto mass = static_cast<double>(sums.of[0]);
    if (center)
        require(std::abs((*center)[0]) < 1 << 30 && std::abs((*center)[1]) < 1 << 30,
                "center must be two numbers below 2^30");
    const double y = center ? (*center)[0] : mass > 0 ? static_cast<double>(sums.of[4]) / mass : 0;
    const double x = center ? (*center)[1] : mass > 0 ? static_cast<double>(sums.of[1]) / mass : 0;
    // Whole steps are exact; what is left is less than a pixel.
    sums.move_to(static_cast<Wide>(std::floor(y)), static_cast<Wide>(std::floor(x)));
    const double down = static_cast<double>(sums.of[4]) / mass;
    const double across = static_cast<double>(sums.of[1]) / mass;
    Sums<double> rest{sums.rounded()};
    if (center) {
        rest.move_to(y - std::floor(y), x - std::floor(x));
    } else if (mass > 0) {
        rest.move_to(down, across);
        rest.of[1] = rest.of[4] = 0;
    }
    return rest.of;
}

void check_size(std::ptrdiff_t height, std::ptrdiff_t width) {
    require(width == 0 || height <= most_pixels / width, "image must have at most 2^30 pixels");
}

using Mask = ImageView<const std::uint8_t>;

/// Sums of powers of x of rows of bytes, piece by piece.
Sums<Wide> byte_sums(ImageView<const std::uint8_t> image, const Mask* mask) {
    check_size(image.height, image.width);
    const std::ptrdiff_t n_segments = (image.width + segment - 1) / segment;
    std::vector<std::int64_t> rows(static_cast<std::size_t>(4 * image.height * n_segments));
    const auto row_at = [&](std::ptrdiff_t y, std::ptrdiff_t s) {
        return rows.data() + 4 * (y * n_segments + s);
    };
    parallel_for(
        image.height, row_grain(image.width, 0.1), [&](std::ptrdiff_t first, std::ptrdiff_t last) {
            std::vector<std::uint8_t> kept(mask ? segment : 0);
            for (std::ptrdiff_t y = first; y < last; ++y)
                for (std::ptrdiff_t s = 0; s < n_segments; ++s) {
                    const std::uint8_t* in = image.row(y) + s * segment;
                    const auto n =
                        static_cast<std::size_t>(std::min(segment, image.width - s * segment));
                    if (mask) {
                        moment_kernels().masked(in, mask->row(y) + s * segment, kept.data(), n);
                        in = kept.data();
                    }
                    moment_kernels().row_sums(in, n, row_at(y, s));
                }
        });
    Sums<Wide> total;
    for (std::ptrdiff_t s = 0; s < n_segments; ++s) {
        Sums<Wide> here;
        for (std::ptrdiff_t y = 0; y < image.height; ++y) {
            const std::int64_t* const row = row_at(y, s);
            const Wide wide[] = {row[0], row[1], row[2], row[3]};
            here.add_row(y, wide);
        }
        here.move_to(0, -s * segment);
        for (std::size_t i = 0; i < 16; ++i) total.of[i] += here.of[i];
    }
    return total;
}

/// Sums of floats about (y, x), in double: in one order, whatever the number of threads.
Sums<double> float_sums(ImageView<const float> image, const Mask* mask, double y_origin,
                        double x_origin) {
    check_size(image.height, image.width);
    std::vector<double> rows(static_cast<std::size_t>(4 * image.height));
    const auto n = static_cast<std::size_t>(image.width);
    parallel_for(image.height, row_grain(image.width, 1),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     std::vector<float> kept(mask ? n : 0);
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const float* in = image.row(y);
                         if (mask) {
                             for (std::size_t x = 0; x < n; ++x)
                                 kept[x] = mask->row(y)[x] ? in[x] : 0;
                             in = kept.data();
                         }
                         moment_kernels().power_sums_f32(in, n, -x_origin, 1, 4,
                                                         &rows[static_cast<std::size_t>(4 * y)]);
                     }
                 });
    Sums<double> total;
    for (std::ptrdiff_t y = 0; y < image.height; ++y)
        total.add_row(static_cast<double>(y) - y_origin, &rows[static_cast<std::size_t>(4 * y)]);
    return total;
}

std::array<std::int64_t, 4> run_sums(const std::uint8_t* in, std::ptrdiff_t n) {
    std::array<std::int64_t, 4> sums{};
    if (n > 32) {
        moment_kernels().row_sums(in, static_cast<std::size_t>(n), sums.data());
        return sums;
    }
    for (std::ptrdiff_t x = 0; x < n; ++x) {
        std::int64_t term = in[x];
        for (std::int64_t& sum : sums) sum += term, term *= x;
    }
    return sums;
}

}  // namespace

Moments moments(ImageView<const std::uint8_t> image, const Mask* mask) {
    return byte_sums(image, mask).rounded();
}

Moments moments(ImageView<const float> image, const Mask* mask) {
    return float_sums(image, mask, 0, 0).of;
}

Moments central_moments(ImageView<const std::uint8_t> image, const Mask* mask,
                        const std::array<double, 2>* center) {
    return centered(byte_sums(image, mask), center);
}

Moments central_moments(ImageView<const float> image, const Mask* mask,
                        const std::array<double, 2>* center) {
    if (center) return float_sums(image, mask, (*center)[0], (*center)[1]).of;
    const Sums<double> raw = float_sums(image, mask, 0, 0);
    if (raw.of[0] == 0) return {};
    // Once more about a point near the centroid: differences of large sums would lose digits.
    const double y = raw.of[4] / raw.of[0], x = raw.of[1] / raw.of[0];
    Sums<double> sums = float_sums(image, mask, y, x);
    sums.move_to(sums.of[4] / sums.of[0], sums.of[1] / sums.of[0]);
    sums.of[1] = sums.of[4] = 0;
    return sums.of;
}

std::vector<Moments> region_moments(ImageView<const std::uint8_t> image,
                                    ImageView<const std::int32_t> labels, std::int32_t n,
                                    bool central) {
    check_size(image.height, image.width);
    std::vector<Sums<Wide>> sums(static_cast<std::size_t>(n));
    for (std::ptrdiff_t y = 0; y < image.height; ++y) {
        const std::uint8_t* const row = image.row(y);
        const std::int32_t* const label = labels.row(y);
        for (std::ptrdiff_t x = 0, end; x < image.width; x = end) {
            const std::int32_t region = label[x];
            for (end = x + 1; end < image.width && end - x < segment && label[end] == region;)
                ++end;
            if (region <= 0) continue;
            const auto run = run_sums(row + x, end - x);
            Sums<Wide> here;
            for (std::size_t q = 0; q < 4; ++q) here.of[q] = run[q];
            here.move_to(0, -x);
            sums[static_cast<std::size_t>(region - 1)].add_row(y, here.of.data());
        }
    }
    std::vector<Moments> result;
    for (const auto& one : sums) result.push_back(central ? centered(one, nullptr) : one.rounded());
    return result;
}

Moments normalized(const Moments& central) {
    const double mass = central[0];
    if (!(mass > 0)) return {};
    const double root = std::sqrt(mass);
    Moments result;
    double down = mass;
    for (std::size_t p = 0; p < 4; ++p, down *= root) {
        double power = down;
        for (std::size_t q = 0; q < 4; ++q, power *= root)
            result[4 * p + q] = central[4 * p + q] / power;
    }
    return result;
}

double signed_log(double x) {
    const double size = 1 + 1e10 * std::abs(x);
    if (!std::isfinite(size)) return x;
    const double log = log10_same_bits(size);
    return x < 0 ? -log : log;
}

std::array<double, 7> hu(const Moments& nu) {
    const double n20 = nu[8], n02 = nu[2], n11 = nu[5];
    const double n30 = nu[12], n03 = nu[3], n21 = nu[9], n12 = nu[6];
    const double a = n30 + n12, b = n21 + n03, c = n30 - 3 * n12, d = 3 * n21 - n03;
    const double aa = a * a, bb = b * b, e = n20 - n02;
    const double f = aa - 3 * bb, g = 3 * aa - bb;
    return {n20 + n02,
            e * e + 4 * n11 * n11,
            c * c + d * d,
            aa + bb,
            c * a * f + d * b * g,
            e * (aa - bb) + 4 * n11 * a * b,
            d * a * f - c * b * g};
}

}  // namespace imgmine
