#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/parallel.hpp"
#include "filters/runs_pass.hpp"

namespace imgmine {

/// One pass of any footprint.
struct RunsStep {
    bool highest;
    Window window;
    std::vector<Run> runs;
};

/// Two passes, one after the other, in tiles: what the first makes of a tile and of what the second
/// sees around it lasts until the second has seen it. The first is made twice around the tiles'
/// edges, and nothing the size of the image is kept.
template <class T>
class TwoRunsPasses {
  public:
    TwoRunsPasses(ImageView<const T> src, ImageView<T> dst, const RunsStep& first,
                  const RunsStep& second, Border border)
        : src_(src), dst_(dst), first_(first), second_(second), border_(border) {}

    /// Filters the image in bands of at least `grain` rows.
    void run(std::ptrdiff_t grain) const {
        const Window& around = second_.window;
        const std::ptrdiff_t most =
            tile_bytes / (src_.channels * static_cast<std::ptrdiff_t>(sizeof(T)));
        const auto side = static_cast<std::ptrdiff_t>(std::sqrt(static_cast<double>(most)));
        // Not so small that most of the first pass would be made for what lies around.
        const std::ptrdiff_t width =
            std::min(src_.width, std::max(side - around.width() + 1, least(around.width())));
        const std::ptrdiff_t fits = most / (width + around.width() - 1) - around.height() + 1;
        const std::ptrdiff_t share = (src_.height + num_threads() - 1) / num_threads();
        const std::ptrdiff_t height =
            std::min({src_.height, std::max(fits, least(around.height())), std::max(share, grain)});
        const std::ptrdiff_t n_across = (src_.width + width - 1) / width;
        const std::ptrdiff_t n_down = (src_.height + height - 1) / height;
        parallel_for(n_down * n_across, 1, [&](std::ptrdiff_t start, std::ptrdiff_t end) {
            std::vector<T> between;
            for (std::ptrdiff_t i = start; i < end; ++i)
                tile(even(src_.height, i / n_across, n_down),
                     even(src_.width, i % n_across, n_across), between);
        });
    }

  private:
    static constexpr std::ptrdiff_t tile_bytes = 1 << 19;
    static std::ptrdiff_t least(std::ptrdiff_t side) { return std::max<std::ptrdiff_t>(32, side); }

    /// Part i of n of [0, size).
    static Span even(std::ptrdiff_t size, std::ptrdiff_t i, std::ptrdiff_t n) {
        return {size * i / n, size * (i + 1) / n};
    }

    /// What the second pass sees of the first's result. What lies outside the image comes from
    /// what is near the same edge, but for an image that is wrapped: there the first pass goes on.
    Span seen(Span part, Reach reach, std::ptrdiff_t size) const {
        const Span all{part.first - reach.left, part.last + reach.right};
        if (border_ == Border::wrap) return all;
        return {std::max<std::ptrdiff_t>(all.first, 0), std::min(all.last, size)};
    }

    void tile(Span rows, Span columns, std::vector<T>& between) const {
        const Window& around = second_.window;
        const Span high = seen(rows, around.rows, src_.height);
        const Span wide = seen(columns, around.columns, src_.width);
        const std::ptrdiff_t row_size = wide.size() * src_.channels;
        between.resize(static_cast<std::size_t>(high.size() * row_size));
        const ImageView<T> to{between.data(), high.size(), wide.size(), src_.channels, row_size};
        RunsPass<T>(src_, to, first_.highest, first_.window, first_.runs, border_).part(high, wide);
        const ImageView<const T> from{to.data, to.height, to.width, to.channels, to.row_stride};
        const ImageView<T> result{dst_.row(rows.first) + columns.first * src_.channels, rows.size(),
                                  columns.size(), src_.channels, dst_.row_stride};
        RunsPass<T>(from, result, second_.highest, second_.window, second_.runs, border_)
            .part({rows.first - high.first, rows.last - high.first},
                  {columns.first - wide.first, columns.last - wide.first});
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    const RunsStep& first_;
    const RunsStep& second_;
    Border border_;
};

}  // namespace imgmine
