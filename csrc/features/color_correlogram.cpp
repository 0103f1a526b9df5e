#include "features/color_correlogram.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/grain.hpp"
#include "base/parallel.hpp"
#include "kernels/correlogram.hpp"
#include "kernels/histogram.hpp"
#include "kernels/joint.hpp"

namespace imgmine {
namespace {

constexpr std::size_t most_colors = 256;
constexpr std::uint8_t outside = 255;                    // the color of what is not in the image
constexpr std::size_t most_held = std::size_t{1} << 24;  // pixels of which 32 bits hold the counts

/// Per distance and color: pairs of one color, and pairs of which one pixel is not in the image.
struct Pairs {
    explicit Pairs(std::size_t n)
        : same(n * most_colors), missing(n * most_colors), pixels(most_colors) {}
    std::vector<std::uint64_t> same, missing, pixels;

    void add(const Pairs& other) {
        const auto sum = [](auto& a, const auto& b) {
            for (std::size_t i = 0; i < a.size(); ++i) a[i] += b[i];
        };
        sum(same, other.same);
        sum(missing, other.missing);
        sum(pixels, other.pixels);
    }
};

/// How many of 2 d + 1 places around `at` are in 0..extent-1.
std::int64_t within(std::ptrdiff_t at, std::ptrdiff_t d, std::ptrdiff_t extent) {
    return std::min(at + d, extent - 1) - std::max<std::ptrdiff_t>(at - d, 0) + 1;
}

/// Whether a pair of pixels is counted at both.
bool counts_twice(const ColorBins& bins) {
    return bins.size() > outside;
}

/// A share of the rows of one image.
class Share {
  public:
    Share(ImageView<const std::uint8_t> image, const ColorBins& bins,
          const std::vector<int>& distances)
        : image_(image),
          bins_(bins),
          distances_(distances),
          reach_(*std::max_element(distances.begin(), distances.end())),
          rows_(bins.space),
          luts_(joint_luts(bins)),
          row_size_(static_cast<std::size_t>(image.width + 2 * reach_) + 64),
          held_rows_(std::bit_ceil(static_cast<std::size_t>(2 * reach_ + 1))),
          ring_(row_size_ * held_rows_),
          same_(row_size_ * (distances.size() + 1)),
          tables_((distances.size() + 1) / 2 * 4 * color_table),
          pixels_(4 * most_colors) {}

    void run(std::ptrdiff_t first, std::ptrdiff_t last, Pairs& pairs) {
        for (std::ptrdiff_t y = first - reach_; y < first + reach_; ++y) load(y);
        for (std::ptrdiff_t y = first; y < last; ++y) {
            load(y + reach_);
            for (std::size_t i = 0; i < distances_.size(); ++i) {
                count_same(y, distances_[i], same_.data() + i * row_size_);
                count_missing(y, distances_[i], pairs.missing.data() + i * most_colors);
            }
            const auto n = static_cast<std::size_t>(image_.width);
            for (std::size_t x = 0; x < n; x += most_held)
                add_by_color(y, x, std::min(n - x, most_held), pairs);
        }
        spill(pairs);
    }

  private:
    std::uint8_t* row(std::ptrdiff_t y) {
        return ring_.data() + (static_cast<std::size_t>(y) & (held_rows_ - 1)) * row_size_ + reach_;
    }

    void load(std::ptrdiff_t y) {
        std::uint8_t* to = row(y);
        std::fill_n(to - reach_, row_size_, outside);
        if (y < 0 || y >= image_.height) return;
        const auto n = static_cast<std::size_t>(image_.width);
        const JointBins joint{luts_.data(),
                              {bins_.bins[0], bins_.bins[1], bins_.bins[2]},
                              bins_.space == ColorSpace::hsv};
        joint_kernels().joint_bytes(rows_.convert(image_.row(y), n, image_.channels), n, joint, to);
    }

    /// How many pixels at distance d from each are of its color. Each pair is counted once, at the
    /// upper or the left one of the two, if what is outside is of no color.
    void count_same(std::ptrdiff_t y, std::ptrdiff_t d, std::uint8_t* same) {
        const bool twice = counts_twice(bins_);
        std::array<const std::uint8_t*, 8 * 31> others;
        std::size_t n = 0;
        for (std::ptrdiff_t dy = twice ? -d : 0; dy <= d; ++dy) {
            const std::uint8_t* colors = row(y + dy);
            for (std::ptrdiff_t dx = dy == 0 && !twice ? d : -d; dx <= d;
                 dx += dy == d || dy == -d ? 1 : 2 * d)
                others[n++] = colors + dx;
        }
        correlogram_kernels().count_equal(row(y), static_cast<std::size_t>(image_.width),
                                          others.data(), n, same);
    }

    /// Counts n pixels of row y, from column x on.
    void add_by_color(std::ptrdiff_t y, std::size_t x, std::size_t n, Pairs& pairs) {
        if (held_ + n > most_held) spill(pairs);
        held_ += n;
        const std::uint8_t* colors = row(y) + x;
        histogram_kernels().count_bytes(colors, n, pixels_.data());
        for (std::size_t i = 0; i < distances_.size(); i += 2) {
            const std::uint8_t* same = same_.data() + i * row_size_ + x;
            correlogram_kernels().add_by_color(colors, same, same + row_size_, n,
                                               tables_.data() + i * 2 * color_table);
        }
    }

    void spill(Pairs& pairs) {
        for (std::size_t table = 0; table < tables_.size(); table += color_table) {
            std::uint64_t* same = pairs.same.data() + table / (4 * color_table) * 2 * most_colors;
            for (std::size_t c = 0; c < most_colors; ++c) {
                same[c] += tables_[table + c] & 0xffffffff;
                if (tables_[table + c] >> 32) same[most_colors + c] += tables_[table + c] >> 32;
            }
        }
        for (std::size_t i = 0; i < pixels_.size(); ++i)
            pairs.pixels[i % most_colors] += pixels_[i];
        std::fill(tables_.begin(), tables_.end(), 0);
        std::fill(pixels_.begin(), pixels_.end(), 0);
        held_ = 0;
    }

    void count_missing(std::ptrdiff_t y, std::ptrdiff_t d, std::uint64_t* counts) {
        const std::int64_t rows = within(y, d, image_.height);
        const std::int64_t inner_rows = within(y, d - 1, image_.height);
        const std::uint8_t* colors = row(y);
        const bool inside = rows == 2 * d + 1;
        for (std::ptrdiff_t x = 0; x < image_.width; ++x) {
            if (inside && x == d && image_.width > 2 * d) x = image_.width - d;
            const std::int64_t there =
                rows * within(x, d, image_.width) - inner_rows * within(x, d - 1, image_.width);
            counts[colors[x]] += static_cast<std::uint64_t>(8 * d - there);
        }
    }

    ImageView<const std::uint8_t> image_;
    ColorBins bins_;
    const std::vector<int>& distances_;
    std::ptrdiff_t reach_;
    ColorRows rows_;
    std::vector<std::uint32_t> luts_;
    std::size_t row_size_, held_rows_;
    std::vector<std::uint8_t> ring_, same_;  // rows of colors; rows of each distance
    std::vector<std::uint64_t> tables_;      // of two distances each: kernels/correlogram.cpp
    std::vector<std::uint32_t> pixels_;
    std::size_t held_ = 0;
};

void check(ImageView<const std::uint8_t> image, const ColorBins& bins,
           const std::vector<int>& distances) {
    bins.check();
    require(bins.size() <= most_colors,
            "bins must be at most 256 colors together, got " + std::to_string(bins.size()));
    require(!distances.empty(), "distances must not be empty");
    for (const int d : distances)
        require(d >= 1 && d <= 31, "distances must be from 1 to 31, got " + std::to_string(d));
    require(image.channels == 3 || image.channels == 4,
            "image must have 3 or 4 channels, got " + std::to_string(image.channels));
}

}  // namespace

void color_correlogram(ImageView<const std::uint8_t> image, const ColorBins& bins,
                       const std::vector<int>& distances, float* out) {
    check(image, bins, distances);
    Pairs pairs(distances.size());
    double cost = 2;
    for (const int d : distances) cost += 0.5 + 0.1 * d;
    if (!image.empty()) {
        std::mutex mutex;
        parallel_for(image.height, row_grain(image.width, cost),
                     [&](std::ptrdiff_t first, std::ptrdiff_t last) {
                         Pairs mine(distances.size());
                         Share(image, bins, distances).run(first, last, mine);
                         const std::lock_guard lock(mutex);
                         pairs.add(mine);
                     });
    }
    for (std::size_t i = 0; i < distances.size(); ++i)
        for (std::size_t color = 0; color < bins.size(); ++color) {
            const std::uint64_t missing = pairs.missing[i * most_colors + color];
            const std::uint64_t all =
                8 * static_cast<std::uint64_t>(distances[i]) * pairs.pixels[color] - missing;
            // What is outside counted as of this color: none of it is missing twice.
            const std::uint64_t same = counts_twice(bins) ? pairs.same[i * most_colors + color] -
                                                                (color == outside ? missing : 0)
                                                          : 2 * pairs.same[i * most_colors + color];
            *out++ = all == 0
                         ? 0
                         : static_cast<float>(static_cast<double>(same) / static_cast<double>(all));
        }
}

}  // namespace imgmine
