#include "enhance/clahe.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "base/border.hpp"
#include "base/error.hpp"
#include "enhance/byte_counts.hpp"
#include "kernels/clahe.hpp"

namespace imgmine {
namespace {

using Gray = ImageView<const std::uint8_t>;

/// Tiles along one side of the image, and between which two a pixel lies.
struct Axis {
    std::ptrdiff_t n_tiles, size;  // of a tile, in pixels
    std::vector<int> before;       // the tile before each pixel; -1 in front of the first centre
    std::vector<float> next;       // weight of the tile after it

    Axis(std::ptrdiff_t n, std::ptrdiff_t tiles, bool padded)
        : n_tiles(tiles), size((padded ? n + tiles - n % tiles : n) / tiles) {
        const float scale = 1.0f / static_cast<float>(size);
        for (std::ptrdiff_t i = 0; i < n; ++i) {
            const float at = static_cast<float>(i) * scale - 0.5f;
            before.push_back(static_cast<int>(std::floor(at)));
            next.push_back(at - std::floor(at));
        }
    }
    std::ptrdiff_t tile(std::ptrdiff_t i) const {
        return std::clamp<std::ptrdiff_t>(i, 0, n_tiles - 1);
    }
    /// The end of the pixels from i on, below `last`, that lie between the same two tiles.
    std::ptrdiff_t end_of_cell(std::ptrdiff_t i, std::ptrdiff_t last) const {
        const auto from = before.begin();
        return std::upper_bound(from + i, from + last, from[i]) - from;
    }
};

std::vector<std::uint64_t> count_tile(Gray src, std::ptrdiff_t top, std::ptrdiff_t left,
                                      std::ptrdiff_t height, std::ptrdiff_t width,
                                      ByteCounts& counts) {
    const std::ptrdiff_t inside = std::clamp<std::ptrdiff_t>(src.width - left, 0, width);
    for (std::ptrdiff_t y = top; y < top + height; ++y) {
        const std::uint8_t* row = src.row(border_index(Border::reflect101, y, src.height));
        const std::uint8_t* later = src.row(std::min(y + 4, src.height - 1)) + left;
        for (std::ptrdiff_t x = 0; x < inside; x += 64) __builtin_prefetch(later + x);
        counts.add(row + left, inside);
        for (std::ptrdiff_t x = left + inside; x < left + width; ++x)
            counts.add(row + border_index(Border::reflect101, x, src.width), 1);
    }
    return counts.take();
}

/// Cuts counts off at `limit` and shares out what was cut: the same to all, and one more to every
/// so many until nothing is left.
void clip(std::vector<std::uint64_t>& counts, std::uint64_t limit) {
    std::uint64_t clipped = 0;
    for (std::uint64_t& count : counts) {
        clipped += count - std::min(count, limit);
        count = std::min(count, limit);
    }
    for (std::uint64_t& count : counts) count += clipped / 256;
    const std::uint64_t rest = clipped % 256;
    const std::uint64_t step = rest ? std::max<std::uint64_t>(256 / rest, 1) : 1;
    for (std::uint64_t i = 0; i < rest; ++i) ++counts[i * step];
}

void make_table(std::vector<std::uint64_t> counts, double n, double clip_limit,
                std::uint8_t* table) {
    if (clip_limit > 0)
        clip(counts, static_cast<std::uint64_t>(std::clamp(clip_limit * n / 256, 1.0, n)));
    const float scale = 255.0f / static_cast<float>(n);
    std::uint64_t sum = 0;
    for (std::size_t v = 0; v < 256; ++v) {
        sum += counts[v];
        const float level = std::nearbyint(static_cast<float>(sum) * scale);
        table[v] = static_cast<std::uint8_t>(std::min(level, 255.0f));
    }
}

std::vector<std::uint8_t> tile_tables(Gray src, const Axis& y, const Axis& x, double clip_limit) {
    std::vector<std::uint8_t> tables(static_cast<std::size_t>(y.n_tiles * x.n_tiles * 256));
    const std::ptrdiff_t tile_size = y.size * x.size;
    parallel_for(y.n_tiles * x.n_tiles, row_grain(tile_size, 0.5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     ByteCounts counts(tile_size);
                     for (std::ptrdiff_t i = first; i < last; ++i)
                         make_table(count_tile(src, i / x.n_tiles * y.size, i % x.n_tiles * x.size,
                                               y.size, x.size, counts),
                                    static_cast<double>(tile_size), clip_limit,
                                    tables.data() + 256 * i);
                 });
    return tables;
}

void clahe_of_plane(Gray src, ImageView<std::uint8_t> dst, const Clahe& options) {
    const bool padded = src.height % options.rows != 0 || src.width % options.columns != 0;
    const Axis rows(src.height, options.rows, padded), columns(src.width, options.columns, padded);
    const auto tables = tile_tables(src, rows, columns, options.clip_limit);
    const auto table = [&](int row, int column) {
        return tables.data() + 256 * (rows.tile(row) * columns.n_tiles + columns.tile(column));
    };
    parallel_for(src.height, row_grain(src.width, 0.5), [&](std::ptrdiff_t y, std::ptrdiff_t last) {
        for (std::ptrdiff_t next_y; y < last; y = next_y) {
            next_y = rows.end_of_cell(y, last);
            const int row = rows.before[static_cast<std::size_t>(y)];
            for (std::ptrdiff_t x = 0, next_x; x < src.width; x = next_x) {
                next_x = columns.end_of_cell(x, src.width);
                const int column = columns.before[static_cast<std::size_t>(x)];
                clahe_kernels().blend_tables({src.row(y) + x,
                                              src.row_stride,
                                              dst.row(y) + x,
                                              dst.row_stride,
                                              static_cast<std::size_t>(next_y - y),
                                              static_cast<std::size_t>(next_x - x),
                                              {table(row, column), table(row, column + 1),
                                               table(row + 1, column), table(row + 1, column + 1)},
                                              columns.next.data() + x,
                                              rows.next.data() + y});
            }
        }
    });
}

}  // namespace

void clahe(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst, const Clahe& options) {
    require(std::isfinite(options.clip_limit) && options.clip_limit >= 0,
            "clip_limit must be finite and at least 0, got " + std::to_string(options.clip_limit));
    require(
        options.rows >= 1 && options.rows <= 256 && options.columns >= 1 && options.columns <= 256,
        "grid must be two numbers from 1 to 256, got (" + std::to_string(options.rows) + ", " +
            std::to_string(options.columns) + ")");
    require(src.channels == 1,
            "image must have one channel (of a color image, treat the lightness), got " +
                std::to_string(src.channels));
    if (!src.empty()) clahe_of_plane(src, dst, options);
}

}  // namespace imgmine
