#include "features/phog.hpp"

#include <cmath>
#include <string>

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "features/oriented_votes.hpp"
#include "filters/canny.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t chunk = 1024;  // pixels whose votes are held at once

/// Where cell i of n along an axis begins.
std::ptrdiff_t begin_of(std::ptrdiff_t i, std::ptrdiff_t n, std::ptrdiff_t extent) {
    return i * extent / n;
}

class CellRows {
  public:
    CellRows(ImageView<const std::uint8_t> image, ImageView<const std::uint8_t> edges,
             const PhogOptions& options, std::vector<double>& sums)
        : image_(image),
          edges_(edges),
          options_(options),
          n_(std::ptrdiff_t{1} << options.levels),
          sums_(sums),
          cells_(static_cast<std::size_t>(image.width)),
          gradients_(image, false, chunk),
          row_(chunk),
          first_(chunk),
          second_(chunk) {
        for (std::ptrdiff_t j = 0; j < n_; ++j)
            std::fill(cells_.begin() + begin_of(j, n_, image.width),
                      cells_.begin() + begin_of(j + 1, n_, image.width),
                      static_cast<std::size_t>(j));
    }

    /// Sums up row i of the finest cells.
    void run(std::ptrdiff_t i) {
        const std::size_t n_rows = static_cast<std::size_t>(options_.bins) + 2;
        table_.assign(n_rows * static_cast<std::size_t>(n_), 0);
        for (std::ptrdiff_t y = begin_of(i, n_, image_.height);
             y < begin_of(i + 1, n_, image_.height); ++y)
            for (std::ptrdiff_t x = 0; x < image_.width; x += chunk)
                add(y, x, std::min(x + chunk, image_.width));
        double* out = sums_.data() + i * n_ * options_.bins;
        for (std::size_t j = 0; j < static_cast<std::size_t>(n_); ++j) {
            double* const cell = &table_[j * n_rows];
            cell[n_rows - 2] += cell[0];
            cell[1] += cell[n_rows - 1];
            out = std::copy(cell + 1, cell + n_rows - 1, out);
        }
    }

  private:
    void add(std::ptrdiff_t y, std::ptrdiff_t from, std::ptrdiff_t to) {
        const std::size_t n_rows = static_cast<std::size_t>(options_.bins) + 2;
        gradients_.of(y, from, to);
        const auto n = static_cast<std::size_t>(to - from);
        hog_kernels().votes(gradients_.x(), gradients_.y(),
                            {options_.bins, options_.is_signed, true}, row_.data(), first_.data(),
                            second_.data(), n);
        const std::uint8_t* const edge = edges_.row(y) + from;
        for (std::size_t x = 0; x < n; ++x) {
            if (!edge[x]) continue;
            double* const to_rows = &table_[cells_[static_cast<std::size_t>(from) + x] * n_rows +
                                            static_cast<std::size_t>(row_[x])];
            to_rows[0] += static_cast<double>(first_[x]);
            to_rows[1] += static_cast<double>(second_[x]);
        }
    }

    const ImageView<const std::uint8_t> image_, edges_;
    const PhogOptions options_;
    const std::ptrdiff_t n_;
    std::vector<double>& sums_;
    std::vector<std::size_t> cells_;  // of each column
    CenteredGradients<std::uint8_t> gradients_;
    std::vector<std::int32_t> row_;
    std::vector<float> first_, second_;
    std::vector<double> table_;
};

/// The cells of a level from those of the next finer one, n of them along an axis.
std::vector<double> coarser(const std::vector<double>& finer, std::size_t n, std::size_t bins) {
    std::vector<double> result(n * n * bins);
    for (std::size_t y = 0; y < 2 * n; ++y)
        for (std::size_t x = 0; x < 2 * n; ++x)
            for (std::size_t b = 0; b < bins; ++b)
                result[(y / 2 * n + x / 2) * bins + b] += finer[(y * 2 * n + x) * bins + b];
    return result;
}

}  // namespace

void PhogOptions::check() const {
    require(bins >= 1 && bins <= 360,
            "bins must be between 1 and 360, got " + std::to_string(bins));
    require(levels >= 0 && levels <= 6,
            "levels must be between 0 and 6, got " + std::to_string(levels));
}

std::size_t PhogOptions::size() const {
    std::size_t cells = 0;
    for (int level = 0; level <= levels; ++level) cells += std::size_t{1} << 2 * level;
    return cells * static_cast<std::size_t>(bins);
}

std::vector<double> phog(ImageView<const std::uint8_t> image, const PhogOptions& options) {
    options.check();
    require(image.channels == 1,
            "image must have one channel, got " + std::to_string(image.channels));
    std::vector<std::uint8_t> states(static_cast<std::size_t>(image.height * image.width));
    const ImageView<std::uint8_t> edges{states.data(), image.height, image.width, 1, image.width};
    canny(image, edges, {options.low, options.high});

    const auto bins = static_cast<std::size_t>(options.bins);
    std::size_t n = std::size_t{1} << options.levels;
    std::vector<double> level(n * n * bins);
    const ImageView<const std::uint8_t> found{states.data(), image.height, image.width, 1,
                                              image.width};
    const auto rows = static_cast<std::ptrdiff_t>(n);
    const bool is_large = image.height * image.width > 1 << 18;
    parallel_for(rows, is_large ? 1 : rows, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        CellRows cells(image, found, options, level);
        for (std::ptrdiff_t i = first; i < last; ++i) cells.run(i);
    });
    std::vector<double> result(options.size());
    for (auto end = result.end();;) {
        end -= static_cast<std::ptrdiff_t>(level.size());
        std::copy(level.begin(), level.end(), end);
        if (n == 1) return result;
        level = coarser(level, n /= 2, bins);
    }
}

void write_normalized(const std::vector<double>& sums, Normalize normalize, float* out) {
    double sum = 0, squares = 0;
    for (const double s : sums) sum += s, squares += s * s;
    const double divisor = normalize == Normalize::none ? 1
                           : normalize == Normalize::l2 ? std::sqrt(squares)
                                                        : sum;
    for (const double s : sums) {
        const double share = sum > 0 ? s / divisor : 0;
        *out++ = static_cast<float>(normalize == Normalize::hellinger ? std::sqrt(share) : share);
    }
}

}  // namespace imgmine
