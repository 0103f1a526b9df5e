#pragma once

#include <algorithm>
#include <type_traits>
#include <vector>

#include "base/border.hpp"
#include "base/image.hpp"
#include "kernels/median3.hpp"

namespace imgmine {

/// Medians of 3 x 3, two rows at a time, read and written where they are; but for the first and
/// the last pixel of a row, or all of a short one, which are copied with what lies beside them.
template <class T>
class Median3 {
  public:
    Median3(ImageView<const T> src, ImageView<T> dst, Border border)
        : src_(src),
          dst_(dst),
          border_(border),
          inside_((src.width - 2) * src.channels >= least),
          zeros_(border == Border::constant ? size(src.row_size()) : 0) {
        const std::ptrdiff_t w = src.width;
        for (std::ptrdiff_t x = -1; x <= w; ++x) {
            if (inside_ && x == 2) x = w - 2;
            columns_.push_back(border_index(border, x, w));
        }
        line_ = static_cast<std::ptrdiff_t>(columns_.size()) * src.channels;
        n_pairs_ = std::clamp<std::ptrdiff_t>(512 / line_, 1, 4);
        for (auto& values : edge_) values.resize(size(n_pairs_ * line_));
        for (auto& values : medians_) values.resize(size(n_pairs_ * line_));
    }

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; y += 2 * n_pairs_) {
            const std::ptrdiff_t end = std::min(y + 2 * n_pairs_, last);
            edges(y, end);
            if (inside_) inside(y, end);
        }
    }

  private:
    /// Values that a kernel writes at least.
    static constexpr std::ptrdiff_t least = 64 / static_cast<std::ptrdiff_t>(sizeof(T));

    std::size_t size(std::ptrdiff_t n) const {
        return static_cast<std::size_t>(n + least + 2 * src_.channels);
    }

    /// Row y as the filter sees it.
    const T* row(std::ptrdiff_t y) const {
        const std::ptrdiff_t from = border_index(border_, y, src_.height);
        return from < 0 ? zeros_.data() : src_.row(from);
    }

    void run(const T* const* in, T* const* out, std::ptrdiff_t n) const {
        const auto channels = static_cast<std::size_t>(src_.channels);
        const auto length = static_cast<std::size_t>(n);
        if constexpr (std::is_same_v<T, float>)
            median3_kernels().f32(in, channels, out, length);
        else
            median3_kernels().u8(in, channels, out, length);
    }

    void inside(std::ptrdiff_t first, std::ptrdiff_t last) const {
        for (std::ptrdiff_t y = first; y < last; y += 2) {
            const bool two = y + 1 < last;
            const T* const in[] = {row(y - 1), row(y), row(y + 1), row(two ? y + 2 : y + 1)};
            T* const out[] = {dst_.row(y) + src_.channels,
                              dst_.row(two ? y + 1 : y) + src_.channels};
            run(in, out, (src_.width - 2) * src_.channels);
        }
    }

    /// The edges of all pairs of rows one beside the other.
    void edges(std::ptrdiff_t first, std::ptrdiff_t last) {
        std::ptrdiff_t at = 0;
        for (std::ptrdiff_t y = first; y < last; y += 2, at += line_)
            for (std::ptrdiff_t k = 0; k < (y + 1 < last ? 4 : 3); ++k)
                copy_edge(row(y - 1 + k), edge_[k].data() + at);
        const T* const in[] = {edge_[0].data(), edge_[1].data(), edge_[2].data(), edge_[3].data()};
        T* const out[] = {medians_[0].data(), medians_[1].data()};
        run(in, out, std::max(at - 2 * src_.channels, least));
        const std::ptrdiff_t n_medians = line_ - 2 * src_.channels;
        const std::ptrdiff_t n = inside_ ? src_.channels : n_medians;
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const T* const medians = out[(y - first) % 2] + (y - first) / 2 * line_;
            std::copy_n(medians, n, dst_.row(y));
            if (inside_) std::copy_n(medians + n_medians - n, n, dst_.row(y) + src_.row_size() - n);
        }
    }

    void copy_edge(const T* from, T* to) const {
        const std::ptrdiff_t channels = src_.channels;
        for (const std::ptrdiff_t x : columns_)
            for (std::ptrdiff_t c = 0; c < channels; ++c)
                *to++ = x < 0 ? T{0} : from[x * channels + c];
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    Border border_;
    bool inside_;  ///< whether all but the edges can be read and written where they are
    std::vector<T> zeros_;
    std::vector<std::ptrdiff_t> columns_;  ///< that the edges are made of, -1 for the constant
    std::ptrdiff_t line_ = 0;              ///< values of the edges of a row
    std::ptrdiff_t n_pairs_ = 1;           ///< of rows whose edges are done at once
    std::vector<T> edge_[4], medians_[2];
};

}  // namespace imgmine
