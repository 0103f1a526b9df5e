#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"

namespace imgmine {

/// A window of rows of an image that moves down, for filters that look around each pixel.
///
/// Columns [first, last) and `radius` more on either side, the border applied; one plane for each
/// channel; 64 values of room behind each row.
template <class T>
class PlanarRows {
  public:
    PlanarRows(ImageView<const T> image, Border border, std::ptrdiff_t radius, std::ptrdiff_t first,
               std::ptrdiff_t last)
        : image_(image),
          border_(border),
          radius_(radius),
          first_(first - radius),
          width_(last - first + 2 * radius),
          stride_(width_ + room),
          values_(static_cast<std::size_t>((2 * radius + 1) * image.channels * stride_)) {}

    /// Bytes of a window of so many columns.
    static std::ptrdiff_t bytes(std::ptrdiff_t columns, std::ptrdiff_t radius,
                                std::ptrdiff_t channels) {
        return (2 * radius + 1) * channels * (columns + 2 * radius + room) *
               static_cast<std::ptrdiff_t>(sizeof(T));
    }

    /// The row y of a channel, which must be among the last 2 radius + 1 that were loaded, from
    /// column `first` on.
    const T* row(std::ptrdiff_t y, std::ptrdiff_t channel) const {
        return values_.data() + start(y, channel) + radius_;
    }

    /// Loads row y, which may be outside of the image.
    void load(std::ptrdiff_t y) {
        const std::ptrdiff_t from = border_index(border_, y, image_.height);
        for (std::ptrdiff_t c = 0; c < image_.channels; ++c) {
            T* const out = values_.data() + start(y, c);
            if (from < 0)
                std::fill_n(out, width_, T{0});
            else
                load_channel(image_.row(from) + c, out);
        }
    }

  private:
    static constexpr std::ptrdiff_t room = 64;

    std::ptrdiff_t start(std::ptrdiff_t y, std::ptrdiff_t channel) const {
        const std::ptrdiff_t n_rows = 2 * radius_ + 1;
        const std::ptrdiff_t slot = (y % n_rows + n_rows) % n_rows;
        return (slot * image_.channels + channel) * stride_;
    }

    void load_channel(const T* row, T* out) const {
        const std::ptrdiff_t n = image_.channels;
        const std::ptrdiff_t inside = std::clamp<std::ptrdiff_t>(-first_, 0, width_);
        const std::ptrdiff_t end =
            std::clamp<std::ptrdiff_t>(image_.width - first_, inside, width_);
        const auto outside = [&](std::ptrdiff_t x) {
            const std::ptrdiff_t from = border_index(border_, first_ + x, image_.width);
            out[x] = from < 0 ? T{0} : row[from * n];
        };
        for (std::ptrdiff_t x = 0; x < inside; ++x) outside(x);
        if (n == 1)
            std::copy(row + first_ + inside, row + first_ + end, out + inside);
        else
            for (std::ptrdiff_t x = inside; x < end; ++x) out[x] = row[(first_ + x) * n];
        for (std::ptrdiff_t x = end; x < width_; ++x) outside(x);
    }

    ImageView<const T> image_;
    Border border_;
    std::ptrdiff_t radius_, first_, width_, stride_;
    std::vector<T> values_;
};

/// Writes planes as interleaved pixels.
template <class T>
void interleave(const T* const* planes, std::ptrdiff_t channels, std::ptrdiff_t n, T* out) {
    for (std::ptrdiff_t c = 0; c < channels; ++c)
        for (std::ptrdiff_t x = 0; x < n; ++x) out[x * channels + c] = planes[c][x];
}

}  // namespace imgmine
