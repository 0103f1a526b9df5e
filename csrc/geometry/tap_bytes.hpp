#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geometry/tap_tables.hpp"
#include "geometry/taps.hpp"
#include "kernels/resample_bytes.hpp"

namespace imgmine {

/// Whole numbers in place of the weights: of how many bits along the columns and the rows. In
/// between there are some binary places, and room for what is past 0 and 255.
struct FixedPoint {
    int column_bits = 14, row_bits = 14, places = 6;
};

/// Lanczos' weights get the smaller the more there are, so they get more bits. Sums over rows have
/// 32: where weights take more of those, fewer places are left for what is in between, but one.
/// Then all errors together stay below 1 where at most 256 old pixels are one new one wide.
inline FixedPoint lanczos_fixed_point(double column_scale, double row_scale) {
    const auto bits = [](double scale) { return scale > 1 ? 14 + std::ilogb(scale) : 14; };
    const int row_bits = std::min(bits(row_scale), 21);
    return {std::min(bits(column_scale), 22), row_bits, std::min(6, 22 - row_bits)};
}

/// Adds weights in units of 2^-bits, rounded half away from zero but for the largest one, which
/// makes the sum what it should be.
inline void add_whole_weights(const double* weights, std::ptrdiff_t n, int bits,
                              std::vector<std::int32_t>& whole) {
    const double unit = std::ldexp(1.0, bits);
    std::int32_t rest = 1 << bits;
    for (std::ptrdiff_t k = 0; k < n; ++k) {
        whole.push_back(static_cast<std::int32_t>(weights[k] < 0 ? weights[k] * unit - 0.5  //
                                                                 : weights[k] * unit + 0.5));
        rest -= whole.back();
    }
    *std::max_element(whole.end() - n, whole.end()) += rest;
}

class ByteColumns {
  public:
    ByteColumns(const TapAxis& axis, ColumnRange range, const FixedPoint& fixed)
        : taps_(axis.taps(range.first, range.first + range.n)),
          range_(range),
          shift_(static_cast<std::size_t>(fixed.column_bits - fixed.places)) {
        whole_.reserve(taps_.weights.size());
        for (std::ptrdiff_t x = taps_.begin; x < taps_.end(); ++x)
            add_whole_weights(taps_.of(x), taps_.most, fixed.column_bits, whole_);
        taps_.weights = {};
        const auto c = range.channels;
        if (resample_bytes_kernels().permutes_bytes && (is_near(64) || is_near(128)))
            make_near();
        else if (resample_bytes_kernels().permutes_bytes && (c == 1 || c == 3 || c == 4) &&
                 taps_.from >= 16)
            make_far();
        else
            make_plain();
    }
    ByteColumns(const ByteColumns&) = delete;
    ByteColumns& operator=(const ByteColumns&) = delete;

    void run(const std::uint8_t* in, std::int16_t* out) const {
        const auto& kernels = resample_bytes_kernels();
        if (near_.n_groups) return kernels.near_columns(in, near_, out);
        if (far_.n_pixels) return kernels.far_columns(in, far_, out);
        kernels.plain_columns(in, plain_, out);
    }

  private:
    static constexpr std::ptrdiff_t planes = 2;  // bytes of a weight

    std::ptrdiff_t first(std::ptrdiff_t pixel) const { return taps_.first(range_.first + pixel); }
    std::int32_t whole(std::ptrdiff_t pixel, std::ptrdiff_t k) const {
        return whole_[static_cast<std::size_t>(pixel * taps_.most + k)];
    }
    /// Where the `reach_` bytes begin that hold all a group of 16 values needs; -1 if there are
    /// none.
    std::ptrdiff_t base_of(std::ptrdiff_t group) const {
        const std::ptrdiff_t channels = range_.channels, row_size = taps_.from * channels;
        const std::ptrdiff_t n = range_.n * channels;
        std::ptrdiff_t begin = taps_.from, end = 0;
        for (std::ptrdiff_t x = 16 * group / channels;
             x <= std::min(16 * group + 15, n - 1) / channels; ++x) {
            begin = std::min(begin, first(x));
            end = std::max(end, first(x) + taps_.most);
        }
        const std::ptrdiff_t base =
            std::min(begin * channels, std::max<std::ptrdiff_t>(row_size - reach_, 0));
        return end * channels <= base + reach_ ? base : -1;
    }
    bool is_near(std::ptrdiff_t reach) {
        reach_ = reach;
        if (taps_.most > 16 || (reach > 64 && taps_.from * range_.channels < reach)) return false;
        for (std::ptrdiff_t g = 0; 16 * g < range_.n * range_.channels; ++g)
            if (base_of(g) < 0) return false;
        return true;
    }
    /// Byte `plane` of a weight; the lower one is signed, too.
    static std::int8_t digit(std::int32_t weight, std::ptrdiff_t plane) {
        if (plane == 1) weight = (weight - static_cast<std::int8_t>(weight & 255)) / 256;
        return static_cast<std::int8_t>(weight & 255);
    }
    void make_near() {
        const std::ptrdiff_t channels = range_.channels, n = range_.n * channels;
        const std::ptrdiff_t n_groups = (n + 15) / 16, fours = (taps_.most + 3) / 4;
        index_.reserve(static_cast<std::size_t>(64 * n_groups * fours));
        digits_.reserve(static_cast<std::size_t>(64 * n_groups * fours * planes));
        for (std::ptrdiff_t g = 0; g < n_groups; ++g) {
            const std::ptrdiff_t base = base_of(g);
            base_.push_back(static_cast<std::int32_t>(base));
            for (std::ptrdiff_t four = 0; four < fours; ++four) {
                for (std::ptrdiff_t i = 0; i < 64; ++i) {
                    const std::ptrdiff_t value = std::min(16 * g + i / 4, n - 1);
                    const std::ptrdiff_t k = std::min(4 * four + i % 4, taps_.most - 1);
                    index_.push_back(static_cast<std::uint8_t>(
                        (first(value / channels) + k) * channels + value % channels - base));
                }
                for (std::ptrdiff_t p = 0; p < planes; ++p)
                    for (std::ptrdiff_t i = 0; i < 64; ++i) {
                        const std::ptrdiff_t pixel = std::min(16 * g + i / 4, n - 1) / channels;
                        const std::ptrdiff_t k = 4 * four + i % 4;
                        digits_.push_back(k < taps_.most ? digit(whole(pixel, k), p)
                                                         : std::int8_t{0});
                    }
            }
        }
        near_ = {static_cast<std::size_t>(n_groups),
                 static_cast<std::size_t>(fours),
                 shift_,
                 base_.data(),
                 index_.data(),
                 digits_.data(),
                 static_cast<std::size_t>(taps_.from * channels),
                 static_cast<std::size_t>(reach_)};
    }
    void make_far() {
        const std::ptrdiff_t channels = range_.channels;
        const std::ptrdiff_t window = std::max<std::ptrdiff_t>(taps_.most, 16);
        const std::ptrdiff_t n_chunks = (window + 15) / 16, together = channels == 1 ? 16 : 4;
        const std::ptrdiff_t n_pixels = (range_.n + together - 1) / together * together;
        for (std::ptrdiff_t k = 0; k < n_chunks; ++k)
            offset_.push_back(static_cast<std::int32_t>(std::min(16 * k, window - 16) * channels));
        digits_.assign(static_cast<std::size_t>(n_pixels * n_chunks * 16 * planes), 0);
        for (std::ptrdiff_t x = 0; x < n_pixels; ++x) {
            const std::ptrdiff_t pixel = std::min(x, range_.n - 1);
            const std::ptrdiff_t start = std::min(first(pixel), taps_.from - window);
            base_.push_back(static_cast<std::int32_t>(start * channels));
            for (std::ptrdiff_t k = 0; k < taps_.most; ++k) {
                const std::ptrdiff_t at = first(pixel) - start + k;
                const std::ptrdiff_t in = std::min(at / 16, n_chunks - 1);
                const std::ptrdiff_t within = at - std::min(16 * in, window - 16);
                for (std::ptrdiff_t p = 0; p < planes; ++p)
                    digits_[place(x, n_chunks, in, p) + static_cast<std::size_t>(within)] =
                        digit(whole(pixel, k), p);
            }
        }
        far_ = {static_cast<std::size_t>(n_pixels),
                static_cast<std::size_t>(channels),
                static_cast<std::size_t>(n_chunks),
                shift_,
                offset_.data(),
                base_.data(),
                digits_.data()};
    }
    /// Where the sixteen weights of a pixel in a chunk begin.
    std::size_t place(std::ptrdiff_t x, std::ptrdiff_t n_chunks, std::ptrdiff_t chunk,
                      std::ptrdiff_t plane) const {
        if (range_.channels != 1)
            return static_cast<std::size_t>(16 * ((x * n_chunks + chunk) * planes + plane));
        const std::ptrdiff_t group = x / 16, lane = x % 16 / 4, part = x % 4;
        const std::ptrdiff_t before = (group * n_chunks + chunk) * 4 + part;
        return static_cast<std::size_t>(64 * (before * planes + plane) + 16 * lane);
    }
    void make_plain() {
        for (std::ptrdiff_t x = 0; x < range_.n; ++x)
            base_.push_back(static_cast<std::int32_t>(first(x) * range_.channels));
        plain_ = {static_cast<std::size_t>(range_.n),
                  static_cast<std::size_t>(range_.channels),
                  static_cast<std::size_t>(taps_.most),
                  shift_,
                  base_.data(),
                  whole_.data()};
    }

    Taps taps_;
    ColumnRange range_;
    std::size_t shift_;
    std::ptrdiff_t reach_ = 64;
    std::vector<std::int32_t> whole_;  ///< [pixel][most]
    std::vector<std::int32_t> base_, offset_;
    Table<std::uint8_t> index_;
    Table<std::int8_t> digits_;
    ByteTaps near_{};
    ByteWindows far_{};
    PlainTaps plain_{};
};

}  // namespace imgmine
