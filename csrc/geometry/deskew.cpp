#include "geometry/deskew.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "geometry/rotate.hpp"
#include "kernels/skew.hpp"

namespace imgmine {
namespace {

template <class T>
void ink_of(const T* row, const std::vector<float>& background, std::vector<float>& ink) {
    if constexpr (std::is_same_v<T, float>)
        skew_kernels().ink_f32(row, background.data(), background.size(), ink.data(), ink.size());
    else
        skew_kernels().ink_u8(row, background.data(), background.size(), ink.data(), ink.size());
}

/// The ink in strips a few pixels wide, seen from above: for each strip a column of sums. Small
/// enough to be read once per angle; large images are taken at a smaller scale.
struct Strips {
    std::ptrdiff_t rows, count;
    std::vector<float> ink;  ///< strip by strip

    template <class T>
    Strips(ImageView<const T> image, const std::vector<float>& background) {
        constexpr std::ptrdiff_t width = 8, room = 400'000;
        const auto up = [](std::ptrdiff_t a, std::ptrdiff_t b) { return (a + b - 1) / b; };
        std::ptrdiff_t scale = 1;
        while (up(image.height, scale) * up(image.width, width * scale) > room) ++scale;
        rows = up(image.height, scale);
        count = up(image.width, width * scale);
        ink.assign(static_cast<std::size_t>(rows * count), 0.0f);
        std::vector<float> row(static_cast<std::size_t>(image.width));
        for (std::ptrdiff_t y = 0; y < image.height; ++y) {
            ink_of(image.row(y), background, row);
            for (std::ptrdiff_t s = 0; s < count; ++s) {
                const std::ptrdiff_t last = std::min(image.width, (s + 1) * width * scale);
                float total = 0;
                for (std::ptrdiff_t x = s * width * scale; x < last; ++x)
                    total += row[static_cast<std::size_t>(x)];
                ink[static_cast<std::size_t>(s * rows + y / scale)] += total;
            }
        }
        strip_width = static_cast<double>(width);
    }

    /// How rough the projection along lines that rise by `slope` to the right is.
    double roughness(double slope) const {
        const auto farthest = static_cast<std::ptrdiff_t>(
            std::abs(slope) * strip_width * static_cast<double>(count) + 2);
        std::vector<float> profile(static_cast<std::size_t>(rows + 2 * farthest + 2));
        for (std::ptrdiff_t s = 0; s < count; ++s) {
            const double x =
                (static_cast<double>(s) - 0.5 * static_cast<double>(count - 1)) * strip_width;
            const auto down = static_cast<std::ptrdiff_t>(std::nearbyint(slope * x));
            skew_kernels().add_row(ink.data() + s * rows, profile.data() + farthest + down + 1,
                                   static_cast<std::size_t>(rows));
        }
        return skew_kernels().roughness(profile.data(), profile.size() - 1);
    }

  private:
    double strip_width = 0;
};

/// Of 2 * n + 1 angles `step` degrees apart around `middle`, the one of the roughest projection;
/// of equal ones the one nearest to `middle`. `scores` are those around it.
double best_angle(const Strips& strips, double middle, double step, std::ptrdiff_t n,
                  double* scores) {
    std::vector<double> all(static_cast<std::size_t>(2 * n + 1));
    const auto angle = [&](std::ptrdiff_t i) { return middle + step * static_cast<double>(i - n); };
    parallel_for(2 * n + 1, 4, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t i = first; i < last; ++i) {
            const Turn turn = turn_of(angle(i));
            all[static_cast<std::size_t>(i)] = strips.roughness(turn.sine / turn.cosine);
        }
    });
    const auto at = [&](std::ptrdiff_t i) {
        return all[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i, 0, 2 * n))];
    };
    std::ptrdiff_t best = n;
    for (std::ptrdiff_t k = 1; k <= n; ++k)
        for (const std::ptrdiff_t i : {n - k, n + k})
            if (at(i) > at(best)) best = i;
    for (std::ptrdiff_t k = -1; k <= 1; ++k) scores[k + 1] = at(best + k);
    return angle(best);
}

}  // namespace

template <class T>
double shear_of(ImageView<const T> image, const std::vector<float>& background) {
    std::vector<float> ink(static_cast<std::size_t>(image.width));
    double m00 = 0, m10 = 0, m01 = 0, m11 = 0, m02 = 0;
    for (std::ptrdiff_t row = 0; row < image.height; ++row) {
        ink_of(image.row(row), background, ink);
        double sums[2];
        skew_kernels().row_moments(ink.data(), ink.size(), sums);
        const auto y = static_cast<double>(row);
        m00 += sums[0];
        m10 += sums[1];
        m01 += y * sums[0];
        m11 += y * sums[1];
        m02 += y * y * sums[0];
    }
    if (!(m00 > 0)) return 0;
    const double mu02 = m02 - m01 * (m01 / m00), mu11 = m11 - m10 * (m01 / m00);
    return mu02 > 1e-2 * m00 ? mu11 / mu02 : 0;  // less is a single row
}

template <class T>
double text_angle_of(ImageView<const T> image, const std::vector<float>& background,
                     double max_angle) {
    require(max_angle > 0 && max_angle <= 45,
            "max_angle must be above 0 and at most 45 degrees, got " + std::to_string(max_angle));
    if (image.empty()) return 0;
    const Strips strips(image, background);
    double scores[3];
    double step = 0.5;
    double angle =
        best_angle(strips, 0, step, static_cast<std::ptrdiff_t>(max_angle / step), scores);
    for (; step > 0.03; step /= 5) angle = best_angle(strips, angle, step / 5, 5, scores);
    // The vertex of the parabola through the last three.
    const double bend = scores[0] - 2 * scores[1] + scores[2];
    if (bend < 0) angle += step * std::clamp(0.5 * (scores[0] - scores[2]) / bend, -1.0, 1.0);
    return std::clamp(angle, -max_angle, max_angle) + 0.0;  // no -0
}

template double shear_of(ImageView<const std::uint8_t>, const std::vector<float>&);
template double shear_of(ImageView<const float>, const std::vector<float>&);
template double text_angle_of(ImageView<const std::uint8_t>, const std::vector<float>&, double);
template double text_angle_of(ImageView<const float>, const std::vector<float>&, double);

}  // namespace imgmine
