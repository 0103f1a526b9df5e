#pragma once

#include <cstddef>

namespace imgmine {

/// A borrowed image of `height` x `width` pixels with interleaved channels.
///
/// Pixels within a row are contiguous; rows are `row_stride` elements apart, so a view can also be
/// a rectangle cut out of a larger image. A view never owns or frees its pixels.
template <class T>
struct ImageView {
    T* data;
    std::ptrdiff_t height;
    std::ptrdiff_t width;
    std::ptrdiff_t channels;
    std::ptrdiff_t row_stride;

    T* row(std::ptrdiff_t y) const { return data + y * row_stride; }
    std::ptrdiff_t row_size() const { return width * channels; }
    bool empty() const { return height == 0 || width == 0 || channels == 0; }
};

/// A borrowed list of `n_rows` vectors of `size` values; vectors are `row_stride` elements apart.
template <class T>
struct RowsView {
    const T* data;
    std::ptrdiff_t n_rows;
    std::ptrdiff_t size;
    std::ptrdiff_t row_stride;

    const T* row(std::ptrdiff_t i) const { return data + i * row_stride; }
};

}  // namespace imgmine
