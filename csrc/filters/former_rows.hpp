#pragma once

#include <algorithm>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "filters/tiles.hpp"

namespace imgmine {

/// Rows of an image as they were, some above and below included: what a share of a pass that writes
/// where it reads still has to see.
template <class T>
class FormerRows {
  public:
    FormerRows(ImageView<const T> image, Reach reach, std::ptrdiff_t n_rows, Border border)
        : image_(image),
          reach_(reach),
          border_(border),
          rows_(static_cast<std::size_t>((reach.left + n_rows + reach.right) * image.row_size())),
          below_(static_cast<std::size_t>(reach.right * image.row_size())) {}

    /// Takes what lies above and below rows [first, last), before anything is written.
    void save_surroundings(std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t k = 0; k < reach_.left; ++k)
            copy(first - reach_.left + k, rows_.data() + k * image_.row_size());
        for (std::ptrdiff_t k = 0; k < reach_.right; ++k)
            copy(last + k, below_.data() + k * image_.row_size());
        last_ = last;
    }

    /// Rows [y - reach.left, y + n + reach.right), which are the next ones.
    ImageView<const T> take(std::ptrdiff_t y, std::ptrdiff_t n) {
        T* out = rows_.data() + reach_.left * image_.row_size();
        for (std::ptrdiff_t k = y; k < y + n + reach_.right; ++k, out += image_.row_size())
            if (k < last_)
                copy(k, out);
            else
                std::copy_n(below_.data() + (k - last_) * image_.row_size(), image_.row_size(),
                            out);
        return {rows_.data(), reach_.left + n + reach_.right, image_.width, image_.channels,
                image_.row_size()};
    }

    /// Keeps the last of the n rows that were taken: they are above the next ones.
    void move_down(std::ptrdiff_t n) {
        std::copy_n(rows_.data() + n * image_.row_size(), reach_.left * image_.row_size(),
                    rows_.data());
    }

  private:
    void copy(std::ptrdiff_t y, T* out) const {
        const std::ptrdiff_t from = border_index(border_, y, image_.height);
        if (from < 0)
            std::fill_n(out, image_.row_size(), T{0});
        else
            std::copy_n(image_.row(from), image_.row_size(), out);
    }

    ImageView<const T> image_;
    Reach reach_;
    std::ptrdiff_t last_ = 0;
    Border border_;
    std::vector<T> rows_, below_;
};

}  // namespace imgmine
