#pragma once

#include <algorithm>

#include "filters/extremes.hpp"
#include "filters/row_windows.hpp"

namespace imgmine {

/// The lowest (or highest) pixel of a rectangle around each, in one pass over the image, in a time
/// that does not depend on the rectangle: downwards three operations a pixel (van Herk 1992; Gil
/// and Werman 1993), sideways see RowWindows.
template <class T>
class RectanglePass {
  public:
    using Key = KeyOf<T>;

    RectanglePass(ImageView<const T> src, ImageView<T> dst, bool highest, const Window& window,
                  Border border, bool in_place = false)
        : src_(src),
          dst_(dst),
          loops_(extreme_loops<T>(highest)),
          window_(window),
          border_(border),
          in_place_(in_place),
          keeps_(in_place || keeps(src, window)),
          columns_(two_at_a_time() ? 2 : 1, src.width, src.channels, highest, window.columns,
                   border),
          so_far_(window.height() > 3 || in_place ? 1 : 0, src.row_size()),
          read_(n_read(window, in_place_, keeps_), src.row_size()),
          kept_(keeps_ && !two_at_a_time() ? window.height() : 0, src.row_size()) {}

    /// Whether what a pass keeps in memory is little enough for rows as long as these.
    static bool fits(ImageView<const T> src, const Window& window) {
        return bytes(src, window, n_working(window, false, false)) <= most_bytes;
    }
    static bool fits_in_place(ImageView<const T> src, const Window& window) {
        return bytes(src, window, n_working(window, true, true) + 2 * window.height()) <=
               most_bytes;
    }
    /// How many values of a row fit where a pass downwards is in place: perhaps none.
    static std::ptrdiff_t width_in_place(std::ptrdiff_t height) {
        const std::ptrdiff_t fit =
            most_bytes / ((2 * height + 3) * static_cast<std::ptrdiff_t>(sizeof(T)));
        return std::max<std::ptrdiff_t>(0, fit - 2 * register_room) / 64 * 64;
    }

    /// Where a pass is in place: gets ready to write rows [first, last), while others write the
    /// rows around them.
    void prepare_in_place(std::ptrdiff_t first, std::ptrdiff_t last) {
        around_ = Rows<Key>(window_.height() - 1, src_.row_size());
        std::ptrdiff_t k = 0;
        for (std::ptrdiff_t y = first - window_.rows.left; y < first; ++y)
            read_image(y, around_[k++]);
        for (std::ptrdiff_t y = last; y < last + window_.rows.right; ++y)
            read_image(y, around_[k++]);
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
        } else if (two_at_a_time()) {
            two_by_two(first, last);
        } else {
            for (std::ptrdiff_t y = first; y < last; y += height) {
                if (keeps_)
                    kept_block(y, std::min(y + height, last), y == first);
                else
                    block(y, std::min(y + height, last));
            }
        }
    }

  private:
    /// Bytes that a pass may take: a thread has 2 MiB, among them its stack.
    static constexpr std::ptrdiff_t most_bytes = 1500 << 10;
    /// Bytes of rows that it may keep so that it reads each row of the image once.
    static constexpr std::ptrdiff_t most_kept = 900 << 10;

    static std::ptrdiff_t bytes(ImageView<const T> src, const Window& window, std::ptrdiff_t n) {
        return n * static_cast<std::ptrdiff_t>(sizeof(T)) *
               (register_room +
                RowWindows<T>::padded_size(src.width, src.channels, window.columns));
    }
    /// Rows that are read into a place of their own.
    static std::ptrdiff_t n_read(const Window& window, bool in_place, bool keeps) {
        if (std::is_same_v<T, Key>) return 1;
        if (window.height() == 1 || (keeps && window.height() > 3) || in_place) return 0;
        return window.height() <= 3 ? 4 : 1;
    }
    /// Those and the rows on the way to the result.
    static std::ptrdiff_t n_working(const Window& window, bool in_place, bool keeps) {
        return n_read(window, in_place, keeps) + (window.height() == 1 ? 1 : 2);
    }
    /// Whether the rows of a window are few enough to be kept.
    static bool keeps(ImageView<const T> src, const Window& window) {
        const std::ptrdiff_t height = window.height();
        return bytes(src, window, height) <= most_kept &&
               bytes(src, window, n_working(window, false, true) + height) <= most_bytes;
    }
    bool two_at_a_time() const {
        return window_.height() > 1 && window_.height() <= 3 && !in_place_;
    }

    /// Row y, which may lie outside, as keys; floats are converted into a place for row y % 4.
    const Key* read(std::ptrdiff_t y) {
        if constexpr (std::is_same_v<T, Key>) {
            const std::ptrdiff_t from = border_index(border_, y, src_.height);
            return from < 0 ? read_[0] : src_.row(from);
        } else {
            return read_into(y, read_[two_at_a_time() ? y & 3 : 0]);
        }
    }

    /// The same into any place.
    Key* read_into(std::ptrdiff_t y, Key* out) {
        if (in_place_ && (y < first_ || y >= last_)) {
            const std::ptrdiff_t k =
                y < first_ ? y - first_ + window_.rows.left : y - last_ + window_.rows.left;
            return std::copy_n(around_[k], src_.row_size(), out), out;
        }
        return read_image(y, out);
    }

    Key* read_image(std::ptrdiff_t y, Key* out) {
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
                loops_.meet(row, below, kept_[i], so_far_[0], middle(0), size());
            else
                loops_.of_two(row, kept_[i], middle(0), size());
            below = below ? so_far_[0] : row;
            sideways(0, first + i);
        }
    }

    /// The same where a window has too many rows to keep: what waits does so in `dst`.
    void block(std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t split = first + window_.rows.right;
        const Key* above = nullptr;
        std::ptrdiff_t y = split;
        for (; y > last - 1 - window_.rows.left; --y) above = fold(read(y), above, so_far_[0]);
        for (; y >= first - window_.rows.left; --y)
            above = fold(read(y), above, waiting(y + window_.rows.left));
        const Key* below = nullptr;
        for (std::ptrdiff_t out = first; out < last; ++out) {
            if (out > first) below = fold(read(out + window_.rows.right), below, so_far_[0]);
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

    Key* middle(std::ptrdiff_t i) { return columns_.row(i); }
    /// Finishes row y, whose extremes downwards stand in row i.
    void sideways(std::ptrdiff_t i, std::ptrdiff_t y) { columns_.finish(i, dst_.row(y)); }

    ImageView<const T> src_;
    ImageView<T> dst_;
    const ExtremeLoops<Key>& loops_;
    Window window_;
    Border border_;
    bool in_place_, keeps_;
    RowWindows<T> columns_;
    Rows<Key> so_far_;
    Rows<Key> read_;  ///< floats as keys; for bytes, what lies outside
    Rows<Key> kept_;
    Rows<Key> around_{0, 0};
    std::ptrdiff_t first_ = 0, last_ = 0;
};

}  // namespace imgmine
