#include "filters/box_blur.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "filters/column_tile.hpp"
#include "kernels/box.hpp"
#include "kernels/prefix.hpp"

namespace imgmine {
namespace {

/// size <= 256. One of the two roundings of 2^k / size always serves (Robison 2005); sums stay
/// below 2^16.
BoxDivisor divisor_of(std::uint32_t size) {
    BoxDivisor divisor{size, static_cast<std::uint16_t>(size / 2), 0, 0};
    if (size > 256) return divisor;
    int shift = 0;
    while ((2u << shift) <= size) ++shift;  // floor(log2(size))
    if ((1u << shift) == size) --shift;     // a power of two: its factor is 2^15
    if (size == 1) return {1, 0, 0, 0};     // 2^16 does not fit: nothing is divided, see blur_rows
    const std::uint32_t power = 1u << (16 + shift);
    const std::uint32_t below = power / size, rest = power % size;
    divisor.shift = static_cast<std::uint16_t>(shift);
    const bool up = 2 * rest >= size;
    divisor.factor = static_cast<std::uint16_t>(below + (up && rest ? 1 : 0));
    if (!up && rest) ++divisor.add;
    return divisor;
}

/// Sums of bytes for boxes whose total fits 16 bits: the columns of a box are added one by one, few
/// as they are.
struct ShortSums {
    using Value = std::uint8_t;
    using Sum = std::uint16_t;
    std::size_t channels, ksize;
    BoxDivisor divisor;

    bool slide(const Value* enter, const Value* leave, Sum* sums, std::size_t n) const {
        box_kernels().slide_u16(enter, leave, sums, n);
        return true;
    }
    void finish(const Sum* sums, Sum*, Value* out, std::size_t n) const {
        box_kernels().box_row_u16(sums, channels, ksize, divisor, out, n);
    }
};

/// Others: the difference of two of their running sums along the row.
struct LongSums {
    using Value = std::uint8_t;
    using Sum = std::uint32_t;
    std::size_t channels, ksize;
    BoxDivisor divisor;

    bool slide(const Value* enter, const Value* leave, Sum* sums, std::size_t n) const {
        box_kernels().slide_u32(enter, leave, sums, n);
        return true;
    }
    void finish(const Sum* sums, Sum* prefix, Value* out, std::size_t n) const {
        std::fill_n(prefix, channels, 0u);
        prefix_kernels().prefix_u32(sums, prefix + channels, n + (ksize - 1) * channels, channels);
        box_kernels().box_row_u32(prefix, prefix + ksize * channels, divisor, out, n);
    }
};

struct FloatSums {
    using Value = float;
    using Sum = double;
    std::size_t channels, ksize;
    BoxDivisor divisor;

    bool slide(const Value* enter, const Value* leave, Sum* sums, std::size_t n) const {
        return box_kernels().slide_f64(enter, leave, sums, n);
    }
    void finish(const Sum* sums, Sum* prefix, Value* out, std::size_t n) const {
        const double factor = 1.0 / divisor.size;
        if (ksize <= 8) return box_kernels().box_direct_f64(sums, channels, ksize, factor, out, n);
        std::fill_n(prefix, channels, 0.0);
        prefix_kernels().prefix_f64(sums, prefix + channels, n + (ksize - 1) * channels, channels);
        box_kernels().box_row_f64(prefix, prefix + ksize * channels, factor, out, n);
    }
};

/// Counts NaNs and infinities of each sign in a box, column by column: what running sums leave out.
class Broken {
  public:
    Broken(std::size_t n) : counts_(n) {}

    /// Adds `by` for each value of n values from `row` on that is not finite.
    void count(const float* row, std::size_t n, std::size_t at, int by) {
        for (std::size_t i = 0; i < n; ++i) {
            if (std::isfinite(row[i])) continue;
            const std::size_t kind = std::isnan(row[i]) ? 0 : row[i] > 0 ? 1 : 2;
            counts_[at + i][kind] += by;
        }
    }
    std::array<int, 3>* data() { return counts_.data(); }

    /// Writes what a box that holds them sums up to.
    void finish(float* out, std::size_t n, std::size_t channels, std::size_t ksize) const {
        std::vector<std::array<int, 3>> box(channels);
        for (std::size_t i = 0; i < n + (ksize - 1) * channels; ++i) {
            auto& sum = box[i % channels];
            for (std::size_t k = 0; k < 3; ++k) sum[k] += counts_[i][k];
            if (i < (ksize - 1) * channels) continue;
            const std::size_t first = i - (ksize - 1) * channels;
            if (sum[0] || (sum[1] && sum[2]))
                out[first] = std::numeric_limits<float>::quiet_NaN();
            else if (sum[1] || sum[2])
                out[first] = sum[1] ? HUGE_VALF : -HUGE_VALF;
            for (std::size_t k = 0; k < 3; ++k) sum[k] -= counts_[first][k];
        }
    }

  private:
    std::vector<std::array<int, 3>> counts_;
};

/// A box that goes down the columns of one tile.
template <class Sums>
class BoxColumns {
  public:
    using T = typename Sums::Value;
    using Sum = typename Sums::Sum;

    BoxColumns(ImageView<const T> src, BoxSize ksize, Border border, const ColumnTile& tile,
               const Sums& sums)
        : src_(src), ksize_(ksize), border_(border), tile_(tile), sums_(sums) {
        const auto n = static_cast<std::size_t>(tile.size() * src.channels);
        columns_.resize(n + room);
        prefix_.resize(n + static_cast<std::size_t>(src.channels) + room);
        zeros_.resize(static_cast<std::size_t>((tile.high - tile.low) * src.channels));
    }

    void blur_rows(ImageView<T> dst, std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t above = ksize_.height / 2, below = ksize_.height - 1 - above;
        for (std::ptrdiff_t y = first - above; y < first + below; ++y)
            slide(border_index(border_, y, src_.height), -1);
        const auto n = static_cast<std::size_t>((tile_.last - tile_.first) * src_.channels);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            const std::ptrdiff_t leaving = y == first ? -1 : y - 1 - above;
            slide(border_index(border_, y + below, src_.height),
                  y == first ? -1 : border_index(border_, leaving, src_.height));
            T* const out = dst.row(y) + tile_.first * src_.channels;
            sums_.finish(columns_.data(), prefix_.data(), out, n);
            if constexpr (std::is_same_v<T, float>)
                if (broken_rows_ > 0)
                    broken_.finish(out, n, static_cast<std::size_t>(src_.channels),
                                   static_cast<std::size_t>(ksize_.width));
        }
    }

  private:
    static constexpr std::size_t room = 64;

    /// Row `enter` comes into the box and row `leave` goes; -1 is a row of zeros.
    void slide(std::ptrdiff_t enter, std::ptrdiff_t leave) {
        const std::ptrdiff_t channels = src_.channels, at = (tile_.low - tile_.begin) * channels;
        const auto row = [&](std::ptrdiff_t y) {
            return y < 0 ? zeros_.data() : src_.row(y) + tile_.low * channels;
        };
        const bool finite =
            sums_.slide(row(enter), row(leave), columns_.data() + at, zeros_.size());
        for (const auto& [place, column] : tile_.beyond)
            for (std::ptrdiff_t c = 0; c < channels; ++c) {
                const T zero = 0;
                const auto value = [&](std::ptrdiff_t y) {
                    return y < 0 ? &zero : src_.row(y) + column * channels + c;
                };
                sums_.slide(value(enter), value(leave), columns_.data() + place * channels + c, 1);
            }
        tile_.fill(columns_.data(), channels);
        if constexpr (std::is_same_v<T, float>) count_broken(enter, leave, finite);
    }

    void count_broken(std::ptrdiff_t enter, std::ptrdiff_t leave, bool finite);

    ImageView<const T> src_;
    BoxSize ksize_;
    Border border_;
    const ColumnTile& tile_;
    Sums sums_;
    std::vector<Sum> columns_, prefix_;
    std::vector<T> zeros_;
    Broken broken_{0};
    std::ptrdiff_t broken_rows_ = 0;  ///< how many rows more the box may hold what is not finite
};

/// Only rows that hold such values, and those that leave while the box may, are looked at.
template <class Sums>
void BoxColumns<Sums>::count_broken(std::ptrdiff_t enter, std::ptrdiff_t leave, bool finite) {
    for (const auto& [place, column] : tile_.beyond)
        for (std::ptrdiff_t c = 0; finite && enter >= 0 && c < src_.channels; ++c)
            finite = std::isfinite(src_.row(enter)[column * src_.channels + c]);
    if (finite && broken_rows_ == 0) return;
    if (broken_rows_ == 0) broken_ = Broken(columns_.size());
    broken_rows_ = finite ? broken_rows_ - 1 : ksize_.height;
    const auto channels = static_cast<std::size_t>(src_.channels);
    const auto count = [&](std::ptrdiff_t y, int by) {
        if (y < 0) return;
        const auto at = static_cast<std::size_t>(tile_.low - tile_.begin);
        broken_.count(src_.row(y) + tile_.low * src_.channels, zeros_.size(), at * channels, by);
        for (const auto& [place, column] : tile_.beyond)
            broken_.count(src_.row(y) + column * src_.channels, channels,
                          static_cast<std::size_t>(place) * channels, by);
    };
    count(enter, 1);
    count(leave, -1);
    tile_.fill(broken_.data(), src_.channels);
}

template <class Sums>
void blur_with(ImageView<const typename Sums::Value> src, ImageView<typename Sums::Value> dst,
               BoxSize ksize, Border border, const Sums& sums) {
    constexpr std::ptrdiff_t tile = 1 << 14;
    const std::ptrdiff_t before = ksize.width / 2, after = ksize.width - 1 - before;
    const double cost = sizeof(typename Sums::Sum) * 0.1;
    // Sums of floats start anew in each block of rows, so that they do not depend on how many
    // threads there are. A block also sums ksize - 1 rows of its neighbours'.
    const std::ptrdiff_t rows = std::max<std::ptrdiff_t>(64, 2 * ksize.height);
    const std::ptrdiff_t n = std::max<std::ptrdiff_t>(1, src.height / rows / 4 * 4);
    const std::ptrdiff_t block = (src.height + n - 1) / n;
    const std::ptrdiff_t grain = (row_grain(src.row_size(), cost) + block - 1) / block;
    parallel_for(n, grain, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
        for_column_tiles(src.width, src.channels, tile, before, after, border,
                         [&](const ColumnTile& columns) {
                             for (std::ptrdiff_t i = from; i < to; ++i)
                                 BoxColumns<Sums>(src, ksize, border, columns, sums)
                                     .blur_rows(dst, src.height * i / n, src.height * (i + 1) / n);
                         });
    });
}

}  // namespace

template <class T>
void box_blur(ImageView<const T> src, ImageView<T> dst, BoxSize ksize, Border border) {
    require(
        ksize.height > 0 && ksize.width > 0 && std::int64_t{ksize.height} * ksize.width <= 1 << 24,
        "ksize must be positive and its box at most 2^24 pixels, got (" +
            std::to_string(ksize.height) + ", " + std::to_string(ksize.width) + ")");
    if (src.empty()) return;
    const auto size =
        static_cast<std::uint32_t>(ksize.height) * static_cast<std::uint32_t>(ksize.width);
    if (size == 1) {
        for (std::ptrdiff_t y = 0; y < src.height; ++y)
            std::copy_n(src.row(y), src.row_size(), dst.row(y));
        return;
    }
    const auto channels = static_cast<std::size_t>(src.channels);
    const auto width = static_cast<std::size_t>(ksize.width);
    const BoxDivisor divisor = divisor_of(size);
    if constexpr (std::is_same_v<T, float>)
        blur_with(src, dst, ksize, border, FloatSums{channels, width, divisor});
    else if (size <= 256 && ksize.width <= 15)
        blur_with(src, dst, ksize, border, ShortSums{channels, width, divisor});
    else
        blur_with(src, dst, ksize, border, LongSums{channels, width, divisor});
}

template void box_blur(ImageView<const std::uint8_t>, ImageView<std::uint8_t>, BoxSize, Border);
template void box_blur(ImageView<const float>, ImageView<float>, BoxSize, Border);

}  // namespace imgmine
