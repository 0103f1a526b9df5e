#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "geometry/tap_tables.hpp"
#include "geometry/taps.hpp"
#include "kernels/resample.hpp"

namespace imgmine {

class FloatColumns {
  public:
    FloatColumns(const TapAxis& axis, ColumnRange range)
        : FloatColumns(axis.taps(range.first, range.first + range.n), range) {}
    FloatColumns(const FloatColumns&) = delete;
    FloatColumns& operator=(const FloatColumns&) = delete;

    void run(const float* in, float* out) const { resample_kernels().columns_f32(in, table_, out); }

  private:
    FloatColumns(const Taps& taps, ColumnRange range)
        : n_(range.n * range.channels), channels_(range.channels) {
        std::ptrdiff_t n_taps = 1;
        for (std::ptrdiff_t x = taps.begin; x < taps.end(); ++x)
            n_taps = std::max(n_taps, measure(taps, x));
        const std::ptrdiff_t n_groups = (n_ + 15) / 16, row_size = taps.from * channels_;
        base_.assign(static_cast<std::size_t>(n_groups), 0);
        const std::ptrdiff_t reach = place_groups(row_size, 32)   ? 32
                                     : place_groups(row_size, 64) ? 64
                                                                  : 0;
        if (reach == 0) std::fill(base_.begin(), base_.end(), 0);
        const auto size = static_cast<std::size_t>(16 * n_groups * n_taps);
        index_.resize(size);
        weights_.resize(size);
        for (std::ptrdiff_t i = 0; i < 16 * n_groups; ++i) fill(taps, i, n_taps);
        table_ = {static_cast<std::size_t>(n_groups),
                  static_cast<std::size_t>(n_taps),
                  base_.data(),
                  index_.data(),
                  weights_.data(),
                  static_cast<std::size_t>(reach)};
    }

    static bool counts(double weight) { return static_cast<float>(weight) != 0; }

    /// Notes where the taps of a new pixel that count begin and end; returns how many they are.
    std::ptrdiff_t measure(const Taps& taps, std::ptrdiff_t x) {
        const double* const weights = taps.of(x);
        std::ptrdiff_t found = 0, front = 0, back = 0;
        for (std::ptrdiff_t k = 0; k < taps.most; ++k) {
            if (!counts(weights[k])) continue;
            if (found++ == 0) front = k;
            back = k;
        }
        fronts_.push_back(static_cast<std::int32_t>(taps.first(x) + front));
        backs_.push_back(static_cast<std::int32_t>(taps.first(x) + back));
        return found;
    }
    /// Finds where the `reach` values begin that hold all of each group; false if there are none.
    bool place_groups(std::ptrdiff_t row_size, std::ptrdiff_t reach) {
        if (row_size < reach) return false;
        for (std::ptrdiff_t i = 0; i < n_; i += 16) {
            std::ptrdiff_t begin = row_size, end = 0;
            for (std::ptrdiff_t x = i / channels_; x <= std::min(i + 15, n_ - 1) / channels_; ++x) {
                begin = std::min(begin, fronts_[static_cast<std::size_t>(x)] * channels_);
                end = std::max(end, (backs_[static_cast<std::size_t>(x)] + 1) * channels_);
            }
            begin = std::min(begin, row_size - reach);
            if (end > begin + reach) return false;
            base_[static_cast<std::size_t>(i / 16)] = static_cast<std::int32_t>(begin);
        }
        return true;
    }
    /// Writes the taps of the i-th value; behind the last one they are those of the last.
    void fill(const Taps& taps, std::ptrdiff_t i, std::ptrdiff_t n_taps) {
        const std::ptrdiff_t value = std::min(i, n_ - 1), x = taps.begin + value / channels_;
        const std::ptrdiff_t offset = value % channels_ - base_[static_cast<std::size_t>(i / 16)];
        auto to = static_cast<std::size_t>(i / 16 * 16 * n_taps + i % 16);
        const auto put = [&](std::ptrdiff_t at, double weight) {
            index_[to] = static_cast<std::int32_t>(at * channels_ + offset);
            weights_[to] = static_cast<float>(weight);
            to += 16;
        };
        std::ptrdiff_t done = 0;
        const double* const weights = taps.of(x);
        for (std::ptrdiff_t k = 0; k < taps.most; ++k)
            if (counts(weights[k])) put(taps.first(x) + k, weights[k]), ++done;
        // Where there is no tap any more: nothing of one that counts anyway.
        for (; done < n_taps; ++done) put(fronts_[static_cast<std::size_t>(value / channels_)], 0);
    }

    std::ptrdiff_t n_, channels_;
    std::vector<std::int32_t> fronts_, backs_, base_;
    Table<std::int32_t> index_;
    Table<float> weights_;
    FloatTaps table_{};
};

}  // namespace imgmine
