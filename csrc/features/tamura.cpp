#include "features/tamura.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <vector>

#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "features/histogram.hpp"
#include "kernels/prefix.hpp"
#include "kernels/tamura.hpp"

namespace imgmine {
namespace {

constexpr std::ptrdiff_t reach = 32;  // of the largest window to each side
constexpr std::ptrdiff_t tile_height = 64, tile_width = 512;

struct Sums {
    std::uint64_t sizes = 0;
    std::array<std::uint64_t, 17> directions{};

    void operator+=(const Sums& other) {
        sizes += other.sizes;
        for (std::size_t i = 0; i < directions.size(); ++i) directions[i] += other.directions[i];
    }
};

/// A tile with what surrounds it, the image's edges continued outwards; and its summed-area table,
/// modulo 2^32: only the sums of windows are taken from it.
class Tile {
  public:
    explicit Tile(std::ptrdiff_t width)
        : stride_(width + 2 * reach + 1),
          pixels_(static_cast<std::size_t>((tile_height + 2 * reach) * stride_)),
          integral_(static_cast<std::size_t>((tile_height + 2 * reach + 1) * stride_) + 16),
          bins_(static_cast<std::size_t>(tile_height * width)) {}

    /// Of tiles below each other all but the first are told so.
    void add(ImageView<const std::uint8_t> image, std::ptrdiff_t top, std::ptrdiff_t left,
             std::ptrdiff_t height, std::ptrdiff_t width, bool is_next) {
        if (is_next) slide();
        for (std::ptrdiff_t y = is_next ? 2 * reach : 0; y < height + 2 * reach; ++y)
            copy_row(image, top + y - reach, left, width, y);
        const auto n = static_cast<std::size_t>(width);
        for (std::ptrdiff_t y = 0; y < height; ++y) {
            const std::uint32_t* at = integral_.data() + (y + reach) * stride_ + reach;
            sizes_ += tamura_kernels().best_sizes(at, stride_, n);
            const std::uint8_t* mid = pixels_.data() + (y + reach) * stride_ + reach - 1;
            tamura_kernels().directions(mid - stride_, mid, mid + stride_, n,
                                        bins_.data() + y * width);
        }
        counter_.add(bins_.data(), static_cast<std::size_t>(height) * n);
    }

    void flush(Sums& sums) {
        sums.sizes += sizes_;
        counter_.flush(sums.directions.data());
    }

  private:
    /// The last rows of a whole tile become the first ones.
    void slide() {
        const std::ptrdiff_t from = tile_height * stride_, kept = 2 * reach * stride_;
        std::copy_n(pixels_.begin() + from, kept, pixels_.begin());
        std::copy_n(integral_.begin() + from, kept + stride_, integral_.begin());
    }

    void copy_row(ImageView<const std::uint8_t> image, std::ptrdiff_t from, std::ptrdiff_t left,
                  std::ptrdiff_t width, std::ptrdiff_t to) {
        const std::uint8_t* row = image.row(std::clamp<std::ptrdiff_t>(from, 0, image.height - 1));
        const std::ptrdiff_t n = width + 2 * reach;
        const std::ptrdiff_t before = std::clamp<std::ptrdiff_t>(reach - left, 0, n);
        const std::ptrdiff_t end = std::clamp(image.width - left + reach, before, n);
        std::uint8_t* copy = pixels_.data() + to * stride_;
        std::fill_n(copy, before, row[0]);
        std::copy_n(row + left + before - reach, end - before, copy + before);
        std::fill_n(copy + end, n - end, row[image.width - 1]);
        const std::uint32_t* above = integral_.data() + to * stride_;
        std::uint32_t carry = 0;
        prefix_kernels().integral_u32(copy, above + 1, &carry,
                                      integral_.data() + (to + 1) * stride_ + 1,
                                      static_cast<std::size_t>(n), 1);
    }

    std::ptrdiff_t stride_;
    std::vector<std::uint8_t> pixels_;
    std::vector<std::uint32_t> integral_;
    std::vector<std::uint8_t> bins_;
    std::uint64_t sizes_ = 0;
    ByteCounter counter_{Bins{17, 0, 17}};
};

/// Standard deviation by the fourth root of the kurtosis.
double contrast(const std::vector<std::uint64_t>& counts, double n) {
    double mean = 0, square = 0, fourth = 0;
    for (std::size_t v = 0; v < 256; ++v)
        mean += static_cast<double>(v) * static_cast<double>(counts[v]);
    mean /= n;
    for (std::size_t v = 0; v < 256; ++v) {
        const double apart = static_cast<double>(v) - mean;
        square += apart * apart * static_cast<double>(counts[v]);
        fourth += apart * apart * apart * apart * static_cast<double>(counts[v]);
    }
    square /= n;
    fourth /= n;
    return fourth > 0 ? square / std::sqrt(std::sqrt(fourth)) : 0;
}

}  // namespace

std::array<float, n_tamura> tamura(ImageView<const std::uint8_t> src) {
    std::array<float, n_tamura> found{};
    if (src.empty()) return found;
    const double n = static_cast<double>(src.height) * static_cast<double>(src.width);
    Sums sums;
    std::mutex mutex;
    const std::ptrdiff_t n_tiles = (src.height + tile_height - 1) / tile_height;
    parallel_for(n_tiles, row_grain(src.width * tile_height, 5),
                 [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                     Tile tile(std::min(tile_width, src.width));
                     Sums mine;
                     for (std::ptrdiff_t left = 0; left < src.width; left += tile_width)
                         for (std::ptrdiff_t i = first; i < last; ++i)
                             tile.add(src, i * tile_height, left,
                                      std::min(tile_height, src.height - i * tile_height),
                                      std::min(tile_width, src.width - left), i > first);
                     tile.flush(mine);
                     const std::lock_guard lock(mutex);
                     sums += mine;
                 });
    found[0] = static_cast<float>(static_cast<double>(sums.sizes) / n);
    found[1] = static_cast<float>(contrast(histogram(src, Bins{256, 0, 256}), n));
    const std::vector<std::uint64_t> directions(sums.directions.begin(),
                                                sums.directions.begin() + 16);
    write_normalized(directions, Normalize::l1, found.data() + 2);
    return found;
}

}  // namespace imgmine
