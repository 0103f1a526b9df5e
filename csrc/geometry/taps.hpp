#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/math.hpp"

namespace imgmine {

/// For new pixels along one axis, from `begin` on, the old ones they are a weighted sum of. The
/// window of `most` pixels from `first` on lies inside the axis; weights behind the `count`-th are
/// zero.
struct Taps {
    std::ptrdiff_t from, most, begin = 0;
    std::vector<std::int32_t> firsts{}, counts{};
    std::vector<double> weights{};  ///< [new pixel][most]

    std::ptrdiff_t end() const { return begin + static_cast<std::ptrdiff_t>(firsts.size()); }
    std::ptrdiff_t first(std::ptrdiff_t i) const {
        return firsts[static_cast<std::size_t>(i - begin)];
    }
    std::ptrdiff_t count(std::ptrdiff_t i) const {
        return counts[static_cast<std::size_t>(i - begin)];
    }
    const double* of(std::ptrdiff_t i) const { return weights.data() + (i - begin) * most; }

    /// Adds a new pixel. Windows that would reach past the end start earlier; zeros at the end are
    /// not counted. There may be `most` values, or fewer.
    void add(std::ptrdiff_t start, const double* values, std::ptrdiff_t n) {
        while (n > 1 && values[n - 1] == 0) --n;
        const std::ptrdiff_t over = std::max<std::ptrdiff_t>(start + most - from, 0);
        firsts.push_back(static_cast<std::int32_t>(start - over));
        counts.push_back(static_cast<std::int32_t>(n + over));
        weights.insert(weights.end(), static_cast<std::size_t>(over), 0.0);
        weights.insert(weights.end(), values, values + n);
        weights.insert(weights.end(), static_cast<std::size_t>(most - n - over), 0.0);
    }
};

/// Keys' cubic with a = -0.75 between the four nearest pixels, as OpenCV; edges are repeated.
inline void add_cubic(Taps& taps, std::ptrdiff_t i, double scale) {
    constexpr double a = -0.75;
    const double at = (static_cast<double>(i) + 0.5) * scale - 0.5;
    const double left = std::floor(at), x = at - left, y = 1 - x;
    const auto outer = [](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
    const auto inner = [](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
    // Zero where it must be zero, whatever rounding says.
    const double w[4] = {x == 0 ? 0 : outer(x + 1), inner(x), x == 0 ? 0 : inner(y),
                         x == 0 ? 0 : outer(y + 1)};
    const auto begin = static_cast<std::ptrdiff_t>(left) - 1;
    const std::ptrdiff_t start = std::clamp<std::ptrdiff_t>(begin, 0, taps.from - taps.most);
    std::array<double, 4> values{};
    for (std::ptrdiff_t k = 0; k < 4; ++k)
        if (w[k] != 0)
            values[static_cast<std::size_t>(
                std::clamp<std::ptrdiff_t>(begin + k, 0, taps.from - 1) - start)] += w[k];
    taps.add(start, values.data(), taps.most);
}

/// sin(pi x) / (pi x) times the same of x / 3.
inline double lanczos3(double x) {
    if (x < -3 || x >= 3) return 0;
    const auto sinc = [](double t) {
        return t == 0 ? 1.0 : sin_pi_same_bits(t) / (3.141592653589793 * t);
    };
    return sinc(x) * sinc(x / 3);
}

/// Lanczos' window of three lobes, as wide as the shrinking asks for; cut off at the edges and
/// scaled to a sum of 1, as Pillow.
inline void add_lanczos(Taps& taps, std::ptrdiff_t i, double scale) {
    const double wider = std::max(scale, 1.0), support = 3 * wider, inverse = 1 / wider;
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const auto begin = std::max<std::ptrdiff_t>(
        0, static_cast<std::ptrdiff_t>(std::max(center - support + 0.5, 0.0)));
    const auto end =
        std::min<std::ptrdiff_t>(taps.from, static_cast<std::ptrdiff_t>(center + support + 0.5));
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(end - begin));
    double sum = 0;
    for (std::ptrdiff_t k = begin; k < end; ++k) {
        values.push_back(lanczos3((static_cast<double>(k) - center + 0.5) * inverse));
        sum += values.back();
    }
    for (double& value : values) value /= sum;
    taps.add(begin, values.data(), end - begin);
}

/// One axis of a resampling: gives the taps of some of its new pixels at a time, as those of all
/// can take more memory than the image.
class TapAxis {
  public:
    enum class Window { cubic, lanczos };

    TapAxis(Window window, std::ptrdiff_t from, std::ptrdiff_t to)
        : from_(from),
          scale_(static_cast<double>(from) / static_cast<double>(to)),
          add_(window == Window::cubic ? add_cubic : add_lanczos) {
        const double support = 3 * std::max(scale_, 1.0);
        most_ =
            window == Window::cubic ? 4 : static_cast<std::ptrdiff_t>(std::ceil(support)) * 2 + 1;
        most_ = std::min(most_, from);
    }
    std::ptrdiff_t most() const { return most_; }
    double scale() const { return scale_; }

    /// Those of the new pixels [first, last).
    Taps taps(std::ptrdiff_t first, std::ptrdiff_t last) const {
        Taps taps{.from = from_, .most = most_, .begin = first};
        const auto n = static_cast<std::size_t>(last - first);
        taps.firsts.reserve(n);
        taps.counts.reserve(n);
        taps.weights.reserve(n * static_cast<std::size_t>(most_));
        for (std::ptrdiff_t i = first; i < last; ++i) add_(taps, i, scale_);
        return taps;
    }

  private:
    std::ptrdiff_t from_, most_;
    double scale_;
    void (*add_)(Taps&, std::ptrdiff_t, double);
};

}  // namespace imgmine
