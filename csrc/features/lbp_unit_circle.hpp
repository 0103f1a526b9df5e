#pragma once

#include <array>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "features/lbp.hpp"

namespace imgmine {

/// How far a place at `offset` from row or column i is behind the one before it.
inline double behind(std::ptrdiff_t i, double offset) {
    const double place = static_cast<double>(i) + offset;
    return place - std::floor(place);
}

/// Patterns of 8 points at distance 1, in whole numbers (kernels/lbp.cpp says how).
class UnitCircle {
  public:
    static bool is_one(const LbpOptions& options) {
        constexpr double s = 0.70711;
        const std::vector<double> rows = {0, -s, -1, -s, 0, s, 1, s};
        const std::vector<double> columns = {1, s, 0, -s, -1, -s, 0, s};
        return options.rows == rows && options.columns == columns;
    }

    UnitCircle(std::ptrdiff_t height, std::ptrdiff_t width, const std::uint8_t* codes)
        : height_(height),
          width_(width),
          codes_(codes),
          blocks_((static_cast<std::size_t>(width) + 63) / 64),
          stride_(64 * (blocks_ + 2)),
          rows_(3 * stride_),
          last_(64),
          ties_(4 * blocks_) {
        side_[0] = Side(width, diagonal);
        side_[1] = Side(width, -diagonal);
    }

    bool holds(std::ptrdiff_t y) const { return held_[slot(y)] == y; }
    /// Keeps a row of the image until row y + 3 comes.
    void hold(std::ptrdiff_t y, const std::uint8_t* pixels) {
        held_[slot(y)] = y;
        lbp_kernels().widen_64(pixels, static_cast<std::size_t>(width_),
                               rows_.data() + slot(y) * stride_ + 64);
    }

    /// Writes the codes of row y, which is held, as are the rows above and below it that the image
    /// has; rows are asked for in rising order.
    void row(std::ptrdiff_t y, std::uint8_t* codes) {
        fill_ties(y);
        const LbpCircleRow circle{widened(y - 1),
                                  widened(y),
                                  widened(y + 1),
                                  {side_[0].places.data(), side_[1].places.data()},
                                  {above_, below_},
                                  ties_.data(),
                                  codes_};
        const std::size_t whole = static_cast<std::size_t>(width_) / 64;
        lbp_kernels().unit_circle(circle, whole, codes);
        if (whole == blocks_) return;
        LbpCircleRow rest = circle;
        for (auto* row : {&rest.up, &rest.mid, &rest.down}) *row += 64 * whole;
        for (auto& right : rest.right) right += 64 * whole;
        rest.ties += 4 * whole;
        lbp_kernels().unit_circle(rest, 1, last_.data());
        std::copy(last_.begin(), last_.begin() + width_ % 64, codes + 64 * whole);
    }

  private:
    static constexpr double diagonal = 0.70711;

    /// Places to one side of their columns: how far they are between two of them changes where
    /// column numbers need one more bit, as a double has no more than 53.
    struct Side {
        std::vector<double> places;                // of each column
        std::vector<int> block_class;              // -1: not the same within the block
        std::vector<double> right;                 // of each class
        std::vector<std::array<double, 256>> row;  // what flat rows of each value give there
        // For places above and below the row; of each class, a flag for each value.
        std::vector<std::array<std::uint8_t, 256>> above, below;

        Side() = default;
        Side(std::ptrdiff_t width, double offset) {
            for (std::ptrdiff_t x = 0; x < width; x += 64) {
                for (std::ptrdiff_t i = x; i < x + 64; ++i) places.push_back(behind(i, offset));
                const double first = behind(x, offset), last = behind(x + 63, offset);
                if (first != last || x == 0) {
                    block_class.push_back(-1);
                    continue;
                }
                if (right.empty() || right.back() != first) {
                    right.push_back(first);
                    add_row(first);
                }
                block_class.push_back(static_cast<int>(right.size()) - 1);
            }
            above.resize(right.size());
            below.resize(right.size());
        }
        void add_row(double place) {
            auto& values = row.emplace_back();
            for (std::size_t v = 0; v < 256; ++v) {
                const auto value = static_cast<double>(v);
                values[v] = (1 - place) * value + place * value;
            }
        }
        static void fill(const std::vector<std::array<double, 256>>& rows, double place,
                         std::vector<std::array<std::uint8_t, 256>>& flags) {
            for (std::size_t k = 0; k < rows.size(); ++k)
                lbp_kernels().flat_not_below(rows[k].data(), place, flags[k].data());
        }
    };

    /// Brings the tables of ties up to date for row y.
    void fill_ties(std::ptrdiff_t y) {
        const double above = behind(y, -diagonal), below = behind(y, diagonal);
        if (above == above_ && below == below_) return;
        for (Side& side : side_) {
            if (above != above_) Side::fill(side.row, above, side.above);
            if (below != below_) Side::fill(side.row, below, side.below);
        }
        above_ = above;
        below_ = below;
        for (std::size_t i = 0; i < blocks_; ++i) {
            const int right = side_[0].block_class[i], left = side_[1].block_class[i];
            const auto table = [](auto& tables, int k) {
                return k < 0 ? nullptr : tables[static_cast<std::size_t>(k)].data();
            };
            ties_[4 * i] = table(side_[0].above, right);
            ties_[4 * i + 1] = table(side_[1].above, left);
            ties_[4 * i + 2] = table(side_[1].below, left);
            ties_[4 * i + 3] = table(side_[0].below, right);
        }
    }

    static std::size_t slot(std::ptrdiff_t y) { return static_cast<std::size_t>((y + 3) % 3); }

    const std::int16_t* widened(std::ptrdiff_t y) {
        std::int16_t* row = rows_.data() + slot(y) * stride_ + 64;
        if (y < 0 || y >= height_) std::fill(row, row + 64 * blocks_, std::int16_t{0});
        return row;
    }

    std::ptrdiff_t height_, width_;
    const std::uint8_t* codes_;
    std::size_t blocks_, stride_;
    std::vector<std::int16_t> rows_;  // three, 64 times the pixels, zeros around them
    std::array<std::ptrdiff_t, 3> held_{-9, -9, -9};
    std::vector<std::uint8_t> last_;  // codes of a block that is not whole
    std::array<Side, 2> side_;
    std::vector<const std::uint8_t*> ties_;
    double above_ = -1, below_ = -1;
};

}  // namespace imgmine
