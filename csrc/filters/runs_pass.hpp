#pragma once

#include <algorithm>
#include <vector>

#include "filters/extremes.hpp"

namespace imgmine {

/// A run of pixels that count in a row of a footprint, relative to the anchor.
struct Run {
    std::ptrdiff_t y, x, length;
};

/// Rows, or columns, [first, last).
struct Span {
    std::ptrdiff_t first, last;
    std::ptrdiff_t size() const { return last - first; }
};

/// The lowest (or highest) pixel under any footprint. Each row of the image is kept with its
/// extremes over 2, 4, 8, ... pixels; a run is the extreme of two of those that cover it.
template <class T>
class RunsPass {
  public:
    using Key = KeyOf<T>;

    RunsPass(ImageView<const T> src, ImageView<T> dst, bool highest, const Window& window,
             const std::vector<Run>& runs, Border border)
        : src_(src),
          dst_(dst),
          loops_(extreme_loops<T>(highest)),
          window_(window),
          runs_(runs),
          n_levels_(levels_of(runs)),
          strip_(src, border, window.columns, max_width(), window.height()),
          levels_((n_levels_ - 1) * window.height(),
                  (std::min(max_width(), src.width) + window.width() - 1) * src.channels),
          target_(std::min(max_width(), src.width) * src.channels) {}

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        const ImageView<T> all = dst_;
        dst_.data = all.row(first);
        part({first, last}, {0, src_.width});
        dst_ = all;
    }

    /// Writes what belongs to a part of the image, or of what lies around it, to the start of
    /// `dst`.
    void part(Span rows, Span columns) {
        const std::ptrdiff_t most = std::min(max_width(), src_.width);
        in_strips(columns.size(), most, [&](std::ptrdiff_t left, std::ptrdiff_t right) {
            strip_.choose(columns.first + left, columns.first + right);
            for (std::ptrdiff_t y = rows.first - window_.rows.left;
                 y < rows.first + window_.rows.right; ++y)
                load(y);
            for (std::ptrdiff_t y = rows.first; y < rows.last; ++y) {
                load(y + window_.rows.right);
                std::vector<const Key*>& parts = parts_;
                parts.clear();
                for (const Run& run : runs_) add_run(y, run);
                T* const out = dst_.row(y - rows.first) + left * src_.channels;
                Key* const keys = target_.start(out, (right - left) * src_.channels);
                loops_.of_rows(parts.data(), parts.size(), keys, target_.size());
                target_.finish();
            }
        });
    }

  private:
    static std::ptrdiff_t levels_of(const std::vector<Run>& runs) {
        std::ptrdiff_t n = 1;
        for (const Run& run : runs)
            while (std::ptrdiff_t{1} << n <= run.length) ++n;
        return n;
    }

    // All rows together in less than a megabyte, but not more room beside a strip than in it.
    std::ptrdiff_t max_width() const {
        const std::ptrdiff_t rows = n_levels_ * window_.height() * src_.channels;
        const std::ptrdiff_t fits = (7 << 17) / (rows * static_cast<std::ptrdiff_t>(sizeof(T)));
        return std::max({std::ptrdiff_t{64}, window_.width(), fits - window_.width()});
    }

    Key* level(std::ptrdiff_t y, std::ptrdiff_t k) {
        const std::ptrdiff_t slot = (y % window_.height() + window_.height()) % window_.height();
        return levels_[slot * (n_levels_ - 1) + k - 1];
    }

    void load(std::ptrdiff_t y) {
        const Key* in = strip_.load(y);
        for (std::ptrdiff_t k = 1; k < n_levels_; ++k) {
            const std::ptrdiff_t size = (strip_.width() + 1 - (std::ptrdiff_t{1} << k));
            const std::size_t shifts[2] = {
                0, static_cast<std::size_t>((std::ptrdiff_t{1} << (k - 1)) * src_.channels)};
            Key* const out = level(y, k);
            if (size > 0)
                loops_.of_shifted(in, shifts, 2, out,
                                  static_cast<std::size_t>(size * src_.channels));
            in = out;
        }
    }

    void add_run(std::ptrdiff_t y, const Run& run) {
        std::ptrdiff_t k = 0;
        while (std::ptrdiff_t{2} << k <= run.length) ++k;
        const Key* const row = k ? level(y + run.y, k) : strip_.row(y + run.y);
        const Key* const first = row + (run.x + window_.columns.left) * src_.channels;
        parts_.push_back(first);
        if (const std::ptrdiff_t rest = run.length - (std::ptrdiff_t{1} << k))
            parts_.push_back(first + rest * src_.channels);
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    const ExtremeLoops<Key>& loops_;
    Window window_;
    const std::vector<Run>& runs_;
    std::ptrdiff_t n_levels_;
    Strip<T> strip_;
    Rows<Key> levels_;
    Target<T> target_;
    std::vector<const Key*> parts_;
};

}  // namespace imgmine
