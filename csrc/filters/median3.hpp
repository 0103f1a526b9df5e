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
        n_edge_ = (static_cast<std::ptrdiff_t>(columns_.size()) - 2) * src.channels;
        const std::size_t row = size(n_edge_ + 2 * src.channels);
        for (auto& values : edge_) values.resize(row);
        for (auto& values : medians_) values.resize(row);
    }

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t y = first; y < last; y += 2) {
            const bool two = y + 1 < last;
            const T* in[4];
            for (std::ptrdiff_t k = 0; k < 4; ++k)
                in[k] = row(y - 1 + (two ? k : std::min<std::ptrdiff_t>(k, 2)));
            T* const out[] = {dst_.row(y), dst_.row(two ? y + 1 : y)};
            edges(in, out);
            T* const from_second[] = {out[0] + src_.channels, out[1] + src_.channels};
            if (inside_) run(in, from_second, (src_.width - 2) * src_.channels);
        }
    }

  private:
    /// Values that a kernel writes at least.
    static constexpr std::ptrdiff_t least = 64 / static_cast<std::ptrdiff_t>(sizeof(T));

    std::size_t size(std::ptrdiff_t n) const {
        return static_cast<std::size_t>(n + least + 2 * src_.channels);
    }

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

    void edges(const T* const* rows, T* const* out) {
        const std::ptrdiff_t channels = src_.channels;
        const T* in[4];
        for (std::size_t k = 0; k < 4; ++k) {
            T* to = edge_[k].data();
            in[k] = to;
            for (const std::ptrdiff_t x : columns_) {
                for (std::ptrdiff_t c = 0; c < channels; ++c)
                    to[c] = x < 0 ? T{0} : rows[k][x * channels + c];
                to += channels;
            }
        }
        T* const medians[] = {medians_[0].data(), medians_[1].data()};
        run(in, medians, std::max(n_edge_, least));
        const std::ptrdiff_t n = inside_ ? channels : n_edge_;
        for (const std::size_t k : {1, 0}) {  // out[0] last: see the kernel
            std::copy_n(medians[k], n, out[k]);
            if (inside_) std::copy_n(medians[k] + n_edge_ - n, n, out[k] + src_.row_size() - n);
        }
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    Border border_;
    bool inside_;  ///< whether all but the edges can be read and written where they are
    std::vector<T> zeros_;
    std::vector<std::ptrdiff_t> columns_;  ///< that the edges are made of, -1 for the constant
    std::ptrdiff_t n_edge_ = 0;
    std::vector<T> edge_[4], medians_[2];
};

}  // namespace imgmine
