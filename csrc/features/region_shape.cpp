#include "features/region_shape.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "base/math_atan.hpp"
#include "features/convex_hull.hpp"

namespace imgmine {
namespace {

constexpr double pi = 3.141592653589793;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
using Wide = __int128;
#pragma GCC diagnostic pop

/// What is counted of a region while its rows pass.
struct Region {
    std::int64_t area = 0;
    // Sums about the first pixel met, and of squares.
    std::int64_t y_first = 0, x_first = 0;
    std::int64_t y = 0, x = 0;
    Wide yy = 0, xx = 0, xy = 0;
    std::int64_t left = 0, right = 0;                    // columns of the bounding box
    std::vector<RowSpan> rows;                           // from y_first on
    std::int64_t straight = 0, diagonal = 0, mixed = 0;  // pixels of the border
    std::int64_t quads = 0;                              // four times the Euler number

    /// Pixels [from, to) of row y.
    void add_run(std::int64_t row, std::int64_t from, std::int64_t to) {
        if (area == 0) y_first = row, x_first = left = from, right = to - 1;
        left = std::min(left, from), right = std::max(right, to - 1);
        while (static_cast<std::int64_t>(rows.size()) <= row - y_first) rows.push_back({1, 0});
        RowSpan& span = rows.back();
        if (span.first > span.last) span.first = from;
        span.last = to - 1;
        area += to - from;

        const std::int64_t n = to - from, down = row - y_first, first = from - x_first;
        const std::int64_t sum = n * first + n * (n - 1) / 2;
        y += n * down, x += sum;
        yy += Wide{n} * down * down, xy += Wide{down} * sum;
        xx += Wide{n} * first * first + Wide{first} * n * (n - 1) +
              Wide{n} * (n - 1) * (2 * n - 1) / 6;
    }
};

/// Labels of a mask or of a label image; 0 outside.
template <class T>
class Labels {
  public:
    explicit Labels(ImageView<const T> image)
        : image_(image), zeros_(static_cast<std::size_t>(image.width) + 2) {
        for (auto& row : rows_) row = zeros_;
        for (auto& row : borders_) row.assign(zeros_.size(), 0);
    }

    /// Moves on to row y + 1: then row(0) is y - 1, row(1) is y and row(2) is y + 1.
    void load_below(std::ptrdiff_t y) {
        std::rotate(rows_, rows_ + 1, rows_ + 4);
        rows_[3] = zeros_;
        if (y < image_.height)
            for (std::ptrdiff_t x = 0; x < image_.width; ++x)
                rows_[3][static_cast<std::size_t>(x) + 1] = static_cast<std::int32_t>(
                    std::is_same_v<T, std::uint8_t> ? image_.row(y)[x] != 0 : image_.row(y)[x]);
    }

    /// Marks what of the row before the last one loaded is on a region's border.
    void mark_border() {
        std::rotate(borders_, borders_ + 1, borders_ + 3);
        const auto &up = rows_[1], &row = rows_[2], &down = rows_[3];
        for (std::size_t x = 1; x + 1 < row.size(); ++x) {
            const std::int32_t v = row[x];
            borders_[2][x] =
                v > 0 && (up[x] != v || down[x] != v || row[x - 1] != v || row[x + 1] != v) ? v : 0;
        }
    }

    // Of three rows of borders, the middle one is rows_[1]: two before the last one loaded.
    const std::vector<std::int32_t>& row(int i) const { return rows_[i]; }
    const std::vector<std::int32_t>& border(int i) const { return borders_[i]; }

  private:
    ImageView<const T> image_;
    std::vector<std::int32_t> zeros_, rows_[4], borders_[3];
};

/// Counts a pixel of the border by its neighbors on it: how scikit-image weighs them.
void count_border(Region& region, int beside, int diagonal) {
    const int code = 1 + 2 * beside + 10 * diagonal;
    if (code == 5 || code == 7 || code == 15 || code == 17 || code == 25 || code == 27)
        ++region.straight;
    else if (code == 21 || code == 33)
        ++region.diagonal;
    else if (code == 13 || code == 23)
        ++region.mixed;
}

template <class T>
void count_borders(const Labels<T>& labels, std::vector<Region>& regions) {
    const auto &up = labels.border(0), &row = labels.border(1), &down = labels.border(2);
    for (std::size_t x = 1; x + 1 < row.size(); ++x) {
        const std::int32_t v = row[x];
        if (v == 0) continue;
        const int beside = (up[x] == v) + (down[x] == v) + (row[x - 1] == v) + (row[x + 1] == v);
        const int diagonal =
            (up[x - 1] == v) + (up[x + 1] == v) + (down[x - 1] == v) + (down[x + 1] == v);
        count_border(regions[static_cast<std::size_t>(v - 1)], beside, diagonal);
    }
}

/// Squares of four pixels: one of them in a region counts 1, three -1, two that only meet at their
/// corners -2. The sum is four times the number of pieces less holes, pixels joined by corners.
void count_quads(const std::vector<std::int32_t>& up, const std::vector<std::int32_t>& row,
                 std::vector<Region>& regions) {
    for (std::size_t x = 1; x < row.size(); ++x) {
        const std::int32_t four[] = {up[x - 1], up[x], row[x], row[x - 1]};  // the way round
        if (four[0] == four[1] && four[1] == four[2] && four[2] == four[3]) continue;
        for (std::size_t i = 0; i < 4; ++i) {
            const std::int32_t v = four[i];
            if (v <= 0 || (i > 0 && four[0] == v) || (i > 1 && four[1] == v) ||
                (i > 2 && four[2] == v))
                continue;
            const int n = (four[0] == v) + (four[1] == v) + (four[2] == v) + (four[3] == v);
            const bool corners = n == 2 && four[i] == four[(i + 2) % 4];
            regions[static_cast<std::size_t>(v - 1)].quads += n == 1    ? 1
                                                              : n == 3  ? -1
                                                              : corners ? -2
                                                                        : 0;
        }
    }
}

void count_runs(const std::vector<std::int32_t>& row, std::ptrdiff_t y,
                std::vector<Region>& regions) {
    for (std::size_t x = 1, end; x + 1 < row.size(); x = end) {
        for (end = x + 1; end + 1 < row.size() && row[end] == row[x];) ++end;
        if (row[x] > 0)
            regions[static_cast<std::size_t>(row[x] - 1)].add_run(
                y, static_cast<std::int64_t>(x) - 1, static_cast<std::int64_t>(end) - 1);
    }
}

/// Axes and orientation, from the second moments about the centroid.
void fill_axes(const Region& region, RegionShape& shape) {
    // Without rounding up to here, so that what is as high as wide is found to be.
    const Wide n = region.area;
    const double square = shape.area * shape.area;
    const double yy = static_cast<double>(n * region.yy - Wide{region.y} * region.y) / square;
    const double xx = static_cast<double>(n * region.xx - Wide{region.x} * region.x) / square;
    const double xy = static_cast<double>(n * region.xy - Wide{region.y} * region.x) / square;
    const double half = (yy + xx) / 2, gap = (yy - xx) / 2;
    const double root = std::sqrt(gap * gap + xy * xy);
    const double largest = half + root, smallest = std::max(half - root, 0.0);
    shape.axis_major = 4 * std::sqrt(largest);
    shape.axis_minor = 4 * std::sqrt(smallest);
    if (largest > 0) shape.eccentricity = std::sqrt(1 - smallest / largest);
    // The tensor of inertia is [[xx, -xy], [-xy, yy]].
    shape.orientation =
        yy == xx ? (xy > 0 ? pi / 4 : -pi / 4) : atan2_same_bits(2 * xy, yy - xx) / 2;
}

RegionShape shape_of(const Region& region) {
    RegionShape shape;
    if (region.area == 0) return shape;
    shape.area = static_cast<double>(region.area);
    const double sqrt2 = std::sqrt(2.0);
    shape.perimeter = static_cast<double>(region.straight) +
                      static_cast<double>(region.diagonal) * sqrt2 +
                      static_cast<double>(region.mixed) * ((1 + sqrt2) / 2);
    fill_axes(region, shape);
    shape.equivalent_diameter = std::sqrt(4 * shape.area / pi);
    shape.solidity = shape.area / static_cast<double>(convex_area(region.rows));
    shape.extent = shape.area / static_cast<double>((region.right - region.left + 1) *
                                                    static_cast<std::int64_t>(region.rows.size()));
    shape.euler_number = static_cast<double>(region.quads / 4);
    const double square = shape.perimeter * shape.perimeter;
    if (square > 0) shape.form_factor = 4 * pi * shape.area / square;
    shape.compactness = square / (4 * pi * shape.area);
    if (shape.axis_major > 0)
        shape.roundness = 4 * shape.area / (pi * shape.axis_major * shape.axis_major);
    return shape;
}

template <class T>
std::vector<RegionShape> shapes(ImageView<const T> image, std::size_t n) {
    std::vector<Region> regions(n);
    Labels<T> labels(image);
    // Row y is loaded, the borders of y - 1 are marked, and those of y - 2 counted.
    for (std::ptrdiff_t y = 0; y < image.height + 2; ++y) {
        labels.load_below(y);
        labels.mark_border();
        count_borders(labels, regions);
        if (y <= image.height) count_quads(labels.row(2), labels.row(3), regions);
        if (y < image.height) count_runs(labels.row(3), y, regions);
    }
    std::vector<RegionShape> result;
    for (const Region& region : regions) result.push_back(shape_of(region));
    return result;
}

}  // namespace

std::vector<RegionShape> region_shapes(ImageView<const std::int32_t> labels, std::int32_t n) {
    return shapes(labels, static_cast<std::size_t>(n));
}

RegionShape region_shape(ImageView<const std::uint8_t> mask) {
    return shapes(mask, 1)[0];
}

}  // namespace imgmine
