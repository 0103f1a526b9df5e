#include "features/region_shape.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "segment/convex_hull.hpp"
#include "segment/region_axes.hpp"
#include "segment/region_outline.hpp"

namespace imgmine {
namespace {

constexpr double pi = 3.141592653589793;

using Wide = WideInteger;

/// What is counted of a region while its rows pass.
struct Region {
    std::int64_t area = 0;
    // Sums about the first pixel met, and of squares.
    std::int64_t y_first = 0, x_first = 0;
    std::int64_t y = 0, x = 0;
    Wide yy = 0, xx = 0, xy = 0;
    std::int64_t left = 0, right = 0;  // columns of the bounding box
    std::vector<RowSpan> rows;         // from y_first on

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

void count_runs(const std::vector<std::int32_t>& row, std::ptrdiff_t y,
                std::vector<Region>& regions) {
    for (std::size_t x = 0, end; x < row.size(); x = end) {
        for (end = x + 1; end < row.size() && row[end] == row[x];) ++end;
        if (row[x] > 0)
            regions[static_cast<std::size_t>(row[x] - 1)].add_run(y, static_cast<std::int64_t>(x),
                                                                  static_cast<std::int64_t>(end));
    }
}

RegionShape shape_of(const Region& region, const RegionOutline& outline) {
    RegionShape shape;
    if (region.area == 0) return shape;
    shape.area = static_cast<double>(region.area);
    shape.perimeter = outline.perimeter();
    const RegionAxes axes =
        region_axes(region.area, region.y, region.x, region.yy, region.xx, region.xy);
    shape.axis_major = axes.major, shape.axis_minor = axes.minor;
    shape.eccentricity = axes.eccentricity, shape.orientation = axes.orientation;
    shape.equivalent_diameter = std::sqrt(4 * shape.area / pi);
    shape.solidity = shape.area / static_cast<double>(convex_area(region.rows));
    shape.extent = shape.area / static_cast<double>((region.right - region.left + 1) *
                                                    static_cast<std::int64_t>(region.rows.size()));
    shape.euler_number = static_cast<double>(outline.euler_number());
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
    const auto load = [&](std::ptrdiff_t y, std::int32_t* row) {
        for (std::ptrdiff_t x = 0; x < image.width; ++x)
            row[x] = static_cast<std::int32_t>(
                std::is_same_v<T, std::uint8_t> ? image.row(y)[x] != 0 : image.row(y)[x]);
    };
    std::vector<std::int32_t> row(static_cast<std::size_t>(image.width));
    for (std::ptrdiff_t y = 0; y < image.height; ++y) {
        load(y, row.data());
        count_runs(row, y, regions);
    }
    const auto outlines = region_outlines(image.height, image.width, n, load);
    std::vector<RegionShape> result;
    for (std::size_t i = 0; i < n; ++i) result.push_back(shape_of(regions[i], outlines[i]));
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
