#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace imgmine {

/// The first and last column of a region in one of its rows; first > last where it has none there.
struct RowSpan {
    std::int64_t first, last;
};

/// One side of a convex hull, seen from the left: columns over rows, both in half pixels.
class HullSide {
  public:
    /// Adds a point further down than the last, or in the same row and not further left.
    void add(std::int64_t row, std::int64_t column) {
        while (points_.size() > 1 && !turns_left(row, column)) points_.pop_back();
        points_.push_back({row, column});
    }

    /// The first whole column not left of the side in whole row `row`, which must not fall from
    /// call to call.
    std::int64_t first_column(std::int64_t row) {
        while (at_ + 2 < points_.size() && points_[at_ + 1].row < 2 * row) ++at_;
        const Point &a = points_[at_], &b = points_[at_ + 1];
        // Rounded up: (a.column + slope * (2 row - a.row)) / 2.
        const std::int64_t below = 2 * (b.row - a.row);
        const std::int64_t above =
            a.column * (b.row - a.row) + (b.column - a.column) * (2 * row - a.row);
        return above >= 0 ? (above + below - 1) / below : -(-above / below);
    }

  private:
    struct Point {
        std::int64_t row, column;
    };

    bool turns_left(std::int64_t row, std::int64_t column) const {
        const Point &a = points_[points_.size() - 2], &b = points_.back();
        return (b.column - a.column) * (row - b.row) < (column - b.column) * (b.row - a.row);
    }

    std::vector<Point> points_;
    std::size_t at_ = 0;
};

/// The number of pixels whose centers lie in the convex hull of the middles of all sides of a
/// region's pixels, its border included; exactly. `rows` begins and ends with rows that are there.
inline std::int64_t convex_area(const std::vector<RowSpan>& rows) {
    HullSide left, right;  // the right one mirrored
    const auto n = static_cast<std::int64_t>(rows.size());
    const auto span = [&](std::int64_t y) {
        return y >= 0 && y < n ? rows[static_cast<std::size_t>(y)] : RowSpan{1, 0};
    };
    for (std::int64_t y = 0; y <= n; ++y) {
        const RowSpan above = span(y - 1), here = span(y);
        const bool up = above.first <= above.last, now = here.first <= here.last;
        if (up || now) {  // the edge between the two rows
            const std::int64_t first = up && now ? std::min(above.first, here.first)
                                       : up      ? above.first
                                                 : here.first;
            const std::int64_t last = up && now ? std::max(above.last, here.last)
                                      : up      ? above.last
                                                : here.last;
            left.add(2 * y - 1, 2 * first);
            right.add(2 * y - 1, -2 * last);
        }
        if (now) {
            left.add(2 * y, 2 * here.first - 1);
            right.add(2 * y, -2 * here.last - 1);
        }
    }
    std::int64_t area = 0;
    for (std::int64_t y = 0; y < n; ++y) area += 1 - right.first_column(y) - left.first_column(y);
    return area;
}

}  // namespace imgmine
