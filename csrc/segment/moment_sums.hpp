#pragma once

#include <array>
#include <cmath>
#include <cstddef>

namespace imgmine {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
using WideInteger = __int128;
#pragma GCC diagnostic pop

/// Sums of y^p x^q v about some origin, at [4 * p + q]; p and q up to 3. Of whole numbers without
/// rounding.
template <class Number>
struct MomentSums {
    std::array<Number, 16> of{};

    /// Adds the sums over x of a row at height y.
    void add_row(Number y, const Number* row) {
        Number power = 1;
        for (std::size_t p = 0; p < 4; ++p, power *= y)
            for (std::size_t q = 0; q < 4; ++q) of[4 * p + q] += power * row[q];
    }

    /// Moves the origin to where (y, x) is now.
    void move_to(Number y, Number x) {
        for (std::size_t q = 0; q < 4; ++q) shift(q, 4, -y);
        for (std::size_t p = 0; p < 4; ++p) shift(4 * p, 1, -x);
    }

    std::array<double, 16> rounded() const {
        std::array<double, 16> result;
        for (std::size_t i = 0; i < 16; ++i) result[i] = static_cast<double>(of[i]);
        return result;
    }

  private:
    void shift(std::size_t at, std::size_t step, Number by) {
        Number &a = of[at], &b = of[at + step], &c = of[at + 2 * step], &d = of[at + 3 * step];
        d += by * (3 * c + by * (3 * b + by * a));
        c += by * (2 * b + by * a);
        b += by * a;
    }
};

/// Moments about the centroid, the first ones exactly 0; all are where the mass is not positive.
inline std::array<double, 16> about_centroid(MomentSums<WideInteger> sums) {
    if (sums.of[0] <= 0) return {};
    const auto mass = static_cast<double>(sums.of[0]);
    // Whole steps are exact; what is left is less than a pixel.
    sums.move_to(static_cast<WideInteger>(std::floor(static_cast<double>(sums.of[4]) / mass)),
                 static_cast<WideInteger>(std::floor(static_cast<double>(sums.of[1]) / mass)));
    MomentSums<double> rest{sums.rounded()};
    rest.move_to(rest.of[4] / mass, rest.of[1] / mass);
    rest.of[1] = rest.of[4] = 0;
    return rest.of;
}

}  // namespace imgmine
