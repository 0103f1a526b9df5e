#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"

namespace imgmine {

/// What is counted along the border of a region.
struct RegionOutline {
    std::int64_t straight = 0, diagonal = 0, mixed = 0;  ///< pixels of the border
    std::int64_t quads = 0;                              ///< four times the Euler number

    void operator+=(const RegionOutline& other) {
        straight += other.straight, diagonal += other.diagonal, mixed += other.mixed;
        quads += other.quads;
    }
    double perimeter() const {
        const double sqrt2 = std::sqrt(2.0);
        return static_cast<double>(straight) + static_cast<double>(diagonal) * sqrt2 +
               static_cast<double>(mixed) * ((1 + sqrt2) / 2);
    }
    std::int64_t euler_number() const { return quads / 4; }
};

/// What rows of a label image have of the outlines of its regions 1, 2 ... n; load(y, row) writes
/// row y.
template <class Load>
class OutlineCounter {
  public:
    OutlineCounter(std::ptrdiff_t height, std::ptrdiff_t width, const Load& load)
        : height_(height), load_(load), zeros_(static_cast<std::size_t>(width) + 2) {
        for (auto& row : rows_) row = zeros_;
        for (auto& row : borders_) row.assign(zeros_.size(), 0);
    }

    /// Adds what rows from `first` to before `last` have; the last rows also the lower edge.
    void count(std::ptrdiff_t first, std::ptrdiff_t last, std::vector<RegionOutline>& regions) {
        const std::ptrdiff_t last_quads = last == height_ ? last + 1 : last;
        // Row y is loaded, the borders of y - 1 are marked, and those of y - 2 counted.
        for (std::ptrdiff_t y = first - 2; y < last + 2; ++y) {
            load_below(y);
            mark_border();
            if (y >= first + 2) count_borders(regions);
            if (y >= first && y < last_quads) count_quads(regions);
        }
    }

  private:
    /// Moves on to row y + 1: then rows_[1] is y - 2, rows_[2] is y - 1 and rows_[3] is y.
    void load_below(std::ptrdiff_t y) {
        std::rotate(rows_, rows_ + 1, rows_ + 4);
        if (y >= 0 && y < height_)
            load_(y, rows_[3].data() + 1);
        else
            rows_[3] = zeros_;
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

    /// Counts a pixel of the border by its neighbors on it: how scikit-image weighs them.
    static void count_border(RegionOutline& region, int beside, int diagonal) {
        const int code = 1 + 2 * beside + 10 * diagonal;
        if (code == 5 || code == 7 || code == 15 || code == 17 || code == 25 || code == 27)
            ++region.straight;
        else if (code == 21 || code == 33)
            ++region.diagonal;
        else if (code == 13 || code == 23)
            ++region.mixed;
    }

    void count_borders(std::vector<RegionOutline>& regions) const {
        const auto &up = borders_[0], &row = borders_[1], &down = borders_[2];
        for (std::size_t x = 1; x + 1 < row.size(); ++x) {
            const std::int32_t v = row[x];
            if (v == 0) continue;
            const int beside =
                (up[x] == v) + (down[x] == v) + (row[x - 1] == v) + (row[x + 1] == v);
            const int diagonal =
                (up[x - 1] == v) + (up[x + 1] == v) + (down[x - 1] == v) + (down[x + 1] == v);
            count_border(regions[static_cast<std::size_t>(v - 1)], beside, diagonal);
        }
    }

    /// Squares of four pixels: one of them in a region counts 1, three -1, two that only meet at
    /// their corners -2. The sum is four times the number of pieces less holes, pixels joined by
    /// corners.
    void count_quads(std::vector<RegionOutline>& regions) const {
        const auto &up = rows_[2], &row = rows_[3];
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

    std::ptrdiff_t height_;
    const Load& load_;
    std::vector<std::int32_t> zeros_, rows_[4], borders_[3];
};

/// The outlines of the regions 1, 2 ... n of a label image whose row y is written by load(y, row),
/// which several threads call.
template <class Load>
std::vector<RegionOutline> region_outlines(std::ptrdiff_t height, std::ptrdiff_t width,
                                           std::size_t n, const Load& load) {
    std::vector<RegionOutline> regions(n);
    std::mutex mutex;
    // A thread reads rows around its own ones, and has a table of all regions.
    const std::ptrdiff_t grain =
        8 + row_grain(width, 4) + static_cast<std::ptrdiff_t>(n) / (width + 1);
    parallel_for(height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        std::vector<RegionOutline> mine(n);
        OutlineCounter<Load>(height, width, load).count(first, last, mine);
        const std::lock_guard lock(mutex);
        for (std::size_t i = 0; i < n; ++i) regions[i] += mine[i];
    });
    return regions;
}

}  // namespace imgmine
