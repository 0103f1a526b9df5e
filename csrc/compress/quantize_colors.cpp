#include "compress/quantize_colors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "compress/color_candidates.hpp"

namespace imgmine {
namespace {

/// How many pixels fall into a cell, and what the lower bits of their colors add up to.
struct Cell {
    std::uint32_t count = 0;
    std::array<std::uint32_t, 3> sums = {};
};

using Color = std::array<double, 3>;

/// The mean color of a cell's pixels, and how many they are.
struct Point {
    Color color;
    double weight;
};

std::vector<Cell> count_cells(ImageView<const std::uint8_t> src) {
    std::vector<Cell> total(n_cells);
    std::mutex mutex;
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(row_grain(src.row_size(), 0.7), 16);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<Cell> cells(n_cells);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const std::uint8_t* rgb = src.row(y);
            for (std::ptrdiff_t x = 0; x < src.width; ++x, rgb += 3) {
                Cell& cell = cells[cell_of(rgb)];
                ++cell.count;
                for (std::size_t c = 0; c < 3; ++c) cell.sums[c] += rgb[c] & 7u;
            }
        }
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < n_cells; ++i) {
            total[i].count += cells[i].count;
            for (std::size_t c = 0; c < 3; ++c) total[i].sums[c] += cells[i].sums[c];
        }
    });
    return total;
}

std::vector<Point> points_of(const std::vector<Cell>& cells) {
    std::vector<Point> points;
    points.reserve(static_cast<std::size_t>(std::count_if(
        cells.begin(), cells.end(), [](const Cell& cell) { return cell.count > 0; })));
    for (std::size_t i = 0; i < n_cells; ++i) {
        if (cells[i].count == 0) continue;
        const double n = cells[i].count;
        const std::size_t corner[] = {i >> 10, i >> 5 & 31, i & 31};
        Point point{{}, n};
        for (std::size_t c = 0; c < 3; ++c)
            point.color[c] = static_cast<double>(corner[c] * 8) + cells[i].sums[c] / n;
        points.push_back(point);
    }
    return points;
}

/// A range of points, with the sums that say where its middle is and how far they are from it.
struct Box {
    std::size_t first, last;
    double weight = 0;
    Color mean = {}, error = {};  // squared error along each channel

    Box(const std::vector<Point>& points, std::size_t from, std::size_t to)
        : first(from), last(to) {
        for (std::size_t i = first; i < last; ++i) {
            weight += points[i].weight;
            for (std::size_t c = 0; c < 3; ++c) mean[c] += points[i].weight * points[i].color[c];
        }
        for (double& x : mean) x /= weight;
        for (std::size_t i = first; i < last; ++i)
            for (std::size_t c = 0; c < 3; ++c) {
                const double d = points[i].color[c] - mean[c];
                error[c] += points[i].weight * d * d;
            }
    }
    double total_error() const { return last - first > 1 ? error[0] + error[1] + error[2] : -1; }
    std::size_t longest() const {
        return static_cast<std::size_t>(std::max_element(error.begin(), error.end()) -
                                        error.begin());
    }
};

/// Sorts a box's points along its longest channel and returns where half of the weight is.
std::size_t median_of(std::vector<Point>& points, const Box& box) {
    const std::size_t c = box.longest();
    const auto at = [&](std::size_t i) { return points.begin() + static_cast<std::ptrdiff_t>(i); };
    std::stable_sort(at(box.first), at(box.last),
                     [c](const Point& a, const Point& b) { return a.color[c] < b.color[c]; });
    double weight = 0;
    std::size_t i = box.first;
    while (i + 1 < box.last && weight < box.weight / 2) weight += points[i++].weight;
    return std::max(i, box.first + 1);
}

std::vector<Color> median_cut(std::vector<Point>& points, std::size_t k) {
    std::vector<Box> boxes = {Box(points, 0, points.size())};
    while (boxes.size() < k) {
        const auto worst = std::max_element(
            boxes.begin(), boxes.end(),
            [](const Box& a, const Box& b) { return a.total_error() < b.total_error(); });
        if (worst->total_error() <= 0) break;
        const std::size_t middle = median_of(points, *worst);
        const Box upper(points, middle, worst->last);
        *worst = Box(points, worst->first, middle);
        boxes.push_back(upper);
    }
    std::vector<Color> colors;
    for (const Box& box : boxes) colors.push_back(box.mean);
    return colors;
}

double squared_distance(const Color& a, const Color& b) {
    double total = 0;
    for (std::size_t c = 0; c < 3; ++c) total += (a[c] - b[c]) * (a[c] - b[c]);
    return total;
}

std::size_t nearest(const Color& color, const std::vector<Color>& colors) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < colors.size(); ++i) {
        const double distance = squared_distance(color, colors[i]);
        if (distance < least) least = distance, best = i;
    }
    return best;
}

/// Lloyd's algorithm; a color that nothing is nearest to stays where it is.
void refine(const std::vector<Point>& points, std::vector<Color>& colors, int iterations) {
    std::vector<std::size_t> owners(points.size(), colors.size());
    for (int round = 0; round < iterations; ++round) {
        std::vector<Point> sums(colors.size(), Point{});
        bool moved = false;
        for (std::size_t i = 0; i < points.size(); ++i) {
            const std::size_t owner = nearest(points[i].color, colors);
            moved |= owner != owners[i];
            owners[i] = owner;
            sums[owner].weight += points[i].weight;
            for (std::size_t c = 0; c < 3; ++c)
                sums[owner].color[c] += points[i].weight * points[i].color[c];
        }
        if (!moved) return;
        for (std::size_t j = 0; j < colors.size(); ++j)
            if (sums[j].weight > 0)
                for (std::size_t c = 0; c < 3; ++c)
                    colors[j][c] = sums[j].color[c] / sums[j].weight;
    }
}

template <class Write>
void for_each_pixel(ImageView<const std::uint8_t> src, const std::vector<std::uint8_t>& palette,
                    const Write& write) {
    if (src.empty()) return;
    const Candidates candidates(palette);
    parallel_for(src.height, row_grain(src.width, 4),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     for (std::ptrdiff_t y = first; y < last; ++y)
                         for (std::ptrdiff_t x = 0; x < src.width; ++x)
                             write(y, x, candidates.nearest(src.row(y) + 3 * x));
                 });
}

}  // namespace

std::vector<std::uint8_t> color_palette(ImageView<const std::uint8_t> src, int k, int iterations) {
    require(src.channels == 3, "image must have 3 channels, got " + std::to_string(src.channels));
    require(k >= 1 && k <= 256, "k must be from 1 to 256, got " + std::to_string(k));
    require(iterations >= 0, "iterations must not be negative, got " + std::to_string(iterations));
    if (src.empty()) return {};
    std::vector<Point> points = points_of(count_cells(src));
    std::vector<Color> colors = median_cut(points, static_cast<std::size_t>(k));
    refine(points, colors, iterations);
    std::vector<std::array<std::uint8_t, 3>> rounded;
    for (const Color& color : colors) {
        auto& bytes = rounded.emplace_back();
        for (std::size_t c = 0; c < 3; ++c)
            bytes[c] = static_cast<std::uint8_t>(std::nearbyint(color[c]));
    }
    const auto light = [](const auto& rgb) { return 299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]; };
    std::sort(rounded.begin(), rounded.end(), [&](const auto& a, const auto& b) {
        return light(a) != light(b) ? light(a) < light(b) : a < b;
    });
    rounded.erase(std::unique(rounded.begin(), rounded.end()), rounded.end());
    std::vector<std::uint8_t> palette;
    for (const auto& rgb : rounded) palette.insert(palette.end(), rgb.begin(), rgb.end());
    return palette;
}

void nearest_colors(ImageView<const std::uint8_t> src, const std::vector<std::uint8_t>& palette,
                    ImageView<std::uint8_t> dst) {
    for_each_pixel(src, palette, [&](std::ptrdiff_t y, std::ptrdiff_t x, std::uint8_t place) {
        dst.row(y)[x] = place;
    });
}

void replace_colors(ImageView<const std::uint8_t> src, const std::vector<std::uint8_t>& palette,
                    ImageView<std::uint8_t> dst) {
    for_each_pixel(src, palette, [&](std::ptrdiff_t y, std::ptrdiff_t x, std::uint8_t place) {
        std::copy_n(palette.data() + 3 * place, 3, dst.row(y) + 3 * x);
    });
}

}  // namespace imgmine
