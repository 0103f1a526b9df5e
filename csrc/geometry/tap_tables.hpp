#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

#include "geometry/taps.hpp"
#include "kernels/resample.hpp"
#include "kernels/resample_bytes.hpp"

// Taps along the columns in the form that the kernels take: for the new pixels [first, first + n)
// of rows of `channels` channels.
namespace imgmine {

/// Registers are loaded from tables: each from one line of cache.
template <class T>
struct LineAllocator {
    using value_type = T;
    LineAllocator() = default;
    template <class U>
    LineAllocator(const LineAllocator<U>&) {}
    T* allocate(std::size_t n) {
        return static_cast<T*>(::operator new(n * sizeof(T), std::align_val_t{64}));
    }
    void deallocate(T* p, std::size_t) { ::operator delete(p, std::align_val_t{64}); }
    bool operator==(const LineAllocator&) const { return true; }
};
template <class T>
using Table = std::vector<T, LineAllocator<T>>;

struct ColumnRange {
    std::ptrdiff_t first, n, channels;
};

/// Weights in units of 2^-bits, rounded half away from zero. With `sum_up` the largest one makes
/// the sum what it should be.
inline std::vector<std::int32_t> whole_weights(const double* weights, std::ptrdiff_t n, int bits,
                                               bool sum_up) {
    std::vector<std::int32_t> whole;
    const double unit = std::ldexp(1.0, bits);
    std::int32_t rest = 1 << bits;
    for (std::ptrdiff_t k = 0; k < n; ++k) {
        whole.push_back(static_cast<std::int32_t>(weights[k] < 0 ? weights[k] * unit - 0.5  //
                                                                 : weights[k] * unit + 0.5));
        rest -= whole.back();
    }
    if (sum_up) *std::max_element(whole.begin(), whole.end()) += rest;
    return whole;
}

class FloatColumns {
  public:
    using Middle = float;
    FloatColumns(const Taps& taps, ColumnRange range) {
        const std::ptrdiff_t channels = range.channels, row_size = taps.from * channels;
        const std::ptrdiff_t n = range.n * channels, n_groups = (n + 15) / 16;
        std::size_t n_taps = 1;
        std::vector<std::vector<Tap>> lists;
        for (std::ptrdiff_t x = range.first; x < range.first + range.n; ++x) {
            lists.push_back(list(taps, x));
            n_taps = std::max(n_taps, lists.back().size());
        }
        std::ptrdiff_t reach = 32;
        for (; reach <= 64; reach += 32)
            if (place_groups(lists, n, channels, row_size, reach)) break;
        if (reach > 64) {
            base_.assign(static_cast<std::size_t>(n_groups), 0);
            reach = 0;
        }
        for (std::ptrdiff_t g = 0; g < n_groups; ++g)
            for (std::size_t k = 0; k < n_taps; ++k)
                for (std::ptrdiff_t i = 16 * g; i < 16 * g + 16; ++i) {
                    const std::ptrdiff_t value = std::min(i, n - 1);
                    const auto& taps_of = lists[static_cast<std::size_t>(value / channels)];
                    // Where there is no tap any more: nothing of one that counts anyway.
                    const Tap tap = k < taps_of.size() ? taps_of[k] : Tap{taps_of[0].at, 0};
                    index_.push_back(static_cast<std::int32_t>(
                        tap.at * channels + value % channels - base_[static_cast<std::size_t>(g)]));
                    weights_.push_back(static_cast<float>(tap.weight));
                }
        table_ = {static_cast<std::size_t>(n_groups),
                  n_taps,
                  base_.data(),
                  index_.data(),
                  weights_.data(),
                  static_cast<std::size_t>(reach)};
    }
    FloatColumns(const FloatColumns&) = delete;
    FloatColumns& operator=(const FloatColumns&) = delete;

    void run(const float* in, float* out) const { resample_kernels().columns_f32(in, table_, out); }

  private:
    struct Tap {
        std::ptrdiff_t at;
        double weight;
    };
    /// Finds where the `reach` values begin that hold all of each group; false if there are none.
    bool place_groups(const std::vector<std::vector<Tap>>& lists, std::ptrdiff_t n,
                      std::ptrdiff_t channels, std::ptrdiff_t row_size, std::ptrdiff_t reach) {
        if (row_size < reach) return false;
        base_.clear();
        for (std::ptrdiff_t i = 0; i < n; i += 16) {
            std::ptrdiff_t begin = row_size, end = 0;
            for (std::ptrdiff_t x = i / channels; x <= std::min(i + 15, n - 1) / channels; ++x) {
                const auto& taps_of = lists[static_cast<std::size_t>(x)];
                begin = std::min(begin, taps_of.front().at * channels);
                end = std::max(end, (taps_of.back().at + 1) * channels);
            }
            begin = std::min(begin, row_size - reach);
            if (end > begin + reach) return false;
            base_.push_back(static_cast<std::int32_t>(begin));
        }
        return true;
    }
    static std::vector<Tap> list(const Taps& taps, std::ptrdiff_t x) {
        std::vector<Tap> found;
        for (std::ptrdiff_t k = 0; k < taps.most; ++k)
            if (static_cast<float>(taps.of(x)[k]) != 0)
                found.push_back({taps.first[static_cast<std::size_t>(x)] + k, taps.of(x)[k]});
        return found;
    }
    std::vector<std::int32_t> base_;
    Table<std::int32_t> index_;
    Table<float> weights_;
    FloatTaps table_{};
};

/// Whole numbers in place of the weights: of how many bits, in how many bytes, and what the sums
/// are divided by along the columns and the rows.
template <class MiddleOf>
struct FixedPoint {
    using Middle = MiddleOf;
    int bits;
    std::size_t planes;
    std::size_t column_shift, row_shift;
    bool sum_up;
};
/// As Pillow: 22 bits, bytes in between.
inline constexpr FixedPoint<std::uint8_t> lanczos_bytes{22, 3, 22, 22, false};
/// 14 bits, 6 binary places in between, where values past 0 and 255 survive.
inline constexpr FixedPoint<std::int16_t> cubic_bytes{14, 2, 8, 20, true};

template <class Middle>
class ByteColumns {
  public:
    ByteColumns(const Taps& taps, ColumnRange range, const FixedPoint<Middle>& fixed)
        : taps_(taps), range_(range), fixed_(fixed) {
        for (std::ptrdiff_t x = range.first; x < range.first + range.n; ++x)
            whole_.push_back(whole_weights(taps.of(x), taps.most, fixed.bits, fixed.sum_up));
        const auto c = range.channels;
        if (resample_bytes_kernels().permutes_bytes && (is_near(64) || is_near(128)))
            make_near();
        else if (resample_bytes_kernels().permutes_bytes && (c == 1 || c == 3 || c == 4) &&
                 taps.from >= 16)
            make_far();
        else
            make_plain();
    }
    ByteColumns(const ByteColumns&) = delete;
    ByteColumns& operator=(const ByteColumns&) = delete;

    void run(const std::uint8_t* in, Middle* out) const {
        const auto& kernels = resample_bytes_kernels();
        if constexpr (sizeof(Middle) == 1) {
            if (near_.n_groups) return kernels.near_columns_u8(in, near_, out);
            if (far_.n_pixels) return kernels.far_columns_u8(in, far_, out);
            kernels.plain_columns_u8(in, plain_, out);
        } else {
            if (near_.n_groups) return kernels.near_columns_s16(in, near_, out);
            if (far_.n_pixels) return kernels.far_columns_s16(in, far_, out);
            kernels.plain_columns_s16(in, plain_, out);
        }
    }

  private:
    std::ptrdiff_t first(std::ptrdiff_t pixel) const {
        return taps_.first[static_cast<std::size_t>(range_.first + pixel)];
    }
    const std::vector<std::int32_t>& whole(std::ptrdiff_t pixel) const {
        return whole_[static_cast<std::size_t>(pixel)];
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
    /// Byte `plane` of a weight; the lower ones are signed, too.
    static std::int8_t digit(std::int32_t weight, std::size_t plane) {
        for (std::size_t p = 0; p < plane; ++p)
            weight = (weight - static_cast<std::int8_t>(weight & 255)) / 256;
        return static_cast<std::int8_t>(weight & 255);
    }
    void make_near() {
        const std::ptrdiff_t channels = range_.channels, n = range_.n * channels;
        const std::ptrdiff_t n_groups = (n + 15) / 16, fours = (taps_.most + 3) / 4;
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
                for (std::size_t p = 0; p < fixed_.planes; ++p)
                    for (std::ptrdiff_t i = 0; i < 64; ++i) {
                        const std::ptrdiff_t pixel = std::min(16 * g + i / 4, n - 1) / channels;
                        const std::ptrdiff_t k = 4 * four + i % 4;
                        digits_.push_back(k < taps_.most
                                              ? digit(whole(pixel)[static_cast<std::size_t>(k)], p)
                                              : std::int8_t{0});
                    }
            }
        }
        near_ = {static_cast<std::size_t>(n_groups),
                 static_cast<std::size_t>(fours),
                 fixed_.planes,
                 fixed_.column_shift,
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
        const std::size_t chunk = 16 * fixed_.planes;
        digits_.assign(static_cast<std::size_t>(n_pixels * n_chunks) * chunk, 0);
        for (std::ptrdiff_t x = 0; x < n_pixels; ++x) {
            const std::ptrdiff_t pixel = std::min(x, range_.n - 1);
            const std::ptrdiff_t start = std::min(first(pixel), taps_.from - window);
            base_.push_back(static_cast<std::int32_t>(start * channels));
            for (std::ptrdiff_t k = 0; k < taps_.most; ++k) {
                const std::ptrdiff_t at = first(pixel) - start + k;
                const std::ptrdiff_t in = std::min(at / 16, n_chunks - 1);
                const std::ptrdiff_t within = at - std::min(16 * in, window - 16);
                for (std::size_t p = 0; p < fixed_.planes; ++p)
                    digits_[place(x, n_chunks, in, p) + static_cast<std::size_t>(within)] =
                        digit(whole(pixel)[static_cast<std::size_t>(k)], p);
            }
        }
        far_ = {static_cast<std::size_t>(n_pixels),
                static_cast<std::size_t>(channels),
                static_cast<std::size_t>(n_chunks),
                fixed_.planes,
                fixed_.column_shift,
                offset_.data(),
                base_.data(),
                digits_.data()};
    }
    /// Where the sixteen weights of a pixel in a chunk begin.
    std::size_t place(std::ptrdiff_t x, std::ptrdiff_t n_chunks, std::ptrdiff_t chunk,
                      std::size_t plane) const {
        if (range_.channels != 1)
            return 16 * (static_cast<std::size_t>(x * n_chunks + chunk) * fixed_.planes + plane);
        const std::ptrdiff_t group = x / 16, lane = x % 16 / 4, part = x % 4;
        const auto before = static_cast<std::size_t>((group * n_chunks + chunk) * 4 + part);
        return 64 * (before * fixed_.planes + plane) + static_cast<std::size_t>(16 * lane);
    }
    void make_plain() {
        for (std::ptrdiff_t x = 0; x < range_.n; ++x) {
            base_.push_back(static_cast<std::int32_t>(first(x) * range_.channels));
            weights_.insert(weights_.end(), whole(x).begin(), whole(x).end());
        }
        plain_ = {static_cast<std::size_t>(range_.n),
                  static_cast<std::size_t>(range_.channels),
                  static_cast<std::size_t>(taps_.most),
                  fixed_.column_shift,
                  base_.data(),
                  weights_.data()};
    }

    const Taps& taps_;
    ColumnRange range_;
    const FixedPoint<Middle>& fixed_;
    std::ptrdiff_t reach_ = 64;
    std::vector<std::vector<std::int32_t>> whole_;
    std::vector<std::int32_t> base_, offset_, weights_;
    Table<std::uint8_t> index_;
    Table<std::int8_t> digits_;
    ByteTaps near_{};
    ByteWindows far_{};
    PlainTaps plain_{};
};

}  // namespace imgmine
