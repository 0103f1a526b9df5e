#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "base/math.hpp"
#include "filters/gaussian_rows.hpp"
#include "kernels/decimate.hpp"

namespace imgmine {

/// A wide Gaussian on a coarse grid: means at every `factor`-th pixel, weighted by a triangle that
/// reaches the neighbours; a Gaussian on those; straight lines between. Both triangles widen the
/// picture, so the Gaussian is made narrower by their variance. What is left of the grid in the
/// result shrinks with the square of the coarse sigma.
struct CoarseGaussian {
    std::ptrdiff_t factor;
    std::vector<float> taps;

    static constexpr double least_sigma = 5;  ///< on the coarse grid

    static std::ptrdiff_t factor_for(double sigma) {
        return std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(sigma / least_sigma));
    }
    explicit CoarseGaussian(double sigma) : factor(factor_for(sigma)) {
        const auto s = static_cast<double>(factor);
        const double variance = sigma * sigma / (s * s) - (1 - 1 / (s * s)) / 3;
        const auto radius = static_cast<int>(std::ceil(4 * std::sqrt(variance)));
        std::vector<double> weights;
        double total = 0;
        for (int i = -radius; i <= radius; ++i) {
            weights.push_back(exp_same_bits(-0.5 * i * i / variance));
            total += weights.back();
        }
        for (const double weight : weights) taps.push_back(static_cast<float>(weight / total));
    }
    std::ptrdiff_t radius() const { return static_cast<std::ptrdiff_t>(taps.size() / 2); }
};

inline std::ptrdiff_t floor_divide(std::ptrdiff_t a, std::ptrdiff_t b) {
    return a / b - (a % b < 0);
}

/// Where the fine columns of a tile lie between coarse ones.
struct BetweenTable {
    std::vector<std::int32_t> first, base;
    std::vector<float> fraction;
    std::size_t step;

    BetweenTable(std::ptrdiff_t from, std::ptrdiff_t to, std::ptrdiff_t origin,
                 std::ptrdiff_t factor, std::ptrdiff_t channels)
        : step(static_cast<std::size_t>(channels)) {
        for (std::ptrdiff_t x = from; x < to; ++x) {
            const std::ptrdiff_t k = floor_divide(x, factor);
            for (std::ptrdiff_t c = 0; c < channels; ++c) {
                first.push_back(static_cast<std::int32_t>((k - origin) * channels + c));
                fraction.push_back(static_cast<float>(x - k * factor) / static_cast<float>(factor));
            }
        }
        while (first.size() % 16) {
            first.push_back(first.back());
            fraction.push_back(0);
        }
        for (auto it = first.begin(); it != first.end(); it += 16) {
            const auto [least, most] = std::minmax_element(it, it + 16);
            base.push_back(*most - *least < 16 ? *least : -1);
        }
    }
    Between view() const { return {first.data(), fraction.data(), base.data(), step}; }
};

/// Blurs one tile of columns on the coarse grid. Coarse rows stand in a ring of as many as there
/// are taps; nothing of the size of the image exists.
template <class T>
class CoarseTile {
  public:
    CoarseTile(ImageView<const T> src, ImageView<T> dst, const CoarseGaussian& gaussian,
               Border border, std::ptrdiff_t first_column, std::ptrdiff_t last_column)
        : src_(src),
          dst_(dst),
          gaussian_(gaussian),
          border_(border),
          origin_(floor_divide(first_column, gaussian.factor)),
          n_(floor_divide(last_column - 1, gaussian.factor) + 2 - origin_),
          tile_(first_column, last_column,
                first_column - (origin_ - gaussian.radius() - 1) * gaussian.factor,
                (origin_ + n_ + gaussian.radius()) * gaussian.factor - last_column, src.width,
                border),
          between_(first_column, last_column, origin_, gaussian.factor, src.channels),
          fine_(1, tile_.size() * src.channels),
          padded_(1, (n_ + 2 * gaussian.radius()) * src.channels + room),
          ring_(2 * gaussian.radius() + 1, n_ * src.channels + room),
          blurred_(3, n_ * src.channels + room),
          zeros_(static_cast<std::size_t>((tile_.high - tile_.low) * src.channels)) {
        const std::ptrdiff_t s = gaussian.factor;
        for (std::ptrdiff_t i = 1 - s; i < s; ++i)
            triangle_.push_back(static_cast<float>(s - std::abs(i)));
    }

    void blur_rows(std::ptrdiff_t first, std::ptrdiff_t last) {
        const std::ptrdiff_t s = gaussian_.factor, radius = gaussian_.radius();
        const std::ptrdiff_t from = floor_divide(first, s), to = floor_divide(last - 1, s) + 1;
        for (std::ptrdiff_t j = from - radius; j < from + radius; ++j) coarse_row(j);
        for (std::ptrdiff_t j = from; j <= to; ++j) {
            coarse_row(j + radius);
            blur_down(j);
            if (j == from) continue;
            for (std::ptrdiff_t y = std::max(first, (j - 1) * s); y < std::min(last, j * s); ++y)
                expand(y, j - 1);
        }
    }

  private:
    static constexpr std::ptrdiff_t room = 64;

    float* slot(std::ptrdiff_t j) {
        const std::ptrdiff_t n = 2 * gaussian_.radius() + 1;
        return ring_.row((j % n + n) % n);
    }

    /// Makes coarse row j, blurred along, from the rows around j * factor.
    void coarse_row(std::ptrdiff_t j) {
        const std::ptrdiff_t channels = src_.channels, s = gaussian_.factor;
        std::vector<const T*> rows, column;
        std::vector<bool> outside;
        for (std::ptrdiff_t y = j * s - s + 1; y < j * s + s; ++y) {
            const std::ptrdiff_t row = border_index(border_, y, src_.height);
            outside.push_back(row < 0);
            rows.push_back(row < 0 ? zeros_.data() : src_.row(row) + tile_.low * channels);
        }
        float* const fine = fine_.row(0);
        sum_rows(rows, fine + (tile_.low - tile_.begin) * channels, zeros_.size());
        for (const auto& [place, x] : tile_.beyond) {
            column = rows;
            for (std::size_t k = 0; k < rows.size(); ++k)
                if (!outside[k]) column[k] += (x - tile_.low) * channels;
            sum_rows(column, fine + place * channels, static_cast<std::size_t>(channels));
        }
        tile_.fill(fine, channels);

        const std::ptrdiff_t n = n_ + 2 * gaussian_.radius();
        const auto area = static_cast<float>(s * s);
        decimate_kernels().decimate(fine, static_cast<std::size_t>(s),
                                    static_cast<std::size_t>(channels), 1 / (area * area),
                                    padded_.row(0), static_cast<std::size_t>(n));
        std::vector<const float*> shifted;
        for (std::size_t k = 0; k < gaussian_.taps.size(); ++k)
            shifted.push_back(padded_.row(0) + static_cast<std::ptrdiff_t>(k) * channels);
        convolve_kernels().weighted_sum_f32(shifted.data(), gaussian_.taps.data(),
                                            gaussian_.taps.size(), slot(j),
                                            static_cast<std::size_t>(n_ * channels));
    }

    void sum_rows(const std::vector<const T*>& rows, float* out, std::size_t n) const {
        if constexpr (std::is_same_v<T, float>)
            convolve_kernels().weighted_sum_f32(rows.data(), triangle_.data(), rows.size(), out, n);
        else
            decimate_kernels().weighted_sum_u8_f32(rows.data(), triangle_.data(), rows.size(), out,
                                                   n);
    }

    void blur_down(std::ptrdiff_t j) {
        std::vector<const float*> stacked;
        for (std::ptrdiff_t k = j - gaussian_.radius(); k <= j + gaussian_.radius(); ++k)
            stacked.push_back(slot(k));
        convolve_kernels().weighted_sum_f32(stacked.data(), gaussian_.taps.data(),
                                            gaussian_.taps.size(), blurred_.row(j & 1),
                                            static_cast<std::size_t>(n_ * src_.channels));
    }

    /// Writes row y, which lies between coarse rows j and j + 1.
    void expand(std::ptrdiff_t y, std::ptrdiff_t j) {
        const std::ptrdiff_t s = gaussian_.factor;
        const float* const rows[] = {blurred_.row(j & 1), blurred_.row((j + 1) & 1)};
        const float below = static_cast<float>(y - j * s) / static_cast<float>(s);
        const float weights[] = {1 - below, below};
        const std::size_t n_rows = below > 0 ? 2 : 1;
        float* const coarse = blurred_.row(2);
        convolve_kernels().weighted_sum_f32(rows, weights, n_rows, coarse,
                                            static_cast<std::size_t>(n_ * src_.channels));
        const auto n = static_cast<std::size_t>((tile_.last - tile_.first) * src_.channels);
        T* const out = dst_.row(y) + tile_.first * src_.channels;
        if constexpr (std::is_same_v<T, float>)
            decimate_kernels().expand_f32(coarse, between_.view(), out, n);
        else
            decimate_kernels().expand_u8(coarse, between_.view(), out, n);
    }

    ImageView<const T> src_;
    ImageView<T> dst_;
    const CoarseGaussian& gaussian_;
    Border border_;
    std::ptrdiff_t origin_, n_;  ///< the first coarse column and how many there are
    ColumnTile tile_;
    BetweenTable between_;
    AlignedRows<float> fine_, padded_, ring_, blurred_;
    std::vector<T> zeros_;
    std::vector<float> triangle_;
};

template <class T>
void blur_coarsely(ImageView<const T> src, ImageView<T> dst, const CoarseGaussian& gaussian,
                   Border border, std::ptrdiff_t first, std::ptrdiff_t last) {
    const std::ptrdiff_t most = std::max<std::ptrdiff_t>(
        64, std::min<std::ptrdiff_t>(2048 * gaussian.factor, 1 << 15) / src.channels);
    const std::ptrdiff_t n = (src.width + most - 1) / most;
    for (std::ptrdiff_t i = 0; i < n; ++i)
        CoarseTile<T>(src, dst, gaussian, border, src.width * i / n, src.width * (i + 1) / n)
            .blur_rows(first, last);
}

}  // namespace imgmine
