#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/image.hpp"

namespace imgmine {

/// A corner of pixels: pixel (row, column) is the square from (column, row) to (column + 1,
/// row + 1).
struct PixelCorner {
    std::int32_t x, y;

    bool operator==(const PixelCorner&) const = default;
};

class PolygonTracer {
  public:
    explicit PolygonTracer(ImageView<const std::uint8_t> mask)
        : mask_(mask),
          stride_(mask.width + 1),
          ways_(static_cast<std::size_t>((mask.height + 1) * stride_), 0),
          owner_(ways_.size(), 0) {}

    std::vector<std::vector<PixelCorner>> trace() {
        mark_sides();
        for (std::int32_t y = 0; y <= mask_.height; ++y)
            for (std::int32_t x = 0; x < stride_; ++x)
                while (ways_[at({x, y})] != 0) add_line({x, y});
        for (Line& piece : pieces_) leave_out_straight(piece);
        return std::move(pieces_);
    }

  private:
    using Line = std::vector<PixelCorner>;

    /// Directions with the region at the right hand: east, south, west, north.
    static constexpr int n_directions = 4;
    static constexpr std::int32_t step_x[] = {1, 0, -1, 0}, step_y[] = {0, 1, 0, -1};

    std::size_t at(PixelCorner p) const { return static_cast<std::size_t>(p.y * stride_ + p.x); }

    bool is_set(std::ptrdiff_t y, std::ptrdiff_t x) const {
        return y >= 0 && x >= 0 && y < mask_.height && x < mask_.width && mask_.row(y)[x] != 0;
    }

    /// A bit for each direction in which a side begins at a corner.
    void mark_sides() {
        for (std::int32_t y = 0; y < mask_.height; ++y)
            for (std::int32_t x = 0; x < mask_.width; ++x) {
                if (!is_set(y, x)) continue;
                if (!is_set(y - 1, x)) ways_[at({x, y})] |= 1;
                if (!is_set(y, x + 1)) ways_[at({x + 1, y})] |= 2;
                if (!is_set(y + 1, x)) ways_[at({x + 1, y + 1})] |= 4;
                if (!is_set(y, x - 1)) ways_[at({x, y + 1})] |= 8;
            }
    }

    /// Adds the closed line that begins at its uppermost, then leftmost corner: a piece, or a hole
    /// of the piece that is found above.
    void add_line(PixelCorner start) {
        const auto number = static_cast<std::int32_t>(piece_of_.size());
        std::int64_t area = 0;
        Line line = follow(start, number, area);
        if (area > 0) {
            piece_of_.push_back(pieces_.size());
            pieces_.push_back(std::move(line));
            return;
        }
        PixelCorner above{start.x, start.y - 1};
        while (is_set(above.y - 1, above.x)) --above.y;
        const std::size_t host = piece_of_[static_cast<std::size_t>(owner_[at(above)])];
        piece_of_.push_back(host);
        line.push_back(start);
        line.push_back(above);
        Line& piece = pieces_[host];
        piece.insert(std::find(piece.begin(), piece.end(), above) + 1, line.begin(), line.end());
    }

    /// Takes one closed line out of the sides; where two cross, it stays at its pixel. `area`
    /// becomes twice what it goes around, negative for a hole.
    Line follow(PixelCorner start, std::int32_t number, std::int64_t& area) {
        const int first = std::countr_zero(ways_[at(start)]);
        Line line;
        PixelCorner p = start;
        for (int direction = first;;) {
            std::uint8_t& ways = ways_[at(p)];
            ways = static_cast<std::uint8_t>(ways & ~(1 << direction));
            if (direction == 0) owner_[at(p)] = number;
            line.push_back(p);
            const PixelCorner q{p.x + step_x[direction], p.y + step_y[direction]};
            area += std::int64_t{p.x} * q.y - std::int64_t{q.x} * p.y;
            p = q;
            int onwards = direction;
            for (const int turn : {1, 0, 3}) {
                onwards = (direction + turn) % n_directions;
                if (p == start && onwards == first) return line;
                if (ways_[at(p)] >> onwards & 1) break;
            }
            direction = onwards;
        }
    }

    static void leave_out_straight(Line& line) {
        const auto sign = [](std::int32_t v) { return (v > 0) - (v < 0); };
        Line corners;
        for (std::size_t i = 0, n = line.size(); i < n; ++i) {
            const PixelCorner &before = line[i == 0 ? n - 1 : i - 1], &p = line[i];
            const PixelCorner& after = line[i + 1 == n ? 0 : i + 1];
            if (sign(p.x - before.x) != sign(after.x - p.x) ||
                sign(p.y - before.y) != sign(after.y - p.y))
                corners.push_back(p);
        }
        line = std::move(corners);
    }

    ImageView<const std::uint8_t> mask_;
    std::ptrdiff_t stride_;
    std::vector<std::uint8_t> ways_;
    std::vector<std::int32_t> owner_;    // the line of the side that goes east from each corner
    std::vector<std::size_t> piece_of_;  // of each line
    std::vector<Line> pieces_;
};

/// The pieces of a mask (what is not 0, connected by sides) as closed lines along the sides of
/// pixels, clockwise, in the order of their first pixels; without points at which a line goes
/// straight on. A hole is joined to its piece by a cut of no width, there and back, so that filling
/// by the even-odd rule gives the mask again.
inline std::vector<std::vector<PixelCorner>> region_polygons(ImageView<const std::uint8_t> mask) {
    return PolygonTracer(mask).trace();
}

}  // namespace imgmine
