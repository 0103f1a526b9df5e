#include "segment/find_boundaries.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/runs.hpp"

namespace imgmine {
namespace {

/// Three rows around y, with the outermost pixels once more outside of the image.
class ThreeRows {
  public:
    ThreeRows(ImageView<const std::int32_t> image, std::ptrdiff_t y) : image_(image) {
        for (auto& row : rows_) row.resize(static_cast<std::size_t>(image.width) + 2);
        for (std::ptrdiff_t i = 0; i < 3; ++i) load(y - 1 + i, rows_[i]);
    }
    void move_down(std::ptrdiff_t y) {
        std::rotate(rows_, rows_ + 1, rows_ + 3);
        load(y + 1, rows_[2]);
    }
    const std::int32_t* operator[](std::size_t i) const { return rows_[i].data() + 1; }

  private:
    void load(std::ptrdiff_t y, std::vector<std::int32_t>& row) const {
        const std::int32_t* const in =
            image_.row(std::clamp<std::ptrdiff_t>(y, 0, image_.height - 1));
        std::copy_n(in, image_.width, row.data() + 1);
        row.front() = in[0];
        row.back() = in[image_.width - 1];
    }

    ImageView<const std::int32_t> image_;
    std::vector<std::int32_t> rows_[3];
};

bool is_between_regions(const ThreeRows& rows, std::ptrdiff_t x) {
    const std::int32_t label = rows[1][x];
    for (std::size_t i = 0; i < 3; ++i)
        for (std::ptrdiff_t j = x - 1; j <= x + 1; ++j)
            if (rows[i][j] != 0 && rows[i][j] != label) return true;
    return false;
}

void keep(BoundaryMode mode, const ThreeRows& rows, std::ptrdiff_t width, std::uint8_t* out) {
    if (mode == BoundaryMode::inner)
        for (std::ptrdiff_t x = 0; x < width; ++x) out[x] &= rows[1][x] != 0;
    if (mode == BoundaryMode::outer)
        for (std::ptrdiff_t x = 0; x < width; ++x)
            if (out[x] && rows[1][x] != 0) out[x] = is_between_regions(rows, x);
}

}  // namespace

BoundaryMode boundary_mode_from_name(std::string_view name) {
    if (name == "thick") return BoundaryMode::thick;
    if (name == "inner") return BoundaryMode::inner;
    require(name == "outer",
            "mode must be 'thick', 'inner' or 'outer', got '" + std::string(name) + "'");
    return BoundaryMode::outer;
}

void find_boundaries(ImageView<const std::int32_t> labels, BoundaryMode mode, int connectivity,
                     ImageView<std::uint8_t> dst) {
    require(connectivity == 4 || connectivity == 8,
            "connectivity must be 4 or 8, got " + std::to_string(connectivity));
    if (labels.empty()) return;
    const auto each_row = [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        ThreeRows rows(labels, first);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            if (y > first) rows.move_down(y);
            run_kernels().edges_i32(rows[0], rows[1], rows[2],
                                    static_cast<std::size_t>(labels.width), connectivity == 8,
                                    dst.row(y));
            keep(mode, rows, labels.width, dst.row(y));
        }
    };
    parallel_for(labels.height, row_grain(labels.width, 0.5), each_row);
}

}  // namespace imgmine
