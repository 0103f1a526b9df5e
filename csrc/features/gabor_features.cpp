#include "features/gabor_features.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "kernels/gabor.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t tile_width = 256;  // columns of a filter's rows that stay in the cache

double envelope(double distance, double sigma) {
    const double scaled = distance / sigma;
    return scaled > 37 ? 0 : exp_same_bits(-0.5 * scaled * scaled);
}

/// exp(-k^2 / (2 sigma^2)) times cosine and sine of k * turn * 2 pi, for k = 0..half.
GaborFactor factor_of(double turn, double sigma, std::size_t half) {
    GaborFactor factor;
    double total = 0;
    for (std::size_t k = 0; k <= half; ++k)
        total += (k ? 2 : 1) * envelope(static_cast<double>(k), sigma);
    for (std::size_t k = 0; k <= half; ++k) {
        const auto distance = static_cast<double>(k);
        const double weight = envelope(distance, sigma) / total;
        const double angle = 2 * distance * turn;
        factor.even.push_back(static_cast<float>(weight * sin_pi_same_bits(angle + 0.5)));
        factor.odd.push_back(static_cast<float>(weight * sin_pi_same_bits(angle)));
    }
    return factor;
}

/// Filters a range of rows of one tile of columns, and hands each row of answers to a receiver.
class TileFilter {
  public:
    TileFilter(ImageView<const std::uint8_t> image, Border border, std::size_t half)
        : image_(image),
          border_(border),
          half_(half),
          in_(tile_width + 2 * half + 16),
          ring_((2 * half + 1) * 2 * tile_width),
          answers_(4 * tile_width),
          rows_(2 * half + 1),
          columns_(in_.size()) {}

    template <class Receive>
    void run(const GaborFilter& filter, std::ptrdiff_t left, std::ptrdiff_t first,
             std::ptrdiff_t last, const Receive& receive) {
        const std::ptrdiff_t n = std::min(tile_width, image_.width - left);
        padded_ = static_cast<std::size_t>((n + 15) / 16 * 16);
        const auto half = static_cast<std::ptrdiff_t>(half_);
        for (std::size_t i = 0; i < columns_.size(); ++i)
            columns_[i] =
                border_index(border_, left + static_cast<std::ptrdiff_t>(i) - half, image_.width);
        for (std::ptrdiff_t y = first - half; y < first + half; ++y) fill(filter, y);
        const GaborRow out = at(answers_, 0);
        const GaborRow mirrored = filter.mirrored < 0 ? GaborRow{} : at(answers_, 1);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            fill(filter, y + half);
            for (std::size_t k = 0; k < rows_.size(); ++k)
                rows_[k] = slot(y - half + static_cast<std::ptrdiff_t>(k));
            gabor_kernels().along_column(rows_.data(), filter.column.even.data(),
                                         filter.column.odd.data(), half_, padded_, out, mirrored);
            receive(filter.index, y, left, out, n);
            if (filter.mirrored >= 0)
                receive(static_cast<std::size_t>(filter.mirrored), y, left, mirrored, n);
        }
    }

  private:
    static GaborRow at(std::vector<float>& rows, std::size_t i) {
        float* real = rows.data() + 2 * i * tile_width;
        return {real, real + tile_width};
    }
    GaborRow slot(std::ptrdiff_t y) {
        const auto n = static_cast<std::ptrdiff_t>(2 * half_ + 1);
        return at(ring_, static_cast<std::size_t>((y % n + n) % n));
    }

    /// Filters row y along itself.
    void fill(const GaborFilter& filter, std::ptrdiff_t y) {
        const GaborRow out = slot(y);
        const std::ptrdiff_t inside = border_index(border_, y, image_.height);
        if (inside < 0) {
            std::fill(out.real, out.real + padded_, 0.0f);
            std::fill(out.imaginary, out.imaginary + padded_, 0.0f);
            return;
        }
        const std::uint8_t* row = image_.row(inside);
        for (std::size_t i = 0; i < padded_ + 2 * half_; ++i)
            in_[i] = columns_[i] < 0 ? 0 : static_cast<float>(row[columns_[i]]);
        gabor_kernels().along_row(in_.data() + half_, filter.row.even.data(), filter.row.odd.data(),
                                  half_, padded_, out);
    }

    ImageView<const std::uint8_t> image_;
    Border border_;
    std::size_t half_, padded_ = 0;
    std::vector<float> in_, ring_, answers_;
    std::vector<GaborRow> rows_;
    std::vector<std::ptrdiff_t> columns_;
};

template <class Receive>
void run(ImageView<const std::uint8_t> src, const GaborBank& bank, const Receive& receive) {
    bank.check();
    if (src.empty()) return;
    const std::vector<GaborFilter> filters = gabor_filters(bank);
    const double cost = 2.0 * static_cast<double>(filters.size());
    const int longest = *std::max_element(bank.ksizes.begin(), bank.ksizes.end());
    // Each share filters some rows above and below its own.
    const std::ptrdiff_t grain = std::max<std::ptrdiff_t>(row_grain(src.width, cost), longest);
    parallel_for(src.height, grain, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (const GaborFilter& filter : filters) {
            TileFilter tile(src, bank.border, filter.half);
            for (std::ptrdiff_t left = 0; left < src.width; left += tile_width)
                tile.run(filter, left, first, last, receive);
        }
    });
}

}  // namespace

void GaborBank::check() const {
    require(!wavelengths.empty() && wavelengths.size() == sigmas.size() &&
                wavelengths.size() == ksizes.size(),
            "wavelengths must hold at least one number");
    require(orientations >= 1 && orientations <= 64,
            "orientations must be from 1 to 64, got " + std::to_string(orientations));
    for (std::size_t i = 0; i < wavelengths.size(); ++i) {
        require(wavelengths[i] >= 1e-3 && wavelengths[i] <= 1e6,
                "wavelengths must be from 0.001 to 1e6");
        require(sigmas[i] >= 1e-3 && sigmas[i] <= 1e6, "sigma must be from 0.001 to 1e6");
        require(ksizes[i] % 2 == 1 && ksizes[i] >= 1 && ksizes[i] <= 255,
                "ksize must be odd, 1 to 255, got " + std::to_string(ksizes[i]));
    }
}

std::vector<GaborFilter> gabor_filters(const GaborBank& bank) {
    std::vector<GaborFilter> filters;
    const auto n = static_cast<std::size_t>(bank.orientations);
    for (std::size_t w = 0; w < bank.wavelengths.size(); ++w)
        for (std::size_t i = 0; 2 * i <= n; ++i) {
            if (i == n) continue;
            const double angle = static_cast<double>(i) / static_cast<double>(n);
            const double turn_x = sin_pi_same_bits(angle + 0.5) / bank.wavelengths[w];
            const double turn_y = sin_pi_same_bits(angle) / bank.wavelengths[w];
            const auto half = static_cast<std::size_t>(bank.ksizes[w] / 2);
            const bool paired = i > 0 && 2 * i < n;
            filters.push_back({half, factor_of(turn_x, bank.sigmas[w], half),
                               factor_of(turn_y, bank.sigmas[w], half), w * n + i,
                               paired ? static_cast<std::ptrdiff_t>(w * n + n - i) : -1});
        }
    return filters;
}

void gabor_features(ImageView<const std::uint8_t> src, const GaborBank& bank, bool magnitude,
                    bool scaled, float* out) {
    bank.check();
    std::fill(out, out + 2 * bank.size(), 0.0f);
    if (src.empty()) return;
    const auto height = static_cast<std::size_t>(src.height);
    std::vector<double> sums(2 * bank.size() * height);  // of each row, added up in one order
    run(src, bank,
        [&](std::size_t filter, std::ptrdiff_t y, std::ptrdiff_t, GaborRow row, std::ptrdiff_t n) {
            double* sum = sums.data() + 2 * (filter * height + static_cast<std::size_t>(y));
            if (magnitude)
                gabor_kernels().add_magnitudes(row, static_cast<std::size_t>(n), sum);
            else
                gabor_kernels().add_values(row.real, static_cast<std::size_t>(n), sum);
        });
    const double count = static_cast<double>(src.height) * static_cast<double>(src.width);
    for (std::size_t f = 0; f < bank.size(); ++f) {
        double sum = 0, squares = 0;
        for (std::size_t y = 0; y < height; ++y) {
            sum += sums[2 * (f * height + y)];
            squares += sums[2 * (f * height + y) + 1];
        }
        const double mean = sum / count;
        out[2 * f] = static_cast<float>(mean);
        out[2 * f + 1] =
            static_cast<float>(std::sqrt(std::max(0.0, squares / count - mean * mean)));
    }
    if (scaled)
        for (std::size_t i = 0; i < 2 * bank.size(); ++i) out[i] = std::sqrt(out[i] / 255.0f);
}

void gabor_responses(ImageView<const std::uint8_t> src, const GaborBank& bank,
                     std::complex<float>* out) {
    run(src, bank,
        [&](std::size_t filter, std::ptrdiff_t y, std::ptrdiff_t left, GaborRow row,
            std::ptrdiff_t n) {
            std::complex<float>* to =
                out + (static_cast<std::ptrdiff_t>(filter) * src.height + y) * src.width + left;
            for (std::ptrdiff_t x = 0; x < n; ++x) to[x] = {row.real[x], row.imaginary[x]};
        });
}

}  // namespace imgmine
