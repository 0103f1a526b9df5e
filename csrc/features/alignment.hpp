#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

// How alike two small gray pictures are where one may be a part of the other: moved and scaled by a
// few per cent along either axis.
namespace imgmine {

template <std::size_t side>
class Alignment {
  public:
    using Picture = std::array<float, side * side>;

    Alignment(const Picture& a, const Picture& b) : a_(a), b_(b) {}

    /// The best correlation found, -1 to 1; that of the start where it is below `hopeless`.
    float score(float hopeless) {
        const Place starts[] = {{0, 0, 0, 0}, {-0.1f, 0, -0.1f, 0}, {1 / 9.0f, 0, 1 / 9.0f, 0}};
        Place place{};
        float best = -2;
        for (const Place& start : starts) {
            const float found = correlation(start);
            if (found > best) best = found, place = start;
        }
        if (best < hopeless) return best;
        differentiate();
        for (int i = 0; i < 8; ++i) {
            if (!improve(place)) break;
            const float found = correlation(place);
            const bool better = found > best + 1e-4f;
            best = std::max(best, found);
            if (!better) break;
        }
        return best;
    }

  private:
    /// Pixel x of `a` stands at middle + (x - middle) (1 + scale) + shift in `b`.
    struct Place {
        float scale_x, shift_x, scale_y, shift_y;
    };
    static constexpr float middle = (side - 1) / 2.0f;
    static constexpr float most_scale = 0.15f, most_shift = 0.08f * side;
    static constexpr std::size_t n_terms = 6;

    void differentiate() {
        for (std::size_t y = 0; y < side; ++y)
            for (std::size_t x = 0; x < side; ++x) {
                const std::size_t left = x ? x - 1 : x, right = x + 1 < side ? x + 1 : x;
                const std::size_t up = y ? y - 1 : y, down = y + 1 < side ? y + 1 : y;
                const auto span_x = static_cast<float>(right - left);
                const auto span_y = static_cast<float>(down - up);
                across_[y * side + x] = (b_[y * side + right] - b_[y * side + left]) / span_x;
                along_[y * side + x] = (b_[down * side + x] - b_[up * side + x]) / span_y;
            }
    }

    /// Where a row or column of `a` falls: the whole part and the rest, and whether it is inside.
    struct Axis {
        std::array<std::size_t, side> at;
        std::array<float, side> rest;
        std::size_t first = side, last = 0;
        Axis(float scale, float shift) {
            for (std::size_t i = 0; i < side; ++i) {
                const float x = middle + (static_cast<float>(i) - middle) * (1 + scale) + shift;
                if (x < -0.5f || x > side - 0.5f) continue;
                first = std::min(first, i);
                last = i + 1;
                const float inside = std::clamp(x, 0.0f, side - 1.0f);
                at[i] = std::min(static_cast<std::size_t>(inside), side - 2);
                rest[i] = inside - static_cast<float>(at[i]);
            }
        }
        std::size_t size() const { return last > first ? last - first : 0; }
    };

    static float between(const Picture& p, const Axis& ys, const Axis& xs, std::size_t y,
                         std::size_t x) {
        const float* at = p.data() + ys.at[y] * side + xs.at[x];
        const float top = at[0] + xs.rest[x] * (at[1] - at[0]);
        const float bottom = at[side] + xs.rest[x] * (at[side + 1] - at[side]);
        return top + ys.rest[y] * (bottom - top);
    }

    float correlation(const Place& place) const {
        const Axis ys(place.scale_y, place.shift_y), xs(place.scale_x, place.shift_x);
        double n = 0, sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
        for (std::size_t y = ys.first; y < ys.last; ++y)
            for (std::size_t x = xs.first; x < xs.last; ++x) {
                const double a = a_[y * side + x], b = between(b_, ys, xs, y, x);
                n += 1, sum_a += a, sum_b += b, aa += a * a, bb += b * b, ab += a * b;
            }
        if (2 * n < side * side) return -1;
        const double cov = ab - sum_a * sum_b / n;
        const double var_a = aa - sum_a * sum_a / n, var_b = bb - sum_b * sum_b / n;
        const double flat = 0.25 * n;  // half a level of spread: nothing to tell pictures by
        if (var_a < flat || var_b < flat) return var_a < flat && var_b < flat ? 1.0f : 0.0f;
        return static_cast<float>(cov / std::sqrt(var_a * var_b));
    }

    /// One step of Gauss and Newton for the place, gain and offset; false where there is none.
    bool improve(Place& place) const {
        const Axis ys(place.scale_y, place.shift_y), xs(place.scale_x, place.shift_x);
        double normal[n_terms][n_terms + 1] = {};
        for (std::size_t y = ys.first; y < ys.last; ++y)
            for (std::size_t x = xs.first; x < xs.last; ++x) {
                const float dx = between(across_, ys, xs, y, x);
                const float dy = between(along_, ys, xs, y, x);
                const float term[n_terms + 1] = {between(b_, ys, xs, y, x),
                                                 1,
                                                 dx * (static_cast<float>(x) - middle),
                                                 dx,
                                                 dy * (static_cast<float>(y) - middle),
                                                 dy,
                                                 a_[y * side + x]};
                for (std::size_t i = 0; i < n_terms; ++i)
                    for (std::size_t j = i; j <= n_terms; ++j)
                        normal[i][j] += static_cast<double>(term[i]) * term[j];
            }
        double solution[n_terms];
        if (!solve(normal, solution) || solution[0] <= 0) return false;
        const auto step = [&](std::size_t i) {
            return static_cast<float>(solution[i] / solution[0]);
        };
        place.scale_x = std::clamp(place.scale_x + step(2), -most_scale, most_scale);
        place.shift_x = std::clamp(place.shift_x + step(3), -most_shift, most_shift);
        place.scale_y = std::clamp(place.scale_y + step(4), -most_scale, most_scale);
        place.shift_y = std::clamp(place.shift_y + step(5), -most_shift, most_shift);
        return true;
    }

    /// Gauss' elimination of a symmetric system of which the upper half is given.
    static bool solve(double (&m)[n_terms][n_terms + 1], double (&solution)[n_terms]) {
        for (std::size_t i = 0; i < n_terms; ++i) {
            for (std::size_t j = 0; j < i; ++j) m[i][j] = 0;
            if (!(m[i][i] > 1e-6)) return false;
            for (std::size_t k = i + 1; k < n_terms; ++k) {
                const double factor = m[i][k] / m[i][i];
                for (std::size_t j = k; j <= n_terms; ++j) m[k][j] -= factor * m[i][j];
            }
        }
        for (std::size_t i = n_terms; i-- > 0;) {
            double rest = m[i][n_terms];
            for (std::size_t j = i + 1; j < n_terms; ++j) rest -= m[i][j] * solution[j];
            solution[i] = rest / m[i][i];
        }
        return true;
    }

    const Picture &a_, &b_;
    Picture across_, along_;
};

}  // namespace imgmine
