#include "features/fourier_descriptors.hpp"

#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/math.hpp"

namespace imgmine {
namespace {

/// The states of a mask's pixels while its borders are followed, with a frame of zeros.
class Borders {
  public:
    explicit Borders(ImageView<const std::uint8_t> mask)
        : width_(mask.width + 2), states_(static_cast<std::size_t>(width_ * (mask.height + 2))) {
        for (std::ptrdiff_t y = 0; y < mask.height; ++y)
            for (std::ptrdiff_t x = 0; x < mask.width; ++x)
                at((y + 1) * width_ + x + 1) = mask.row(y)[x] ? fresh : 0;
        const std::ptrdiff_t w = width_;
        const std::ptrdiff_t clockwise[] = {1, w + 1, w, w - 1, -1, -w - 1, -w, -w + 1};
        std::copy(clockwise, clockwise + 8, step_);
    }

    /// Calls found(border) with the pixels of each region's outer border.
    template <class Found>
    void each(const Found& found) {
        const auto size = static_cast<std::ptrdiff_t>(states_.size());
        for (std::ptrdiff_t i = 0; i < size; ++i) {
            if (at(i) == 0 || (at(i - 1) != 0 && at(i + 1) != 0)) continue;
            if (at(i) == fresh && at(i - 1) == 0) {
                follow(i, 4);
                found(border_);
            } else if (at(i) > 0 && at(i + 1) == 0) {
                follow(i, 0);  // of a hole: so that its pixels begin no border of their own
            }
        }
    }

    Point point(std::ptrdiff_t i) const {
        return {static_cast<double>(i / width_ - 1), static_cast<double>(i % width_ - 1)};
    }

  private:
    enum State : std::int8_t { closed = -1, fresh = 1, passed = 2 };

    std::int8_t& at(std::ptrdiff_t i) { return states_[static_cast<std::size_t>(i)]; }

    /// Follows the border that begins at `start`, the direction `from` of which is outside.
    void follow(std::ptrdiff_t start, int from) {
        border_.clear();
        int first = from;
        do {
            first = (first + 1) % 8;
        } while (first != from && at(start + step_[first]) == 0);
        border_.push_back(start);
        if (first == from) {
            at(start) = closed;
            return;
        }
        // `first` is where the way round ends; it goes on counterclockwise from there.
        std::ptrdiff_t here = start;
        for (int came = first;;) {
            int go = came;
            bool passed_right = false;
            do {
                go = (go + 7) % 8;
                if (go == 0 && at(here + 1) == 0) passed_right = true;
            } while (at(here + step_[go]) == 0);
            if (passed_right)
                at(here) = closed;
            else if (at(here) == fresh)
                at(here) = passed;
            const std::ptrdiff_t next = here + step_[go];
            if (next == start && here == start + step_[first]) break;
            border_.push_back(next);
            here = next;
            came = (go + 4) % 8;
        }
    }

    const std::ptrdiff_t width_;
    std::vector<std::int8_t> states_;
    std::ptrdiff_t step_[8];
    std::vector<std::ptrdiff_t> border_;
};

/// Twice the area that a closed polygon encloses, with a sign for the way round.
double twice_area(const std::vector<Point>& contour) {
    double sum = 0;
    for (std::size_t i = 0; i < contour.size(); ++i) {
        const Point &a = contour[i], &b = contour[(i + 1) % contour.size()];
        sum += a[0] * b[1] - a[1] * b[0];
    }
    return sum;
}

double distance(const Point& a, const Point& b) {
    const double y = b[0] - a[0], x = b[1] - a[1];
    return std::sqrt(y * y + x * x);
}

/// n points along a closed polygon, an equal way apart; none where it has no length.
std::vector<Point> resampled(const std::vector<Point>& contour, int n) {
    std::vector<double> way{0};
    for (std::size_t i = 0; i < contour.size(); ++i)
        way.push_back(way.back() + distance(contour[i], contour[(i + 1) % contour.size()]));
    std::vector<Point> points;
    if (!(way.back() > 0)) return points;
    std::size_t side = 0;
    for (int k = 0; k < n; ++k) {
        const double target = way.back() * k / n;
        while (side + 2 < way.size() && way[side + 1] <= target) ++side;
        const double length = way[side + 1] - way[side];
        const double share = length > 0 ? (target - way[side]) / length : 0;
        const Point &a = contour[side], &b = contour[(side + 1) % contour.size()];
        points.push_back({a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])});
    }
    return points;
}

/// The magnitude of coefficient k of points taken as column + i row.
double magnitude(const std::vector<Point>& points, std::ptrdiff_t k,
                 const std::vector<double>& sines) {
    const std::size_t n = points.size();
    double real = 0, imaginary = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto turn = static_cast<std::size_t>(k) * i & (n - 1);  // n is a power of two
        const double sine = sines[turn], cosine = sines[(turn + n / 4) & (n - 1)];
        real += points[i][1] * cosine + points[i][0] * sine;
        imaginary += points[i][0] * cosine - points[i][1] * sine;
    }
    return std::sqrt(real * real + imaginary * imaginary);
}

}  // namespace

std::vector<Point> outer_contour(ImageView<const std::uint8_t> mask) {
    Borders borders(mask);
    std::vector<Point> largest;
    double largest_area = -1;
    borders.each([&](const std::vector<std::ptrdiff_t>& border) {
        std::vector<Point> contour;
        for (const std::ptrdiff_t i : border) contour.push_back(borders.point(i));
        const double area = std::abs(twice_area(contour));
        const bool is_longer = area == largest_area && contour.size() > largest.size();
        if (area > largest_area || is_longer) largest_area = area, largest = contour;
    });
    return largest;
}

std::vector<double> fourier_descriptors(const std::vector<Point>& contour, int n, int n_points) {
    require(n_points >= 8 && n_points <= 65536 && (n_points & (n_points - 1)) == 0,
            "points must be a power of two from 8 to 65536, got " + std::to_string(n_points));
    require(n >= 1 && n <= n_points / 2,
            "n must be between 1 and half the points, got " + std::to_string(n));
    std::vector<double> result(static_cast<std::size_t>(n));
    // About the first point, so that a contour far from the origin loses nothing.
    std::vector<Point> moved = contour;
    for (Point& point : moved) point = {point[0] - contour[0][0], point[1] - contour[0][1]};
    const std::vector<Point> points = resampled(moved, n_points);
    if (points.empty()) return result;

    std::vector<double> sines;
    for (int i = 0; i < n_points; ++i) sines.push_back(sin_pi_same_bits(2.0 * i / n_points));
    const int way = twice_area(points) < 0 ? -1 : 1;
    const double first = magnitude(points, -way, sines);
    if (!(first > 0)) return result;
    for (int i = 0; i < n; ++i) {
        const int order = i % 2 ? (i + 3) / 2 : -(i / 2 + 1);
        result[static_cast<std::size_t>(i)] = magnitude(points, -way * order, sines) / first;
    }
    return result;
}

}  // namespace imgmine
