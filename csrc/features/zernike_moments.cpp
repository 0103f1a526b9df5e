#include "features/zernike_moments.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "features/moments.hpp"
#include "kernels/moments.hpp"

namespace imgmine {
namespace {

void power_sums(const std::uint8_t* in, std::size_t n, double first, double step,
                std::size_t n_sums, double* sums) {
    moment_kernels().power_sums_u8(in, n, first, step, n_sums, sums);
}
void power_sums(const float* in, std::size_t n, double first, double step, std::size_t n_sums,
                double* sums) {
    moment_kernels().power_sums_f32(in, n, first, step, n_sums, sums);
}

struct Circle {
    double y, x, radius;

    bool holds(std::ptrdiff_t row, std::ptrdiff_t column) const {
        const double down = (static_cast<double>(row) - y) / radius;
        const double across = (static_cast<double>(column) - x) / radius;
        return std::sqrt(across * across + down * down) <= 1;
    }

    /// The columns of a row that it holds: [first, last).
    std::array<std::ptrdiff_t, 2> span(std::ptrdiff_t row, std::ptrdiff_t width) const {
        const auto clip = [&](double at) {
            return static_cast<std::ptrdiff_t>(
                std::clamp(std::floor(at), -1.0, static_cast<double>(width)));
        };
        const double down = static_cast<double>(row) - y;
        const double half = std::sqrt(std::max(radius * radius - down * down, 0.0));
        std::ptrdiff_t first = std::max<std::ptrdiff_t>(clip(x - half) - 1, 0);
        std::ptrdiff_t last = std::min<std::ptrdiff_t>(clip(x + half) + 3, width);
        while (first < last && !holds(row, first)) ++first;
        while (first < last && !holds(row, last - 1)) --last;
        return {first, std::max(first, last)};
    }
};

/// Sums of y^p x^q v over a circle of radius 1, p + q <= degree, at [p * (degree + 1) + q].
template <class T>
std::vector<double> circle_sums(ImageView<const T> image, const Circle& circle, int degree) {
    const auto n = static_cast<std::size_t>(degree) + 1;
    std::vector<double> rows(static_cast<std::size_t>(image.height) * n);
    parallel_for(image.height, row_grain(image.width, 2),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y) {
                         const auto [from, to] = circle.span(y, image.width);
                         power_sums(image.row(y) + from, static_cast<std::size_t>(to - from),
                                    (static_cast<double>(from) - circle.x) / circle.radius,
                                    1 / circle.radius, n, &rows[static_cast<std::size_t>(y) * n]);
                     }
                 });
    std::vector<double> sums(n * n);
    for (std::ptrdiff_t y = 0; y < image.height; ++y) {
        double power = 1;
        const double down = (static_cast<double>(y) - circle.y) / circle.radius;
        for (std::size_t p = 0; p < n; ++p, power *= down)
            for (std::size_t q = 0; p + q < n; ++q)
                sums[p * n + q] += power * rows[static_cast<std::size_t>(y) * n + q];
    }
    return sums;
}

double factorial(int n) {
    double product = 1;
    for (int k = 2; k <= n; ++k) product *= k;
    return product;
}

/// A polynomial in y and x: [p * n + q] times y^p x^q.
using Polynomial = std::vector<std::complex<double>>;

/// (x + i y)^l (x^2 + y^2)^m, by multiplying step by step.
Polynomial harmonic(int l, int m, std::size_t n) {
    Polynomial result(n * n);
    result[0] = 1;
    for (int k = 0; k < l + m; ++k) {
        Polynomial next(n * n);
        const std::size_t step = k < l ? 1 : 2;
        const std::complex<double> by_y = k < l ? std::complex<double>(0, 1) : 1.0;
        for (std::size_t p = 0; p + step <= n; ++p)
            for (std::size_t q = 0; q + step <= n; ++q) {
                const auto term = result[p * n + q];
                if (q + step < n) next[p * n + q + step] += term;
                if (p + step < n) next[(p + step) * n + q] += by_y * term;
            }
        result = next;
    }
    return result;
}

/// The sums of (x + i y)^l (x^2 + y^2)^m v at [l * n + m].
std::vector<std::complex<double>> harmonic_sums(const std::vector<double>& sums, int degree) {
    const auto n = static_cast<std::size_t>(degree) + 1;
    std::vector<std::complex<double>> result(n * n);
    for (int l = 0; l <= degree; ++l)
        for (int m = 0; l + 2 * m <= degree; ++m) {
            const Polynomial polynomial = harmonic(l, m, n);
            std::complex<double> total = 0;
            for (std::size_t i = 0; i < n * n; ++i) total += polynomial[i] * sums[i];
            result[static_cast<std::size_t>(l) * n + static_cast<std::size_t>(m)] = total;
        }
    return result;
}

template <class T>
Circle circle_of(ImageView<const T> image, const ZernikeOptions& options) {
    const double side = static_cast<double>(std::min(image.height, image.width));
    Circle circle{0, 0, options.radius.value_or(std::max(side / 2, 0.5))};
    if (options.center) {
        circle.y = (*options.center)[0], circle.x = (*options.center)[1];
    } else {
        const Moments raw = moments(image, nullptr);
        if (raw[0] > 0) circle.y = raw[4] / raw[0], circle.x = raw[1] / raw[0];
    }
    return circle;
}

}  // namespace

void ZernikeOptions::check() const {
    require(degree >= 0 && degree <= 20,
            "degree must be between 0 and 20, got " + std::to_string(degree));
    require(!radius || (*radius > 0 && std::isfinite(*radius)),
            "radius must be positive and finite, got " + std::to_string(radius.value_or(0)));
    require(!center || (std::isfinite((*center)[0]) && std::isfinite((*center)[1])),
            "center must be two finite numbers");
}

template <class T>
std::vector<double> zernike_moments(ImageView<const T> image, const ZernikeOptions& options) {
    options.check();
    const int degree = options.degree;
    std::vector<double> result;
    const auto sums = circle_sums(image, circle_of(image, options), degree);
    const auto harmonics = harmonic_sums(sums, degree);
    const double mass = sums[0];
    constexpr double pi = 3.141592653589793;
    for (int n = 0; n <= degree; ++n)
        for (int l = n % 2; l <= n; l += 2) {
            std::complex<double> total = 0;
            for (int k = 0; k <= (n - l) / 2; ++k) {
                const double weight =
                    (k % 2 ? -1 : 1) * factorial(n - k) /
                    (factorial(k) * factorial((n + l) / 2 - k) * factorial((n - l) / 2 - k));
                total += weight *
                         harmonics[static_cast<std::size_t>(l * (degree + 1) + (n - l) / 2 - k)];
            }
            const double length =
                std::sqrt(total.real() * total.real() + total.imag() * total.imag());
            result.push_back(mass > 0 ? (n + 1) / pi * length / mass : 0);
        }
    return result;
}

template std::vector<double> zernike_moments(ImageView<const std::uint8_t>, const ZernikeOptions&);
template std::vector<double> zernike_moments(ImageView<const float>, const ZernikeOptions&);

}  // namespace imgmine
