#pragma once

#include <bit>
#include <cstdint>
#include <numeric>
#include <vector>

#include "filters/tiles.hpp"

namespace imgmine {

/// Medians of large windows, which keep counts of what they hold while they slide along.
template <class T>
class SlidingMedian;

/// Bytes: histograms of columns, which follow the window down; see move_columns and
/// median_of_columns in kernels/median.cpp.
template <>
class SlidingMedian<std::uint8_t> {
  public:
    SlidingMedian(ImageView<const std::uint8_t> src, ImageView<std::uint8_t> dst, int ksize,
                  Border border)
        : src_(src),
          dst_(dst),
          ksize_(ksize),
          strip_(src, border, {ksize / 2, ksize / 2}, max_width(), 2),
          coarse_(static_cast<std::size_t>(n_columns() * 16)),
          fine_(static_cast<std::size_t>(n_columns() * 256)),
          leaving_(static_cast<std::size_t>(n_columns())),
          entering_(leaving_),
          medians_(leaving_) {}

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        in_strips(src_.width, max_width(), [&](std::ptrdiff_t left, std::ptrdiff_t right) {
            strip_.choose(left, right);
            for (std::ptrdiff_t c = 0; c < src_.channels; ++c) {
                std::fill(coarse_.begin(), coarse_.end(), std::uint8_t{0});
                std::fill(fine_.begin(), fine_.end(), std::uint8_t{0});
                const std::ptrdiff_t radius = ksize_ / 2;
                for (std::ptrdiff_t y = first - radius; y < first + radius; ++y) move(y, c, false);
                for (std::ptrdiff_t y = first; y < last; ++y) {
                    move(y + radius, c, y > first);
                    write(dst_.row(y) + left * src_.channels + c, right - left);
                }
            }
        });
    }

  private:
    // Histograms of the columns stay in the second cache.
    std::ptrdiff_t max_width() const { return std::max<std::ptrdiff_t>(512, 2 * ksize_); }
    std::ptrdiff_t n_columns() const { return max_width() + ksize_; }

    void move(std::ptrdiff_t y, std::ptrdiff_t channel, bool full) {
        const auto n = static_cast<std::size_t>(strip_.width());
        const auto take = [&](std::ptrdiff_t row, std::uint8_t* out) {
            median_kernels().u8.take_every(static_cast<std::size_t>(src_.channels),
                                           strip_.load(row) + channel, out, n);
        };
        take(y, entering_.data());
        if (full) take(y - ksize_, leaving_.data());
        median_kernels().move_columns(full ? leaving_.data() : nullptr, entering_.data(),
                                      coarse_.data(), fine_.data(), n);
    }

    void write(std::uint8_t* out, std::ptrdiff_t width) {
        const bool alone = src_.channels == 1;
        median_kernels().median_of_columns(
            coarse_.data(), fine_.data(), static_cast<std::size_t>(ksize_),
            alone ? out : medians_.data(), static_cast<std::size_t>(width));
        if (!alone)
            median_kernels().u8.put_every(static_cast<std::size_t>(src_.channels), medians_.data(),
                                          out, static_cast<std::size_t>(width));
    }

    ImageView<const std::uint8_t> src_;
    ImageView<std::uint8_t> dst_;
    std::ptrdiff_t ksize_;
    Strip<std::uint8_t> strip_;
    std::vector<std::uint8_t> coarse_, fine_, leaving_, entering_, medians_;
};

/// Floats: the values of a tile are replaced by their ranks (Weiss 2006, Fast median and bilateral
/// filtering), all different, and the window is a set of bits (Huang 1979 with bits for counts).
template <>
class SlidingMedian<float> {
  public:
    SlidingMedian(ImageView<const float> src, ImageView<float> dst, int ksize, Border border)
        : src_(src),
          dst_(dst),
          ksize_(ksize),
          side_(max_side - (ksize - 1)),
          strip_(src, border, {ksize / 2, ksize / 2}, side_, 1) {}

    void rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        in_strips(src_.width, side_, [&](std::ptrdiff_t left, std::ptrdiff_t right) {
            strip_.choose(left, right);
            for (std::ptrdiff_t c = 0; c < src_.channels; ++c)
                in_strips(last - first, side_, [&](std::ptrdiff_t top, std::ptrdiff_t bottom) {
                    rank(first + top, first + bottom, c);
                    slide(first + top, first + bottom, left, right, c);
                });
        });
    }

  private:
    static constexpr std::ptrdiff_t max_side = 400;  // keys, order and ranks: 12 bytes a pixel
    static constexpr std::uint32_t block = 512;      // bits counted together

    /// Ranks the pixels that the windows of rows [top, bottom) of the strip see.
    void rank(std::ptrdiff_t top, std::ptrdiff_t bottom, std::ptrdiff_t channel) {
        const std::ptrdiff_t width = strip_.width();
        const auto n = static_cast<std::size_t>(width * (bottom - top + ksize_ - 1));
        keys_.resize(n);
        order_.resize(n);
        ranks_.resize(n);
        std::int32_t* key = keys_.data();
        for (std::ptrdiff_t y = top - ksize_ / 2; y < bottom + ksize_ / 2; ++y, key += width)
            median_kernels().i32.take_every(static_cast<std::size_t>(src_.channels),
                                            strip_.load(y) + channel, key,
                                            static_cast<std::size_t>(width));
        std::iota(order_.begin(), order_.end(), 0u);
        std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
            return keys_[a] != keys_[b] ? keys_[a] < keys_[b] : a < b;
        });
        for (std::size_t i = 0; i < n; ++i) ranks_[order_[i]] = static_cast<std::uint32_t>(i);
        const std::size_t n_blocks = n / block + 1;
        bits_.assign(n_blocks * (block / 64), 0);
        counts_.assign(n_blocks, 0);
        at_block_ = 0;
        n_below_ = 0;
    }

    /// Moves the window over all places, every other row backwards: a column or row at a time.
    void slide(std::ptrdiff_t top, std::ptrdiff_t bottom, std::ptrdiff_t left, std::ptrdiff_t right,
               std::ptrdiff_t channel) {
        const std::ptrdiff_t width = right - left;
        for (std::ptrdiff_t y = 0; y < ksize_; ++y) turn_row(0, y);
        for (std::ptrdiff_t y = 0; y < bottom - top; ++y) {
            float* const out = dst_.row(top + y) + left * dst_.channels + channel;
            const bool back = y % 2;
            for (std::ptrdiff_t i = 0; i < width; ++i) {
                const std::ptrdiff_t x = back ? width - 1 - i : i;
                if (i > 0) {
                    turn_column(back ? x + ksize_ : x - 1, y);
                    turn_column(back ? x : x + ksize_ - 1, y);
                }
                const std::int32_t median = keys_[order_[select()]];
                copy_values<float>(&median, out + x * dst_.channels, 1);
            }
            if (y + 1 == bottom - top) break;
            const std::ptrdiff_t x = back ? 0 : width - 1;
            turn_row(x, y);
            turn_row(x, y + ksize_);
        }
    }

    void turn_column(std::ptrdiff_t x, std::ptrdiff_t y) {
        for (std::ptrdiff_t k = 0; k < ksize_; ++k) turn(x, y + k);
    }
    void turn_row(std::ptrdiff_t x, std::ptrdiff_t y) {
        for (std::ptrdiff_t k = 0; k < ksize_; ++k) turn(x + k, y);
    }

    /// Puts a pixel into the window, or takes it out if it is there.
    void turn(std::ptrdiff_t x, std::ptrdiff_t y) {
        const std::uint32_t r = ranks_[static_cast<std::size_t>(y * strip_.width() + x)];
        const std::uint64_t bit = std::uint64_t{1} << (r % 64);
        bits_[r / 64] ^= bit;
        const std::int32_t step = bits_[r / 64] & bit ? 1 : -1;
        counts_[r / block] += step;
        n_below_ += r / block < at_block_ ? step : 0;
    }

    /// The rank of the window's median.
    std::size_t select() {
        const auto half = static_cast<std::int32_t>(ksize_ * ksize_ / 2);
        while (n_below_ > half) n_below_ -= counts_[--at_block_];
        while (n_below_ + counts_[at_block_] <= half) n_below_ += counts_[at_block_++];
        std::int32_t rest = half - n_below_;
        std::size_t word = at_block_ * (block / 64);
        for (;; ++word) {
            const std::int32_t count = std::popcount(bits_[word]);
            if (rest < count) break;
            rest -= count;
        }
        std::uint64_t bits = bits_[word];
        for (; rest > 0; --rest) bits &= bits - 1;
        return word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    }

    ImageView<const float> src_;
    ImageView<float> dst_;
    std::ptrdiff_t ksize_, side_;
    Strip<float> strip_;
    std::vector<std::int32_t> keys_, counts_;
    std::vector<std::uint32_t> order_, ranks_;
    std::vector<std::uint64_t> bits_;
    std::size_t at_block_ = 0;
    std::int32_t n_below_ = 0;
};

}  // namespace imgmine
