#pragma once

#include <algorithm>
#include <vector>

#include "filters/extremes.hpp"

namespace imgmine {

/// Bytes of rows that a pass may keep so that it reads each row of the image once.
constexpr std::ptrdiff_t max_kept = 900 << 10;

/// The lowest (or highest) pixel of a rectangle around each, in one pass over the image: downwards
/// three operations a pixel for any height (van Herk 1992; Gil and Werman 1993), sideways windows
/// of 4, 16, 64, ... pixels made of four of the size before.
template <class T>
class RectanglePass {
  public:
    using Key = KeyOf<T>;

    RectanglePass(ImageView<const T> src, ImageView<T> dst, bool highest, const Window& window,
                  Border border)
        : src_(src),
          dst_(dst),
          loops_(extreme_loops<T>(highest)),
          window_(window),
          border_(border),
          row_(2, padded_size()),
          extremes_(3, padded_size()),
          read_(std::is_same_v<T, Key> ? 1 : 4, src.row_size()),
          kept_(keeps(src, window) ? window.height() : 0, src.row_size()) {
        for (std::ptrdiff_t x = -window.columns.left; x < 0; ++x) note_outside(x);
        for (std::ptrdiff_t x = 0; x < window.columns.right; ++x) note_outside(src.width + x);
    }

    /// Whether the rows of a window are few enough to be kept.
    static bool keeps(ImageView<const T> src, const Window& window) {
        return window.height() * src.row_size() * static_cast<std::ptrdiff_t>(sizeof(T)) <=
               max_kept;
    }

    /// Gets ready to write rows [first, last) where they are read, while others write the rows
    /// around them. Only where rows are kept.
    void prepare_in_place(std::ptrdiff_t first, std::ptrdiff_t last) {
        around_ = Rows<Key>(window_.height(), src_.row_size());
        std::ptrdiff_t k = 0;
        for (std::ptrdiff_t y = first - window_.rows.left; y < first; ++y)
            std::copy_n(read(y), src_.row_size(), around_[k++]);
        for (std::ptrdiff_t y = last; y < last + window_.rows.right; ++y)
            std::copy_n(read(y), src_.row_size(), around_[k++]);
        in_place_ = true;
        first_ = first;
        last_ = last;
    }

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t height = window_.height();
        if (height == 1) {
            for (std::ptrdiff_t y = first; y < last; ++y) {
                copy_keys(src_.row(y), middle(0), src_.row_size());
                sideways(0, y);
            }
        } else if (height <= 3 && !in_place_) {
            two_by_two(first, last);
        } else {
            const bool keeps_rows = keeps(src_, window_);
            for (std::ptrdiff_t y = first; y < last; y += height) {
                if (keeps_rows)
                    kept_block(y, std::min(y + height, last), y == first);
                else
                    block(y, std::min(y + height, last));
            }
        }
    }

  private:
    struct Outside {
        std::ptrdiff_t to, from;
    };
    void note_outside(std::ptrdiff_t x) {
        outside_.push_back({x, border_index(border_, x, src_.width)});
    }

    /// The middle of a row starts with a cache line.
    std::ptrdiff_t left() const {
        const std::ptrdiff_t n = window_.columns.left * src_.channels;
        return (n + register_room - 1) / register_room * register_room;
    }
    std::ptrdiff_t padded_size() const {
        return left() + src_.row_size() + window_.columns.right * src_.channels;
    }
    Key* middle(std::ptrdiff_t i) { return row_[i] + left(); }

    /// Row y, which may lie outside, as keys; floats are converted into a place for row y % 4.
    const Key* read(std::ptrdiff_t y) {
        if constexpr (std::is_same_v<T, Key>) {
            const std::ptrdiff_t from = border_index(border_, y, src_.height);
            return from < 0 ? read_[0] : src_.row(from);
        } else {
            return read_into(y, read_[y & 3]);
        }
    }

    Key* read_into(std::ptrdiff_t y, Key* out) {
        if (in_place_ && (y < first_ || y >= last_)) {
            const std::ptrdiff_t k =
                y < first_ ? y - first_ + window_.rows.left : y - last_ + window_.rows.left;
            return std::copy_n(around_[k], src_.row_size(), out), out;
        }
        const std::ptrdiff_t from = border_index(border_, y, src_.height);
        if (from < 0)
            std::fill_n(out, src_.row_size(), Key{0});
        else
            copy_keys(src_.row(from), out, src_.row_size());
        return out;
    }

    /// Heights of 2 and 3: two rows of results share the rows in the middle.
    void two_by_two(std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t height = window_.height();
        const Key* rows[4];
        for (std::ptrdiff_t y = first; y < last; y += 2) {
            const std::ptrdiff_t top = y - window_.rows.left;
            for (std::ptrdiff_t k = y == first ? 0 : 2; k <= height; ++k) rows[k] = read(top + k);
            if (height == 3) {
                loops_.of_three_rows(rows, middle(0), middle(1), size());
            } else {
                loops_.of_two(rows[0], rows[1], middle(0), size());
                loops_.of_two(rows[1], rows[2], middle(1), size());
            }
            sideways(0, y);
            if (y + 1 < last) sideways(1, y + 1);
            rows[0] = rows[2];
            rows[1] = height == 3 ? rows[3] : read(top + 3);
        }
    }

    // Blocks of as many rows of results as a window has: one row of the image, `split`, is in all
    // of their windows. Extremes from each window's first row to that row, made upwards, wait;
    // those of the rows behind it are made downwards and meet them.

    /// Row y for now and, in place k of the rows that are kept, for the next block: floats and
    /// rows that will be overwritten are copied, others are read twice.
    const Key* keep(std::ptrdiff_t y, std::ptrdiff_t k) {
        return must_copy() ? read_into(y, kept_[k]) : read(y);
    }
    bool must_copy() const { return in_place_ || !std::is_same_v<T, Key>; }

    void kept_block(std::ptrdiff_t first, std::ptrdiff_t last, bool fresh) {
        const std::ptrdiff_t height = window_.height(), split = first + window_.rows.right;
        const auto top = split - height + 1;
        for (std::ptrdiff_t k = height - 1; k >= 0; --k) {
            const bool copied = must_copy() && !fresh && k < height - 1;
            const Key* const row = copied ? kept_[k] : keep(top + k, k);
            if (k < height - 1)
                loops_.of_two(kept_[k + 1], row, kept_[k], size());
            else if (row != kept_[k])
                std::copy_n(row, src_.row_size(), kept_[k]);
        }
        std::copy_n(kept_[0], src_.row_size(), middle(0));
        sideways(0, first);
        const Key* below = nullptr;
        for (std::ptrdiff_t i = 1; i < last - first; ++i) {
            const Key* const row = keep(split + i, i - 1);
            if (below)
                loops_.meet(row, below, kept_[i], extremes_[2], middle(0), size());
            else
                loops_.of_two(row, kept_[i], middle(0), size());
            below = below ? extremes_[2] : row;
            sideways(0, first + i);
        }
    }

    /// The same where a window has too many rows to keep: what waits does so in `dst`.
    void block(std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t split = first + window_.rows.right;
        const Key* above = nullptr;
        std::ptrdiff_t y = split;
        for (; y > last - 1 - window_.rows.left; --y) above = fold(read(y), above, extremes_[0]);
        for (; y >= first - window_.rows.left; --y)
            above = fold(read(y), above, waiting(y + window_.rows.left));
        const Key* below = nullptr;
        for (std::ptrdiff_t out = first; out < last; ++out) {
            if (out > first) below = fold(read(out + window_.rows.right), below, extremes_[2]);
            if (below)
                loops_.of_two(waiting(out), below, middle(0), size());
            else
                std::copy_n(waiting(out), src_.row_size(), middle(0));
            sideways(0, out);
        }
    }

    const Key* fold(const Key* row, const Key* so_far, Key* out) {
        if (so_far)
            loops_.of_two(so_far, row, out, size());
        else
            std::copy_n(row, src_.row_size(), out);
        return out;
    }

    Key* waiting(std::ptrdiff_t y) { return reinterpret_cast<Key*>(dst_.row(y)); }

    std::size_t size() const { return static_cast<std::size_t>(src_.row_size()); }

    /// Finishes row y, whose extremes downwards stand in row i.
    void sideways(std::ptrdiff_t i, std::ptrdiff_t y) {
        const std::ptrdiff_t width = window_.width(), channels = src_.channels;
        const std::ptrdiff_t n = src_.row_size();
        if (width == 1) return copy_values<T>(middle(i), dst_.row(y), n);
        for (const auto& [to, from] : outside_)
            for (std::ptrdiff_t c = 0; c < channels; ++c)
                middle(i)[to * channels + c] = from < 0 ? Key{0} : middle(i)[from * channels + c];
        const Key* in = middle(i) - window_.columns.left * channels;
        std::ptrdiff_t side = 1;
        for (std::ptrdiff_t turn = 0; 4 * side < width; side *= 4, ++turn) {
            Key* const out = extremes_[turn % 2];
            widen(loops_.of_shifted, in, side, out, n + (width - 4 * side) * channels);
            in = out;
        }
        widen(loops_.values_of_shifted, in, side, dst_.row(y), n);
    }

    /// Makes windows four times as wide as `side`, or of the final width, of those that are so.
    template <class Loop, class Out>
    void widen(Loop* loop, const Key* in, std::ptrdiff_t side, Out* out, std::ptrdiff_t n) {
        std::size_t shifts[4] = {};
        std::size_t n_shifts = 1;
        for (std::ptrdiff_t at = side; n_shifts < 4 && at < window_.width(); at += side)
            shifts[n_shifts++] =
                static_cast<std::size_t>(std::min(at, window_.width() - side) * src_.channels);
        loop(in, shifts, n_shifts, out, static_cast<std::size_t>(n));
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    const ExtremeLoops<Key>& loops_;
    Window window_;
    Border border_;
    Rows<Key> row_;
    Rows<Key> extremes_;  ///< two sideways, one downwards
    Rows<Key> read_;      ///< floats as keys; for bytes, what lies outside
    Rows<Key> kept_;
    Rows<Key> around_{0, 0};
    bool in_place_ = false;
    std::ptrdiff_t first_ = 0, last_ = 0;
    std::vector<Outside> outside_;
};

}  // namespace imgmine
