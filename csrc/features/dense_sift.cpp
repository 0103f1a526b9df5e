#include "features/dense_sift.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <type_traits>

#include "base/border.hpp"
#include "base/error.hpp"
#include "base/math.hpp"
#include "base/parallel.hpp"
#include "kernels/dense_sift.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t n_bins = 4, n_directions = 8, size_of_descriptor = 128;
constexpr std::ptrdiff_t lane = 16;  // kernels round a row's length up to this

/// Places along one side of an image: first bins stand at first + i * step.
struct Grid {
    std::ptrdiff_t first = 0, count = 0;

    Grid(std::ptrdiff_t extent, std::ptrdiff_t step, std::ptrdiff_t size) {
        const std::ptrdiff_t room = extent - 1 - (n_bins - 1) * size;
        if (room < 0) return;
        first = room % step / 2;
        count = room / step + 1;
    }
};

/// The last few of many rows, each made when it is first wanted, from the top down.
class RecentRows {
  public:
    RecentRows(std::ptrdiff_t first, std::ptrdiff_t kept, std::ptrdiff_t size)
        : next_(first), kept_(kept), size_(size), values_(static_cast<std::size_t>(kept * size)) {}

    template <class Make>
    const float* at(std::ptrdiff_t y, const Make& make) {
        for (; next_ <= y; ++next_) make(next_, row(next_));
        return row(y);
    }

  private:
    float* row(std::ptrdiff_t y) {
        const std::ptrdiff_t at = y % kept_;
        return values_.data() + (at < 0 ? at + kept_ : at) * size_;
    }

    std::ptrdiff_t next_, kept_, size_;
    std::vector<float> values_;
};

/// weights[k] of a pixel k away from the middle.
std::vector<float> gaussian_weights(double size) {
    const double variance = size * size / 36 - 0.25;  // what a camera has blurred is left out
    if (variance <= 0) return {1};
    const auto radius = static_cast<int>(std::ceil(3 * std::sqrt(variance)));
    std::vector<double> weights;
    double total = 0;
    for (int k = 0; k <= radius; ++k) {
        weights.push_back(exp_same_bits(-0.5 * k * k / variance));
        total += k ? 2 * weights.back() : weights.back();
    }
    std::vector<float> out;
    for (const double weight : weights) out.push_back(static_cast<float>(weight / total));
    return out;
}

std::vector<float> triangle_weights(int size) {
    std::vector<float> weights;
    for (int k = 0; k < size; ++k)
        weights.push_back(static_cast<float>(size - k) / static_cast<float>(size * size));
    return weights;
}

/// A part of one size's grid: places [top, bottom) x [left, right).
struct Tile {
    int size;
    Grid down, across;
    std::ptrdiff_t top, bottom, left, right;
    std::ptrdiff_t offset;  ///< of the grid's first descriptor among all
};

std::ptrdiff_t round_up(std::ptrdiff_t n) {
    return (n + lane - 1) / lane * lane;
}

/// Goes down a tile: image rows are blurred, vote, are summed under triangles, and read out. Each
/// stage keeps the rows that the next one still wants.
class Descent {
  public:
    Descent(const ImageView<const std::uint8_t>& image, const DenseSiftOptions& options,
            const Tile& tile)
        : image_(image),
          options_(options),
          tile_(tile),
          blur_(gaussian_weights(tile.size)),
          triangle_(triangle_weights(tile.size)),
          radius_(static_cast<std::ptrdiff_t>(blur_.size()) - 1),
          x0_(tile.across.first + tile.left * options.step - (tile.size - 1)),
          n_(tile.across.first + (tile.right - 1) * options.step + 4 * tile.size - x0_),
          stride_(round_up(n_)),
          begin_(std::max<std::ptrdiff_t>(x0_, 0)),
          end_(std::min(x0_ + n_, image.width)),
          width_(round_up(end_ - begin_) + 2 * lane),
          image_rows_(first_vote() - 1 - radius_, 2 * radius_ + 1, width_ + round_up(2 * radius_)),
          blurred_(first_vote() - 1, 3, width_),
          votes_(first_vote(), 2 * tile.size - 1, n_directions * stride_),
          n_sampled_((tile.right - tile.left - 1) * options.step + (n_bins - 1) * tile.size + 1),
          sampled_(first_vote() + tile.size - 1, (n_bins - 1) * tile.size + 1,
                   n_directions * n_sampled_),
          line_(static_cast<std::size_t>(width_ + round_up(2 * radius_))),
          column_(static_cast<std::size_t>(stride_ + lane)),
          one_(static_cast<std::size_t>(stride_)) {}

    template <class Take>
    void run(const Take& take) {
        float weights[n_bins * n_bins];
        for (int i = 0; i < n_bins * n_bins; ++i)
            weights[i] = window(i / n_bins) * window(i % n_bins);
        for (std::ptrdiff_t row = tile_.top; row < tile_.bottom; ++row) {
            const std::ptrdiff_t y = tile_.down.first + row * options_.step;
            const float* lines[n_bins];
            for (int i = 0; i < n_bins; ++i)
                lines[i] = sampled_.at(y + i * tile_.size,
                                       [this](std::ptrdiff_t at, float* out) { sample(at, out); });
            for (std::ptrdiff_t column = tile_.left; column < tile_.right; ++column) {
                const float* bins[n_bins * n_bins];
                for (int i = 0; i < n_bins * n_bins; ++i)
                    bins[i] = lines[i / n_bins] +
                              n_directions *
                                  ((column - tile_.left) * options_.step + i % n_bins * tile_.size);
                take(row, column, bins, weights);
            }
        }
    }

  private:
    /// A Gaussian of two bins about the descriptor, at the middle of bin i.
    static float window(int i) {
        const double away = i - 1.5;
        return static_cast<float>(exp_same_bits(-away * away / 8));
    }

    std::ptrdiff_t first_vote() const {
        return tile_.down.first + tile_.top * options_.step - (tile_.size - 1);
    }

    /// Whether bins of any descriptor of the tile stand at this distance from the first.
    bool is_wanted(std::ptrdiff_t away, std::ptrdiff_t count) const {
        for (int i = 0; i < n_bins; ++i) {
            const std::ptrdiff_t at = away - i * tile_.size;
            if (at >= 0 && at % options_.step == 0 && at / options_.step < count) return true;
        }
        return false;
    }

    /// The image's row y as floats, from `radius_` and one pixel before the first voting one.
    void read_row(std::ptrdiff_t y, float* out) {
        const std::uint8_t* row = image_.row(std::clamp<std::ptrdiff_t>(y, 0, image_.height - 1));
        const std::ptrdiff_t from = begin_ - 1 - radius_, to = end_ + 1 + radius_;
        const std::ptrdiff_t first = std::max<std::ptrdiff_t>(from, 0);
        const std::ptrdiff_t last = std::min(to, image_.width);
        dense_sift_kernels().to_floats(row + first, static_cast<std::size_t>(last - first),
                                       out + (first - from));
        for (std::ptrdiff_t x = from; x < first; ++x) out[x - from] = row[0];
        for (std::ptrdiff_t x = last; x < to; ++x) out[x - from] = row[image_.width - 1];
    }

    /// The blurred row y, with a pixel on either side of the voting ones.
    void blur_row(std::ptrdiff_t y, float* out) {
        std::vector<const float*> rows;
        for (std::ptrdiff_t k = -radius_; k <= radius_; ++k)
            rows.push_back(image_rows_.at(
                y + k, [this](std::ptrdiff_t at, float* row) { read_row(at, row); }));
        const auto n = static_cast<std::size_t>(end_ - begin_ + 2);
        const auto radius = static_cast<std::size_t>(radius_);
        dense_sift_kernels().smooth(rows.data() + radius, blur_.data(), radius, n + 2 * radius,
                                    line_.data());
        for (std::size_t k = 0; k < rows.size(); ++k) rows[k] = line_.data() + k;
        dense_sift_kernels().smooth(rows.data() + radius, blur_.data(), radius, n, out);
        extend(out, n);
    }

    /// Goes on beyond the image's sides as it came, so that differences there are of one side.
    void extend(float* row, std::size_t n) const {
        if (image_.width == 1) return;
        if (begin_ == 0) row[0] = 2 * row[1] - row[2];
        if (end_ == image_.width) row[n - 1] = 2 * row[n - 2] - row[n - 3];
    }

    /// A row's votes, zeros beside the image.
    void vote(std::ptrdiff_t y, float* out) {
        const auto blurred = [this](std::ptrdiff_t at) {
            return blurred_.at(at, [this](std::ptrdiff_t v, float* row) { blur_row(v, row); }) + 1;
        };
        if (y < 0 || y >= image_.height) {
            std::fill_n(out, n_directions * stride_, 0.0f);
            return;
        }
        const float* above = blurred(y - 1);
        const float* here = blurred(y);
        const float* below = blurred(y + 1);
        const auto n = static_cast<std::size_t>(end_ - begin_);
        if (image_.height > 1 && (y == 0 || y == image_.height - 1)) {
            const float* other = y == 0 ? below : above;
            beyond_.resize(static_cast<std::size_t>(width_));
            for (std::size_t x = 0; x < n; ++x) beyond_[x] = 2 * here[x] - other[x];
            (y == 0 ? above : below) = beyond_.data();
        }
        lined_up_.resize(static_cast<std::size_t>(n_directions * width_));
        dense_sift_kernels().vote(above, here, below, n, lined_up_.data(),
                                  static_cast<std::size_t>(width_));
        for (std::ptrdiff_t d = 0; d < n_directions; ++d) {
            float* plane = out + d * stride_;
            std::fill_n(plane, begin_ - x0_, 0.0f);
            std::copy_n(lined_up_.data() + d * width_, n, plane + (begin_ - x0_));
            std::fill(plane + (end_ - x0_), plane + stride_, 0.0f);
        }
    }

    /// Sums under triangles about row y, where bins stand: for each of them its directions.
    void sample(std::ptrdiff_t y, float* out) {
        const std::ptrdiff_t away = y - (tile_.down.first + tile_.top * options_.step);
        const std::ptrdiff_t reach = tile_.size - 1;
        std::vector<const float*> rows;
        for (std::ptrdiff_t k = -reach; k <= reach; ++k)
            rows.push_back(
                votes_.at(y + k, [this](std::ptrdiff_t at, float* row) { vote(at, row); }));
        if (!is_wanted(away, tile_.bottom - tile_.top)) return;
        const auto radius = static_cast<std::size_t>(reach);
        std::vector<const float*> shifted(rows.size());
        for (std::ptrdiff_t d = 0; d < n_directions; ++d) {
            dense_sift_kernels().smooth(rows.data() + radius, triangle_.data(), radius,
                                        static_cast<std::size_t>(n_), column_.data());
            for (std::size_t k = 0; k < rows.size(); ++k) {
                shifted[k] = column_.data() + k;
                rows[k] += stride_;
            }
            dense_sift_kernels().smooth(shifted.data() + radius, triangle_.data(), radius,
                                        static_cast<std::size_t>(n_sampled_), one_.data());
            for (const std::ptrdiff_t x : wanted_columns())
                out[n_directions * x + d] = one_[static_cast<std::size_t>(x)];
        }
    }

    const std::vector<std::ptrdiff_t>& wanted_columns() {
        if (columns_.empty())
            for (std::ptrdiff_t x = 0; x < n_sampled_; ++x)
                if (is_wanted(x, tile_.right - tile_.left)) columns_.push_back(x);
        return columns_;
    }

    const ImageView<const std::uint8_t>& image_;
    const DenseSiftOptions& options_;
    const Tile tile_;
    const std::vector<float> blur_, triangle_;
    const std::ptrdiff_t radius_;
    const std::ptrdiff_t x0_, n_, stride_;      // voting pixels, those beside the image, too
    const std::ptrdiff_t begin_, end_, width_;  // those of the image, and room for their rows
    RecentRows image_rows_, blurred_, votes_;
    const std::ptrdiff_t n_sampled_;
    RecentRows sampled_;
    std::vector<float> line_, column_, one_, beyond_, lined_up_;
    std::vector<std::ptrdiff_t> columns_;
};

/// Cuts every grid into parts whose workspace stays in the cache.
std::vector<Tile> tiles_of(std::ptrdiff_t height, std::ptrdiff_t width,
                           const DenseSiftOptions& options) {
    std::vector<Tile> tiles;
    std::ptrdiff_t offset = 0;
    for (const int size : options.sizes) {
        const Grid down(height, options.step, size), across(width, options.step, size);
        const std::ptrdiff_t pixels = std::max<std::ptrdiff_t>(5 * size, 262144 / 8 / (5 * size));
        const std::ptrdiff_t columns = std::max<std::ptrdiff_t>(pixels / options.step, 1);
        const std::ptrdiff_t rows =
            std::max<std::ptrdiff_t>(std::max<std::ptrdiff_t>(256, 16 * size) / options.step, 1);
        for (std::ptrdiff_t y = 0; y < down.count; y += rows)
            for (std::ptrdiff_t x = 0; x < across.count; x += columns)
                tiles.push_back({size, down, across, y, std::min(y + rows, down.count), x,
                                 std::min(x + columns, across.count), offset});
        offset += down.count * across.count;
    }
    return tiles;
}

}  // namespace

void check(const DenseSiftOptions& options) {
    require(options.step >= 1 && options.step <= 1024,
            "step must be from 1 to 1024, got " + std::to_string(options.step));
    require(!options.sizes.empty() && options.sizes.size() <= 64, "sizes must be 1 to 64 numbers");
    for (const int size : options.sizes)
        require(size >= 1 && size <= 128,
                "sizes must be from 1 to 128, got " + std::to_string(size));
    require(std::isfinite(options.contrast) && options.contrast >= 0,
            "contrast must be finite and not negative");
}

std::ptrdiff_t dense_sift_count(std::ptrdiff_t height, std::ptrdiff_t width,
                                const DenseSiftOptions& options) {
    check(options);
    std::ptrdiff_t count = 0;
    for (const int size : options.sizes)
        count += Grid(height, options.step, size).count * Grid(width, options.step, size).count;
    return count;
}

template <class T>
void dense_sift(const ImageView<const std::uint8_t>& image, const DenseSiftOptions& options,
                float* places, T* descriptors, bool* described) {
    check(options);
    const std::vector<Tile> tiles = tiles_of(image.height, image.width, options);
    const auto n_tiles = static_cast<std::ptrdiff_t>(tiles.size());
    parallel_for(n_tiles, 1, [&](std::ptrdiff_t first, std::ptrdiff_t last) {
        for (std::ptrdiff_t t = first; t < last; ++t) {
            const Tile& tile = tiles[static_cast<std::size_t>(t)];
            const float middle = 1.5f * static_cast<float>(tile.size);
            const auto take = [&](std::ptrdiff_t row, std::ptrdiff_t column,
                                  const float* const* bins, const float* weights) {
                const std::ptrdiff_t at = tile.offset + row * tile.across.count + column;
                float* place = places + 3 * at;
                place[0] = static_cast<float>(tile.across.first + column * options.step) + middle;
                place[1] = static_cast<float>(tile.down.first + row * options.step) + middle;
                place[2] = static_cast<float>(tile.size);
                T* out = descriptors + size_of_descriptor * at;
                if constexpr (std::is_same_v<T, float>) {
                    described[at] = dense_sift_kernels().describe(bins, weights, options.contrast,
                                                                  options.root, out);
                } else {
                    alignas(64) float values[size_of_descriptor];
                    described[at] = dense_sift_kernels().describe(bins, weights, options.contrast,
                                                                  options.root, values);
                    dense_sift_kernels().to_bytes(values, out);
                }
            };
            Descent(image, options, tile).run(take);
        }
    });
}

template void dense_sift(const ImageView<const std::uint8_t>&, const DenseSiftOptions&, float*,
                         float*, bool*);
template void dense_sift(const ImageView<const std::uint8_t>&, const DenseSiftOptions&, float*,
                         std::uint8_t*, bool*);

}  // namespace imgmine
