#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/error.hpp"
#include "features/bands.hpp"
#include "features/cell_counts.hpp"
#include "kernels/correlogram.hpp"
#include "kernels/histogram.hpp"
#include "kernels/joint.hpp"
#include "kernels/lookup.hpp"

namespace imgmine::correlogram {

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
inline std::int64_t within(std::ptrdiff_t at, std::ptrdiff_t d, std::ptrdiff_t extent) {
    return std::min(at + d, extent - 1) - std::max<std::ptrdiff_t>(at - d, 0) + 1;
}

/// Whether a pair of pixels is counted at both.
inline bool counts_twice(const ColorBins& bins) {
    return bins.size() > outside;
}

struct Correlogram final : BandDescriptor {
    ColorBins bins;
    std::vector<int> distances;

    Correlogram(const ColorBins& b, const std::vector<int>& d) : bins(b), distances(d) {}
    std::ptrdiff_t farthest() const {
        return *std::max_element(distances.begin(), distances.end());
    }

    void check() const override {
        bins.check();
        require(bins.size() <= most_colors,
                "bins must be at most 256 colors together, got " + std::to_string(bins.size()));
        require(!distances.empty(), "distances must not be empty");
        for (const int d : distances)
            require(d >= 1 && d <= 31, "distances must be from 1 to 31, got " + std::to_string(d));
    }
    std::size_t size(std::ptrdiff_t) const override { return distances.size() * bins.size(); }
    bool of_color() const override { return true; }
    std::ptrdiff_t reach(const RowLayout&) const override { return farthest(); }
    double cost() const override {
        double nanoseconds = 1.5;
        for (const int d : distances) nanoseconds += 0.5 + 0.1 * d;
        return nanoseconds;
    }
    /// Whether each color of the histogram lies within one of these.
    bool is_coarser_than(const CellCounts& histogram) const {
        const auto* colors = std::get_if<ColorBins>(&histogram.bins);
        if (!colors || !colors->joint || colors->space != bins.space || histogram.cells() != 1 ||
            colors->size() > most_colors)
            return false;
        for (std::size_t c = 0; c < 3; ++c)
            if (colors->bins[c] % bins.bins[c]) return false;
        return true;
    }
    std::unique_ptr<BandWork> start(const BandShare& share) const override;
    std::array<std::unique_ptr<BandWork>, 2> start_with(const BandDescriptor& other,
                                                        const BandShare& share) const override;
};

/// A share of the rows of one image. Pixels are counted by finer colors, if the same tables are to
/// serve a histogram.
class CorrelogramWork final : public BandWork {
  public:
    CorrelogramWork(const Correlogram& descriptor, const BandShare& share, const ColorBins& finer)
        : bins_(descriptor.bins),
          finer_(finer),
          is_finer_(finer.bins != descriptor.bins.bins),
          distances_(descriptor.distances),
          reach_(descriptor.farthest()),
          share_(share),
          pairs_(distances_.size()),
          luts_(joint_luts(finer)),
          row_size_(static_cast<std::size_t>(share.image.width + 2 * reach_) + 64),
          held_rows_(std::bit_ceil(static_cast<std::size_t>(2 * reach_ + 1))),
          ring_(row_size_ * held_rows_, outside),
          finer_ring_(is_finer_ ? ring_.size() : 0),
          same_(row_size_ * distances_.size()),
          tables_((distances_.size() + 1) / 2 * 4 * color_table),
          pixels_(distances_.size() % 2 ? 0 : 4 * most_colors),
          next_(share.first) {
        for (std::size_t color = 0; color < finer.size(); ++color) {
            std::size_t rest = color, coarse = 0, step = 1;
            for (std::size_t c = 3; c-- > 0;) {
                const auto n = static_cast<std::size_t>(finer.bins[c]);
                const auto mine = static_cast<std::size_t>(bins_.bins[c]);
                coarse += rest % n * mine / n * step;
                rest /= n;
                step *= mine;
            }
            coarse_[color] = static_cast<std::uint8_t>(coarse);
        }
    }

    void add(Band& band) override {
        const std::ptrdiff_t height = share_.image.height;
        const std::ptrdiff_t last = std::min(band.last(), share_.last + reach_);
        for (std::ptrdiff_t y = std::max(band.first(), share_.first - reach_); y < last; ++y) {
            load(y, band.color(bins_.space, y));
            if (y >= next_ + reach_) count_row(next_++);
        }
        for (std::ptrdiff_t y = height; band.last() == height && next_ < share_.last; ++y) {
            std::fill_n(row(y) - reach_, row_size_, outside);
            if (y >= next_ + reach_) count_row(next_++);
        }
    }
    void merge(BandWork& other) override {
        auto& theirs = static_cast<CorrelogramWork&>(other);
        spill();
        theirs.spill();
        pairs_.add(theirs.pairs_);
    }
    void write(float* out) override;

    /// How many pixels there are of each of the finer colors.
    const std::vector<std::uint64_t>& pixels() {
        spill();
        return pairs_.pixels;
    }

  private:
    std::size_t place(std::ptrdiff_t y) const {
        return (static_cast<std::size_t>(y) & (held_rows_ - 1)) * row_size_ +
               static_cast<std::size_t>(reach_);
    }
    std::uint8_t* row(std::ptrdiff_t y) { return ring_.data() + place(y); }
    std::uint8_t* finer_row(std::ptrdiff_t y) {
        return (is_finer_ ? finer_ring_ : ring_).data() + place(y);
    }

    void load(std::ptrdiff_t y, const std::uint8_t* pixels) {
        const JointBins joint{luts_.data(),
                              {finer_.bins[0], finer_.bins[1], finer_.bins[2]},
                              finer_.space == ColorSpace::hsv};
        const auto n = static_cast<std::size_t>(share_.image.width);
        joint_kernels().joint_bytes(pixels, n, joint, finer_row(y));
        if (is_finer_) lookup_kernels().apply_table(finer_row(y), n, coarse_.data(), row(y));
    }

    void count_row(std::ptrdiff_t y) {
        for (std::size_t i = 0; i < distances_.size(); ++i) {
            count_same(y, distances_[i], same_.data() + i * row_size_);
            count_missing(y, distances_[i], pairs_.missing.data() + i * most_colors);
        }
        const auto n = static_cast<std::size_t>(share_.image.width);
        for (std::size_t x = 0; x < n; x += most_held)
            add_by_color(y, x, std::min(n - x, most_held));
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
        correlogram_kernels().count_equal(row(y), static_cast<std::size_t>(share_.image.width),
                                          others.data(), n, same);
    }

    /// Counts n pixels of row y, from column x on. Where a distance has no other one to share a
    /// table with, pixels are counted in its place.
    void add_by_color(std::ptrdiff_t y, std::size_t x, std::size_t n) {
        if (held_ + n > most_held) spill();
        held_ += n;
        const std::uint8_t* colors = finer_row(y) + x;
        if (!pixels_.empty()) histogram_kernels().count_bytes(colors, n, pixels_.data());
        for (std::size_t i = 0; i < distances_.size(); i += 2) {
            const std::uint8_t* same = same_.data() + i * row_size_ + x;
            const bool pairs_up = i + 1 < distances_.size();
            correlogram_kernels().add_by_color(colors, same, pairs_up ? same + row_size_ : nullptr,
                                               n, tables_.data() + i * 2 * color_table);
        }
    }

    void spill() {
        for (std::size_t table = 0; table < tables_.size(); table += color_table) {
            const std::size_t i = table / (4 * color_table) * 2;
            std::uint64_t* same = pairs_.same.data() + i * most_colors;
            const bool pairs_up = i + 1 < distances_.size();
            std::uint64_t* second = pairs_up ? same + most_colors : pairs_.pixels.data();
            for (std::size_t c = 0; c < most_colors; ++c) {
                same[coarse_[c]] += tables_[table + c] & 0xffffffff;
                second[pairs_up ? coarse_[c] : c] += tables_[table + c] >> 32;
            }
        }
        for (std::size_t i = 0; i < pixels_.size(); ++i)
            pairs_.pixels[i % most_colors] += pixels_[i];
        std::fill(tables_.begin(), tables_.end(), 0);
        std::fill(pixels_.begin(), pixels_.end(), 0);
        held_ = 0;
    }

    void count_missing(std::ptrdiff_t y, std::ptrdiff_t d, std::uint64_t* counts) {
        const std::ptrdiff_t width = share_.image.width;
        const std::int64_t rows = within(y, d, share_.image.height);
        const std::int64_t inner_rows = within(y, d - 1, share_.image.height);
        const std::uint8_t* colors = row(y);
        const bool inside = rows == 2 * d + 1;
        for (std::ptrdiff_t x = 0; x < width; ++x) {
            if (inside && x == d && width > 2 * d) x = width - d;
            const std::int64_t there =
                rows * within(x, d, width) - inner_rows * within(x, d - 1, width);
            counts[colors[x]] += static_cast<std::uint64_t>(8 * d - there);
        }
    }

    const ColorBins& bins_;
    ColorBins finer_;
    bool is_finer_;
    std::array<std::uint8_t, most_colors> coarse_{};  // of the finer colors
    const std::vector<int>& distances_;
    std::ptrdiff_t reach_;
    BandShare share_;
    Pairs pairs_;
    std::vector<std::uint32_t> luts_;
    std::size_t row_size_, held_rows_;
    std::vector<std::uint8_t> ring_, finer_ring_, same_;  // rows of colors; of each distance
    std::vector<std::uint64_t> tables_;  // of two distances each: kernels/correlogram.cpp
    std::vector<std::uint32_t> pixels_;  // unless a table has room for them
    std::size_t held_ = 0;
    std::ptrdiff_t next_;
};

inline void CorrelogramWork::write(float* out) {
    spill();
    std::vector<std::uint64_t> pixels(most_colors);
    for (std::size_t c = 0; c < most_colors; ++c) pixels[coarse_[c]] += pairs_.pixels[c];
    for (std::size_t i = 0; i < distances_.size(); ++i)
        for (std::size_t color = 0; color < bins_.size(); ++color) {
            const std::uint64_t missing = pairs_.missing[i * most_colors + color];
            const std::uint64_t found = pairs_.same[i * most_colors + color];
            const std::uint64_t all =
                8 * static_cast<std::uint64_t>(distances_[i]) * pixels[color] - missing;
            // What is outside counted as of this color: none of it is missing twice.
            const std::uint64_t same =
                counts_twice(bins_) ? found - (color == outside ? missing : 0) : 2 * found;
            *out++ = all == 0
                         ? 0
                         : static_cast<float>(static_cast<double>(same) / static_cast<double>(all));
        }
}

}  // namespace imgmine::correlogram
